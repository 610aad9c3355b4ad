#include "sandbox/login_check/signature_check.hpp"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <array>
#include <vector>

namespace ukey::login_check {
namespace {

struct LoginAlgorithm {
    std::string_view name;
    const EVP_MD* (*digest)();
    std::size_t coordinate;  ///< Octets of r and of s; 0 for RSA.
};

const LoginAlgorithm* loginAlgorithm(std::string_view name) {
    static constexpr std::array<LoginAlgorithm, 4> kAlgorithms{{{"SM2SM3", EVP_sm3, 32},
                                                                {"RS256", EVP_sha256, 0},
                                                                {"ES256", EVP_sha256, 32},
                                                                {"ES384", EVP_sha384, 48}}};
    for (const auto& algorithm : kAlgorithms) {
        if (algorithm.name == name) return &algorithm;
    }
    return nullptr;
}

bool appendHash(std::vector<std::uint8_t>& out, const EVP_MD* digest, std::string_view text) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
    unsigned length = 0;
    if (EVP_Digest(text.data(), text.size(), hash.data(), &length, digest, nullptr) != 1) return false;
    out.insert(out.end(), hash.begin(), hash.begin() + length);
    return true;
}

/// r || s as the DER that OpenSSL takes; empty when the length is wrong.
std::vector<std::uint8_t> toDer(std::span<const std::uint8_t> raw, std::size_t coordinate) {
    if (raw.size() != 2 * coordinate) return {};
    const EcdsaSignaturePtr signature(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(raw.data(), static_cast<int>(coordinate), nullptr);
    BIGNUM* s = BN_bin2bn(raw.data() + coordinate, static_cast<int>(coordinate), nullptr);
    if (!signature || r == nullptr || s == nullptr || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    const int length = i2d_ECDSA_SIG(signature.get(), nullptr);
    if (length <= 0) return {};
    std::vector<std::uint8_t> der(static_cast<std::size_t>(length));
    std::uint8_t* cursor = der.data();
    i2d_ECDSA_SIG(signature.get(), &cursor);
    return der;
}

bool verify(EVP_PKEY* key, const EVP_MD* digest, std::span<const std::uint8_t> message,
            std::span<const std::uint8_t> signature) {
    const DigestContextPtr context(EVP_MD_CTX_new());
    const KeyContextPtr keyContext(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (!context || !keyContext) return false;
    if (EVP_PKEY_is_a(key, "SM2") == 1 &&
        EVP_PKEY_CTX_set1_id(keyContext.get(), kSm2UserId.data(), kSm2UserId.size()) != 1) {
        return false;
    }
    // The digest context only borrows the key context: it is taken back before either is freed.
    EVP_MD_CTX_set_pkey_ctx(context.get(), keyContext.get());
    const bool good = EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
                      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                       message.size()) == 1;
    EVP_MD_CTX_set_pkey_ctx(context.get(), nullptr);
    ERR_clear_error();
    return good;
}

/// The first element inside a DER sequence, with its own header: what is signed in a certificate or a list.
std::span<const std::uint8_t> firstElement(const std::vector<std::uint8_t>& der) {
    const std::uint8_t* cursor = der.data();
    long length = 0;
    int tag = 0;
    int tagClass = 0;
    const int outer = ASN1_get_object(&cursor, &length, &tag, &tagClass, static_cast<long>(der.size()));
    if ((outer & 0x81) != 0 || tag != V_ASN1_SEQUENCE) return {};
    const std::uint8_t* const begin = cursor;
    const int inner = ASN1_get_object(&cursor, &length, &tag, &tagClass, length);
    if ((inner & 0x81) != 0) return {};
    return {begin, static_cast<std::size_t>(cursor - begin) + static_cast<std::size_t>(length)};
}

}  // namespace

std::optional<std::string> keyAlgorithmOf(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "SM2") == 1) return "sm2";
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits == 2048 || bits == 3072 || bits == 4096) return "rsa" + std::to_string(bits);
        return std::nullopt;
    }
    if (EVP_PKEY_is_a(key, "EC") == 1) {
        std::array<char, 64> group{};
        std::size_t length = 0;
        if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1) return std::nullopt;
        const std::string_view name(group.data(), length);
        if (name == SN_X9_62_prime256v1) return "p256";
        if (name == SN_secp384r1) return "p384";
    }
    return std::nullopt;
}

std::string_view loginAlgorithmOf(std::string_view keyAlgorithm) {
    if (keyAlgorithm == "sm2") return "SM2SM3";
    if (keyAlgorithm == "p256") return "ES256";
    if (keyAlgorithm == "p384") return "ES384";
    return "RS256";
}

bool isLoginSignature(EVP_PKEY* key, std::string_view algorithm, std::string_view origin,
                      std::string_view challenge, std::span<const std::uint8_t> signature) {
    const LoginAlgorithm* known = loginAlgorithm(algorithm);
    if (known == nullptr) return false;
    // With its zero octet at the end. By it a login is told apart from everything else that the key signs.
    constexpr std::string_view kDomain("Ukey Bridge authentication v2\0", 30);
    std::vector<std::uint8_t> message(kDomain.begin(), kDomain.end());
    if (!appendHash(message, known->digest(), origin) || !appendHash(message, known->digest(), challenge)) {
        return false;
    }
    if (known->coordinate == 0) return verify(key, known->digest(), message, signature);
    const auto der = toDer(signature, known->coordinate);
    return !der.empty() && verify(key, known->digest(), message, der);
}

void setDistinguishingId(X509* certificate) {
    if (X509_get_signature_nid(certificate) != NID_SM2_with_SM3) return;
    ASN1_OCTET_STRING* id = ASN1_OCTET_STRING_new();
    if (id == nullptr) return;
    ASN1_OCTET_STRING_set(id, reinterpret_cast<const unsigned char*>(kSm2UserId.data()),
                          static_cast<int>(kSm2UserId.size()));
    X509_set0_distinguishing_id(certificate, id);
}

bool isSignedBy(const X509_CRL* list, EVP_PKEY* issuer) {
    int digestId = NID_undef;
    int keyId = NID_undef;
    if (OBJ_find_sigid_algs(X509_CRL_get_signature_nid(list), &digestId, &keyId) != 1) return false;
    const EVP_MD* digest = EVP_get_digestbynid(digestId);
    if (digest == nullptr || EVP_MD_get_size(digest) < 32) return false;

    const int length = i2d_X509_CRL(const_cast<X509_CRL*>(list), nullptr);
    if (length <= 0) return false;
    std::vector<std::uint8_t> der(static_cast<std::size_t>(length));
    std::uint8_t* cursor = der.data();
    i2d_X509_CRL(const_cast<X509_CRL*>(list), &cursor);

    const ASN1_BIT_STRING* signature = nullptr;
    X509_CRL_get0_signature(list, &signature, nullptr);
    const auto signedPart = firstElement(der);
    return !signedPart.empty() && verify(issuer, digest, signedPart,
                                         {ASN1_STRING_get0_data(signature),
                                          static_cast<std::size_t>(ASN1_STRING_length(signature))});
}

}  // namespace ukey::login_check
