#include "test_ca.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <map>
#include <stdexcept>

namespace ukey::pki::test {
namespace {

using token::DigestAlgorithm;
using token::KeyAlgorithm;

void require(bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
}

template <typename T, typename F>
std::unique_ptr<T, F> own(T* object, F free) {
    require(object != nullptr, "OpenSSL gave no object");
    return {object, free};
}

std::size_t coordinate(KeyAlgorithm algorithm) { return algorithm == KeyAlgorithm::p384 ? 48 : 32; }

Bytes number(EVP_PKEY* key, const char* name, std::size_t length) {
    BIGNUM* value = nullptr;
    require(EVP_PKEY_get_bn_param(key, name, &value) == 1, name);
    Bytes out(length == 0 ? static_cast<std::size_t>(BN_num_bytes(value)) : length);
    require(BN_bn2binpad(value, out.data(), static_cast<int>(out.size())) >= 0, "number is too long");
    BN_free(value);
    return out;
}

token::PublicKey publicKeyOf(EVP_PKEY* key, KeyAlgorithm algorithm) {
    token::PublicKey out;
    out.algorithm = algorithm;
    if (token::isRsa(algorithm)) {
        out.modulus = number(key, OSSL_PKEY_PARAM_RSA_N, 0);
        out.exponent = number(key, OSSL_PKEY_PARAM_RSA_E, 0);
        return out;
    }
    const std::size_t length = coordinate(algorithm);
    out.point = {4};
    for (const char* name : {OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y}) {
        const Bytes part = number(key, name, length);
        out.point.insert(out.point.end(), part.begin(), part.end());
    }
    return out;
}

const EVP_MD* digestOf(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sm3:
            return EVP_sm3();
        case DigestAlgorithm::sha256:
            return EVP_sha256();
        case DigestAlgorithm::sha384:
            return EVP_sha384();
        default:
            return EVP_sha512();
    }
}

Bytes encoded(X509* certificate) {
    unsigned char* out = nullptr;
    const int length = i2d_X509(certificate, &out);
    require(length > 0, "certificate does not encode");
    Bytes der(out, out + length);
    OPENSSL_free(out);
    return der;
}

template <class Prepare>
Bytes decrypted(EVP_PKEY* key, ByteView cipher, const Prepare& prepare) {
    const auto context = own(EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free);
    require(EVP_PKEY_decrypt_init(context.get()) > 0, "decryption does not start");
    prepare(context.get());
    std::size_t length = 0;
    require(EVP_PKEY_decrypt(context.get(), nullptr, &length, cipher.data(), cipher.size()) > 0,
            "not a cipher");
    Bytes out(length);
    require(EVP_PKEY_decrypt(context.get(), out.data(), &length, cipher.data(), cipher.size()) > 0,
            "not decrypted");
    out.resize(length);
    return out;
}

EVP_PKEY* publicHandle(const token::PublicKey& key) {
    OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
    BIGNUM* n = nullptr;
    BIGNUM* e = nullptr;
    const char* type = "RSA";
    if (token::isRsa(key.algorithm)) {
        n = BN_bin2bn(key.modulus.data(), static_cast<int>(key.modulus.size()), nullptr);
        e = BN_bin2bn(key.exponent.data(), static_cast<int>(key.exponent.size()), nullptr);
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n);
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
    } else {
        type = key.algorithm == KeyAlgorithm::sm2 ? "SM2" : "EC";
        const char* group = key.algorithm == KeyAlgorithm::sm2    ? "SM2"
                            : key.algorithm == KeyAlgorithm::p256 ? "P-256"
                                                                  : "P-384";
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, key.point.data(),
                                         key.point.size());
    }
    OSSL_PARAM* params = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr);
    EVP_PKEY* out = nullptr;
    EVP_PKEY_fromdata_init(context);
    EVP_PKEY_fromdata(context, &out, EVP_PKEY_PUBLIC_KEY, params);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    BN_free(e);
    require(out != nullptr, "not a public key");
    return out;
}

void addExtension(X509* certificate, int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    require(extension != nullptr, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

void addKeyUsage(X509* certificate, std::uint16_t usage) {
    constexpr const char* kNames[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                      "dataEncipherment", "keyAgreement",   "keyCertSign",
                                      "cRLSign"};
    std::string value = "critical";
    for (unsigned bit = 0; bit < std::size(kNames); ++bit) {
        if ((usage & (1U << bit)) != 0) value += std::string(",") + kNames[bit];
    }
    addExtension(certificate, NID_key_usage, value);
}

void fillName(X509_NAME* name, const std::vector<std::pair<std::string, std::string>>& parts) {
    for (const auto& [field, value] : parts) {
        require(X509_NAME_add_entry_by_txt(name, field.c_str(), MBSTRING_UTF8,
                                           reinterpret_cast<const unsigned char*>(value.data()),
                                           static_cast<int>(value.size()), -1, 0) == 1,
                field.c_str());
    }
}

Bytes makeCertificate(const token::PublicKey& subjectKey, const CertificateSpec& spec, const TestKey& signer,
                      const X509_NAME* issuer) {
    const auto certificate = own(X509_new(), X509_free);
    X509* x509 = certificate.get();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), spec.serial);
    const std::time_t now = std::time(nullptr);
    X509_time_adj_ex(X509_getm_notBefore(x509), 0, static_cast<long>(spec.validFrom.count()),
                     const_cast<std::time_t*>(&now));
    X509_time_adj_ex(X509_getm_notAfter(x509), 0, static_cast<long>(spec.validTo.count()),
                     const_cast<std::time_t*>(&now));
    fillName(X509_get_subject_name(x509), spec.subject);
    X509_set_issuer_name(x509, issuer != nullptr ? issuer : X509_get_subject_name(x509));
    const auto key = own(publicHandle(subjectKey), EVP_PKEY_free);
    X509_set_pubkey(x509, key.get());
    if (spec.ca) addExtension(x509, NID_basic_constraints, "critical,CA:TRUE");
    if (spec.keyUsage != 0) addKeyUsage(x509, spec.keyUsage);
    constexpr std::string_view kCritical = "critical:";
    for (const auto& [oid, value] : spec.extensions) {
        const bool isCritical = oid.starts_with(kCritical);
        const char* dotted = oid.c_str() + (isCritical ? kCritical.size() : 0);
        const auto object = own(OBJ_txt2obj(dotted, 1), ASN1_OBJECT_free);
        const auto octets = own(ASN1_OCTET_STRING_new(), ASN1_OCTET_STRING_free);
        ASN1_OCTET_STRING_set(octets.get(), value.data(), static_cast<int>(value.size()));
        const auto extension =
            own(X509_EXTENSION_create_by_OBJ(nullptr, object.get(), isCritical ? 1 : 0, octets.get()),
                X509_EXTENSION_free);
        X509_add_ext(x509, extension.get(), -1);
    }
    const bool isSm2 = signer.publicKey().algorithm == KeyAlgorithm::sm2;
    const auto context = own(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const auto keyContext = own(EVP_PKEY_CTX_new(signer.handle(), nullptr), EVP_PKEY_CTX_free);
    if (isSm2) EVP_PKEY_CTX_set1_id(keyContext.get(), "1234567812345678", 16);
    EVP_MD_CTX_set_pkey_ctx(context.get(), keyContext.get());
    require(EVP_DigestSignInit(context.get(), nullptr, isSm2 ? EVP_sm3() : EVP_sha256(), nullptr,
                               signer.handle()) == 1,
            "signing does not start");
    require(X509_sign_ctx(x509, context.get()) > 0, "certificate is not signed");
    return encoded(x509);
}

}  // namespace

TestKey TestKey::generate(KeyAlgorithm algorithm) {
    EVP_PKEY* key = nullptr;
    switch (algorithm) {
        case KeyAlgorithm::sm2:
            key = EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2");
            break;
        case KeyAlgorithm::p256:
            key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
            break;
        case KeyAlgorithm::p384:
            key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384");
            break;
        case KeyAlgorithm::rsa2048:
            key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048});
            break;
        case KeyAlgorithm::rsa3072:
            key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{3072});
            break;
        case KeyAlgorithm::rsa4096:
            key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{4096});
            break;
    }
    require(key != nullptr, "key is not generated");
    TestKey out;
    out.key_ = {key, EVP_PKEY_free};
    out.publicKey_ = publicKeyOf(key, algorithm);
    return out;
}

const TestKey& TestKey::shared(KeyAlgorithm algorithm) {
    static std::map<KeyAlgorithm, TestKey> keys;
    const auto known = keys.find(algorithm);
    return known != keys.end() ? known->second : keys.emplace(algorithm, generate(algorithm)).first->second;
}

TestKey TestKey::weakRsa() {
    TestKey out;
    out.key_ = {EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024}), EVP_PKEY_free};
    out.publicKey_ = publicKeyOf(out.key_.get(), KeyAlgorithm::rsa2048);
    return out;
}

TestKey TestKey::sm2(ByteView scalar, ByteView point) {
    OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
    BIGNUM* d = BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), nullptr);
    OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
    OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, d);
    OSSL_PARAM* params = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr);
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(context);
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(builder);
    BN_free(d);
    require(key != nullptr, "not an SM2 key");
    TestKey out;
    out.key_ = {key, EVP_PKEY_free};
    out.publicKey_ = publicKeyOf(key, KeyAlgorithm::sm2);
    return out;
}

Bytes TestKey::sign(DigestAlgorithm algorithm, ByteView digest) const {
    const auto context = own(EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free);
    require(EVP_PKEY_sign_init(context.get()) > 0, "signing does not start");
    if (token::isRsa(publicKey_.algorithm)) {
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING);
        EVP_PKEY_CTX_set_signature_md(context.get(), digestOf(algorithm));
    }
    std::size_t length = 0;
    EVP_PKEY_sign(context.get(), nullptr, &length, digest.data(), digest.size());
    Bytes out(length);
    require(EVP_PKEY_sign(context.get(), out.data(), &length, digest.data(), digest.size()) > 0,
            "not signed");
    out.resize(length);
    if (token::isRsa(publicKey_.algorithm)) return out;
    const unsigned char* at = out.data();
    const auto parts = own(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(out.size())), ECDSA_SIG_free);
    const std::size_t half = coordinate(publicKey_.algorithm);
    Bytes raw(2 * half);
    BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), raw.data(), static_cast<int>(half));
    BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), raw.data() + half, static_cast<int>(half));
    return raw;
}

Bytes TestKey::decrypt(ByteView cipher) const {
    return decrypted(key_.get(), cipher, [](auto*) {});
}

Bytes TestKey::decrypt(const token::OaepCipher& cipher) const {
    return decrypted(key_.get(), cipher.block, [&](auto* context) {
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING);
        EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_get_digestbyname(toString(cipher.digest).data()));
        EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_get_digestbyname(toString(cipher.maskDigest).data()));
        if (cipher.label.empty()) return;
        void* label = OPENSSL_memdup(cipher.label.data(), cipher.label.size());
        EVP_PKEY_CTX_set0_rsa_oaep_label(context, label, static_cast<int>(cipher.label.size()));
    });
}

Bytes TestKey::decrypt(const token::BareRsaCipher& cipher) const {
    return decrypted(key_.get(), cipher.block,
                     [](auto* context) { EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING); });
}

Bytes TestKey::decrypt(const token::KeyAgreement& agreement) const {
    const auto theirs = own(publicHandle({publicKey_.algorithm, agreement.point, {}, {}}), EVP_PKEY_free);
    const auto context = own(EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free);
    Bytes out(coordinate(publicKey_.algorithm));
    std::size_t length = out.size();
    require(EVP_PKEY_derive_init(context.get()) > 0 &&
                EVP_PKEY_derive_set_peer(context.get(), theirs.get()) > 0 &&
                EVP_PKEY_derive(context.get(), out.data(), &length) > 0,
            "no agreement");
    return out;
}

Bytes TestKey::scalar() const { return number(key_.get(), OSSL_PKEY_PARAM_PRIV_KEY, 32); }

Bytes TestKey::pkcs1() const {
    unsigned char* out = nullptr;
    const int length = i2d_PrivateKey(key_.get(), &out);
    require(length > 0, "key does not encode");
    Bytes der(out, out + length);
    OPENSSL_free(out);
    return der;
}

TestCa::TestCa(KeyAlgorithm algorithm, const std::string& name)
    : TestCa(token::isRsa(algorithm) ? TestKey::shared(algorithm) : TestKey::generate(algorithm), name) {}

TestCa TestCa::ofWeakRsa() { return {TestKey::weakRsa(), "Weak Root"}; }

TestCa::TestCa(TestKey key, const std::string& name) : key_(std::move(key)), name_(name) {
    CertificateSpec spec;
    spec.subject = {{"C", "CN"}, {"CN", name}};
    spec.keyUsage = kCaUsage;
    spec.ca = true;
    spec.serial = 1;
    certificate_ = makeCertificate(key_.publicKey(), spec, key_, nullptr);
}

TestCa::TestCa(const TestCa& parent, KeyAlgorithm algorithm, const std::string& name)
    : key_(TestKey::generate(algorithm)), name_(name) {
    CertificateSpec spec;
    spec.subject = {{"C", "CN"}, {"CN", name}};
    spec.keyUsage = kCaUsage;
    spec.ca = true;
    spec.serial = 2;
    certificate_ = parent.issue(key_.publicKey(), spec);
}

Bytes TestCa::issue(const token::PublicKey& key, const CertificateSpec& spec) const {
    const auto name = own(X509_NAME_new(), X509_NAME_free);
    fillName(name.get(), {{"C", "CN"}, {"CN", name_}});
    return makeCertificate(key, spec, key_, name.get());
}

Bytes spkiOf(const TestKey& key) {
    unsigned char* out = nullptr;
    const int length = i2d_PUBKEY(key.handle(), &out);
    require(length > 0, "public key does not encode");
    Bytes der(out, out + length);
    OPENSSL_free(out);
    return der;
}

Bytes encryptTo(const TestKey& key, ByteView plain) {
    const auto context = own(EVP_PKEY_CTX_new(key.handle(), nullptr), EVP_PKEY_CTX_free);
    require(EVP_PKEY_encrypt_init(context.get()) > 0, "encryption does not start");
    std::size_t length = 0;
    EVP_PKEY_encrypt(context.get(), nullptr, &length, plain.data(), plain.size());
    Bytes out(length);
    require(EVP_PKEY_encrypt(context.get(), out.data(), &length, plain.data(), plain.size()) > 0,
            "not encrypted");
    out.resize(length);
    return out;
}

Bytes encryptWith(const char* cipher, ByteView key, ByteView iv, ByteView plain) {
    const auto algorithm = own(EVP_CIPHER_fetch(nullptr, cipher, nullptr), EVP_CIPHER_free);
    const auto context = own(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    EVP_EncryptInit_ex2(context.get(), algorithm.get(), key.data(), iv.empty() ? nullptr : iv.data(),
                        nullptr);
    EVP_CIPHER_CTX_set_padding(context.get(), 0);
    Bytes out(plain.size() + 16);
    int length = 0;
    int last = 0;
    EVP_EncryptUpdate(context.get(), out.data(), &length, plain.data(), static_cast<int>(plain.size()));
    EVP_EncryptFinal_ex(context.get(), out.data() + length, &last);
    out.resize(static_cast<std::size_t>(length + last));
    return out;
}

}  // namespace ukey::pki::test
