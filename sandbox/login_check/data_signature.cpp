#include "sandbox/login_check/data_signature.hpp"

#include <openssl/err.h>

#include "sandbox/login_check/signature_check.hpp"

namespace ukey::login_check {
namespace {

/// As strong as the key.
const EVP_MD* digestFor(const EVP_PKEY* key) {
    const auto algorithm = keyAlgorithmOf(key);
    if (algorithm == "sm2") return EVP_sm3();
    return algorithm == "p384" ? EVP_sha384() : EVP_sha256();
}

}  // namespace

bool isDataSignature(EVP_PKEY* key, std::string_view document, std::span<const std::uint8_t> signature) {
    const bool sm2 = EVP_PKEY_is_a(key, "SM2") == 1;
    const KeyContextPtr keyContext(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    const DigestContextPtr context(EVP_MD_CTX_new());
    if (!keyContext || !context) return false;
    if (sm2 &&
        EVP_PKEY_CTX_set1_id(keyContext.get(), kSm2UserId.data(), static_cast<int>(kSm2UserId.size())) != 1)
        return false;
    EVP_MD_CTX_set_pkey_ctx(context.get(), keyContext.get());
    const auto* const octets = reinterpret_cast<const unsigned char*>(document.data());
    const bool good =
        EVP_DigestVerifyInit(context.get(), nullptr, digestFor(key), nullptr, key) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), octets, document.size()) == 1;
    ERR_clear_error();
    return good;
}

}  // namespace ukey::login_check
