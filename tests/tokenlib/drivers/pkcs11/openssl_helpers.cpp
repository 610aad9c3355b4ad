#include "openssl_helpers.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace ukey::test {
namespace {

using token::DigestAlgorithm;
using token::KeyAlgorithm;

template <class T>
T* need(T* pointer) {
    if (pointer == nullptr) throw std::runtime_error("OpenSSL: " + std::to_string(ERR_get_error()));
    return pointer;
}
void need(int result) {
    if (result <= 0) throw std::runtime_error("OpenSSL: " + std::to_string(ERR_get_error()));
}

template <auto free>
struct Free {
    template <class T>
    void operator()(T* pointer) const noexcept {
        free(pointer);
    }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;

void freeSequence(ASN1_SEQUENCE_ANY* sequence) { sk_ASN1_TYPE_pop_free(sequence, ASN1_TYPE_free); }

const char* curveName(KeyAlgorithm algorithm) {
    if (algorithm == KeyAlgorithm::p256) return "P-256";
    return algorithm == KeyAlgorithm::p384 ? "P-384" : "SM2";
}

const EVP_MD* digestMethod(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return EVP_sha256();
        case DigestAlgorithm::sha384:
            return EVP_sha384();
        case DigestAlgorithm::sha512:
            return EVP_sha512();
        case DigestAlgorithm::sm3:
            break;
    }
    return EVP_sm3();
}

Bytes numberOf(EVP_PKEY* key, const char* name) {
    BIGNUM* raw = nullptr;
    need(EVP_PKEY_get_bn_param(key, name, &raw));
    const Number number(raw);
    Bytes out(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), out.data());
    return out;
}

Bytes derSignature(ByteView raw) {
    const std::size_t half = raw.size() / 2;
    const std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>> signature(need(ECDSA_SIG_new()));
    need(ECDSA_SIG_set0(signature.get(), BN_bin2bn(raw.data(), static_cast<int>(half), nullptr),
                        BN_bin2bn(raw.data() + half, static_cast<int>(half), nullptr)));
    unsigned char* out = nullptr;
    const int length = i2d_ECDSA_SIG(signature.get(), &out);
    Bytes der(out, out + length);
    OPENSSL_free(out);
    return der;
}

void addExtension(X509* certificate, int identifier, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
        need(X509V3_EXT_conf_nid(nullptr, nullptr, identifier, value.c_str())));
    need(X509_add_ext(certificate, extension.get(), -1));
}

Bytes cipher(const EVP_CIPHER* method, ByteView key, ByteView iv, ByteView plain) {
    const std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>> context(need(EVP_CIPHER_CTX_new()));
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    need(EVP_EncryptInit_ex(context.get(), method, nullptr, key.data(), iv.empty() ? nullptr : iv.data()));
    Bytes out(plain.size() + 64);
    int first = 0;
    int last = 0;
    need(EVP_EncryptUpdate(context.get(), out.data(), &first, plain.data(), static_cast<int>(plain.size())));
    need(EVP_EncryptFinal_ex(context.get(), out.data() + first, &last));
    out.resize(static_cast<std::size_t>(first + last));
    return out;
}

}  // namespace

Key newKey(KeyAlgorithm algorithm) {
    if (token::isRsa(algorithm)) return Key(need(EVP_RSA_gen(2048)));
    return Key(need(EVP_PKEY_Q_keygen(nullptr, nullptr, algorithm == KeyAlgorithm::sm2 ? "SM2" : "EC",
                                      curveName(algorithm))));
}

token::PublicKey publicKeyOf(EVP_PKEY* key) {
    token::PublicKey out;
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        out.algorithm = KeyAlgorithm::rsa2048;
        out.modulus = numberOf(key, OSSL_PKEY_PARAM_RSA_N);
        out.exponent = numberOf(key, OSSL_PKEY_PARAM_RSA_E);
        return out;
    }
    if (EVP_PKEY_is_a(key, "SM2") == 1)
        out.algorithm = KeyAlgorithm::sm2;
    else
        out.algorithm = EVP_PKEY_get_bits(key) == 384 ? KeyAlgorithm::p384 : KeyAlgorithm::p256;
    const std::size_t size = out.algorithm == KeyAlgorithm::p384 ? 48 : 32;
    out.point.assign(1, 0x04);
    for (const char* name : {OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y}) {
        const Bytes coordinate = numberOf(key, name);
        out.point.insert(out.point.end(), size - coordinate.size(), 0);
        out.point.insert(out.point.end(), coordinate.begin(), coordinate.end());
    }
    return out;
}

Key fromPublicKey(const token::PublicKey& key) {
    const bool rsa = token::isRsa(key.algorithm);
    const std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>> builder(need(OSSL_PARAM_BLD_new()));
    Number n(BN_bin2bn(key.modulus.data(), static_cast<int>(key.modulus.size()), nullptr));
    Number e(BN_bin2bn(key.exponent.data(), static_cast<int>(key.exponent.size()), nullptr));
    if (rsa) {
        need(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()));
        need(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()));
    } else {
        need(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                             curveName(key.algorithm), 0));
        need(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, key.point.data(),
                                              key.point.size()));
    }
    const std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>> parameters(
        need(OSSL_PARAM_BLD_to_param(builder.get())));
    const char* type = rsa ? "RSA" : key.algorithm == KeyAlgorithm::sm2 ? "SM2" : "EC";
    const KeyContext context(need(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)));
    need(EVP_PKEY_fromdata_init(context.get()));
    EVP_PKEY* out = nullptr;
    need(EVP_PKEY_fromdata(context.get(), &out, EVP_PKEY_PUBLIC_KEY, parameters.get()));
    return Key(out);
}

Bytes digestOf(DigestAlgorithm algorithm, ByteView message) {
    Bytes digest(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    need(
        EVP_Digest(message.data(), message.size(), digest.data(), &length, digestMethod(algorithm), nullptr));
    digest.resize(length);
    return digest;
}

bool verifies(const token::PublicKey& key, DigestAlgorithm algorithm, ByteView digest, ByteView signature) {
    const Key pkey = fromPublicKey(key);
    const KeyContext context(need(EVP_PKEY_CTX_new(pkey.get(), nullptr)));
    need(EVP_PKEY_verify_init(context.get()));
    if (token::isRsa(key.algorithm)) {
        need(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING));
        need(EVP_PKEY_CTX_set_signature_md(context.get(), digestMethod(algorithm)));
        return EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(),
                               digest.size()) == 1;
    }
    const Bytes der = derSignature(signature);
    return EVP_PKEY_verify(context.get(), der.data(), der.size(), digest.data(), digest.size()) == 1;
}

Bytes encryptPkcs1(const token::PublicKey& key, ByteView plain) {
    const Key pkey = fromPublicKey(key);
    const KeyContext context(need(EVP_PKEY_CTX_new(pkey.get(), nullptr)));
    need(EVP_PKEY_encrypt_init(context.get()));
    need(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING));
    Bytes out(key.modulus.size());
    std::size_t length = out.size();
    need(EVP_PKEY_encrypt(context.get(), out.data(), &length, plain.data(), plain.size()));
    return out;
}

token::Sm2Cipher encryptSm2(const token::PublicKey& key, ByteView plain) {
    const Key pkey = fromPublicKey(key);
    const KeyContext context(need(EVP_PKEY_CTX_new(pkey.get(), nullptr)));
    need(EVP_PKEY_encrypt_init(context.get()));
    Bytes der(plain.size() + 256);
    std::size_t length = der.size();
    need(EVP_PKEY_encrypt(context.get(), der.data(), &length, plain.data(), plain.size()));
    const unsigned char* in = der.data();
    const std::unique_ptr<ASN1_SEQUENCE_ANY, Free<freeSequence>> parts(
        need(d2i_ASN1_SEQUENCE_ANY(nullptr, &in, static_cast<long>(length))));
    token::Sm2Cipher cipher;
    for (int i = 0; i < 2; ++i) {
        const Number number(
            need(ASN1_INTEGER_to_BN(sk_ASN1_TYPE_value(parts.get(), i)->value.integer, nullptr)));
        Bytes& coordinate = i == 0 ? cipher.x : cipher.y;
        coordinate.resize(32);
        need(BN_bn2binpad(number.get(), coordinate.data(), 32));
    }
    for (int i = 2; i < 4; ++i) {
        const ASN1_OCTET_STRING* octets = sk_ASN1_TYPE_value(parts.get(), i)->value.octet_string;
        const unsigned char* start = ASN1_STRING_get0_data(octets);
        (i == 2 ? cipher.hash : cipher.cipher).assign(start, start + ASN1_STRING_length(octets));
    }
    return cipher;
}

Bytes rawFromDer(ByteView der, std::size_t coordinate) {
    const unsigned char* in = der.data();
    const std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>> signature(
        need(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size()))));
    Bytes raw(2 * coordinate);
    const int size = static_cast<int>(coordinate);
    need(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), size));
    need(BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + coordinate, size));
    return raw;
}

Bytes certificateFor(const token::PublicKey& key, const CertificateOptions& options) {
    static const Key issuerKey = newKey(KeyAlgorithm::p256);
    const Key subjectKey = fromPublicKey(key);
    const std::unique_ptr<X509, Free<X509_free>> certificate(need(X509_new()));
    need(X509_set_version(certificate.get(), 2));
    need(ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), options.serial));
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    need(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(options.commonName.c_str()), -1,
                                    -1, 0));
    X509_NAME* issuer = X509_get_issuer_name(certificate.get());
    need(X509_NAME_add_entry_by_txt(issuer, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>("Test CA"), -1, -1, 0));
    constexpr long kDay = 86400;
    need(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.startsInDays * kDay));
    need(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.endsInDays * kDay));
    need(X509_set_pubkey(certificate.get(), subjectKey.get()));
    if (!options.keyUsage.empty())
        addExtension(certificate.get(), NID_key_usage, "critical," + options.keyUsage);
    if (options.authority) addExtension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    need(X509_sign(certificate.get(), issuerKey.get(), EVP_sha256()));
    unsigned char* out = nullptr;
    const int length = i2d_X509(certificate.get(), &out);
    need(length);
    Bytes der(out, out + length);
    OPENSSL_free(out);
    return der;
}

Bytes privateKeyInfo(EVP_PKEY* key) {
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO_free>> info(
        need(EVP_PKEY2PKCS8(key)));
    unsigned char* out = nullptr;
    const int length = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &out);
    need(length);
    Bytes der(out, out + length);
    OPENSSL_free(out);
    return der;
}

Bytes aesCbcPad(ByteView key, ByteView iv, ByteView plain) {
    return cipher(key.size() == 32 ? EVP_aes_256_cbc() : EVP_aes_128_cbc(), key, iv, plain);
}

Bytes aesKeyWrapPad(ByteView key, ByteView plain) {
    return cipher(key.size() == 32 ? EVP_aes_256_wrap_pad() : EVP_aes_128_wrap_pad(), key, {}, plain);
}

}  // namespace ukey::test
