#include "sandbox/ra/proof.hpp"

#include <openssl/err.h>

#include <string_view>

namespace ukey::ra {
namespace {

constexpr std::string_view kSm2UserId = "1234567812345678";

}  // namespace

bool isProof(EVP_PKEY* oldKey, X509_REQ* request, ByteView signature) {
    // With its zero octet at the end: a signature over the request alone may be one that any page had made.
    constexpr std::string_view kDomain("Ukey Bridge renewal v2\0", 23);
    const auto csr = ca::toDer(i2d_X509_REQ, request);
    Bytes message(kDomain.begin(), kDomain.end());
    message.insert(message.end(), csr.begin(), csr.end());
    const bool sm2 = EVP_PKEY_is_a(oldKey, "SM2") == 1;
    const ca::KeyContextPtr keyContext(
        ca::requirePointer(EVP_PKEY_CTX_new_from_pkey(nullptr, oldKey, nullptr), "checking a proof"));
    const ca::DigestContextPtr context(ca::requirePointer(EVP_MD_CTX_new(), "checking a proof"));
    if (sm2) {
        ca::require(EVP_PKEY_CTX_set1_id(keyContext.get(), kSm2UserId.data(),
                                         static_cast<int>(kSm2UserId.size())) == 1,
                    "checking a proof");
    }
    EVP_MD_CTX_set_pkey_ctx(context.get(), keyContext.get());
    const bool good =
        EVP_DigestVerifyInit(context.get(), nullptr, sm2 ? EVP_sm3() : EVP_sha256(), nullptr, oldKey) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) ==
            1;
    ERR_clear_error();
    return good;
}

}  // namespace ukey::ra
