#include "sandbox/ca/signing.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <string_view>

#include "tokenlib/base/error.hpp"

namespace ukey::ca {
namespace {

/// GM/T 0009 clause 10. OpenSSL's own default is the empty identifier.
constexpr std::string_view kSm2UserId = "1234567812345678";
constexpr std::size_t kMaxRequest = 16 * 1024;

/// A digest context ready to sign, together with the key context that it borrows.
class Signer {
  public:
    explicit Signer(EVP_PKEY* key)
        : keyContext_(requirePointer(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr), "signing")),
          context_(requirePointer(EVP_MD_CTX_new(), "signing")) {
        const bool sm2 = EVP_PKEY_is_a(key, "SM2") == 1;
        if (sm2) {
            require(EVP_PKEY_CTX_set1_id(keyContext_.get(), kSm2UserId.data(),
                                         static_cast<int>(kSm2UserId.size())) == 1,
                    "signing");
        }
        EVP_MD_CTX_set_pkey_ctx(context_.get(), keyContext_.get());
        require(
            EVP_DigestSignInit(context_.get(), nullptr, sm2 ? EVP_sm3() : EVP_sha256(), nullptr, key) == 1,
            "signing");
    }
    EVP_MD_CTX* context() { return context_.get(); }

  private:
    KeyContextPtr keyContext_;
    DigestContextPtr context_;
};

}  // namespace

void signCertificate(X509* certificate, EVP_PKEY* issuerKey) {
    Signer signer(issuerKey);
    require(X509_sign_ctx(certificate, signer.context()) > 0, "signing a certificate");
}

void signCrl(X509_CRL* list, EVP_PKEY* issuerKey) {
    Signer signer(issuerKey);
    require(X509_CRL_sign_ctx(list, signer.context()) > 0, "signing a revocation list");
}

Bytes signData(EVP_PKEY* key, std::string_view data) {
    Signer signer(key);
    const auto* const octets = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t length = 0;
    require(EVP_DigestSign(signer.context(), nullptr, &length, octets, data.size()) == 1, "signing");
    Bytes signature(length);
    require(EVP_DigestSign(signer.context(), signature.data(), &length, octets, data.size()) == 1, "signing");
    signature.resize(length);
    return signature;
}

RequestPtr readRequest(const std::string& pem) {
    if (pem.size() > kMaxRequest) throw Error(ErrorCode::badRequest, "the request is too long");
    const BioPtr input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    RequestPtr request(PEM_read_bio_X509_REQ(input.get(), nullptr, nullptr, nullptr));
    EVP_PKEY* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
    if (key == nullptr) {
        ERR_clear_error();
        throw Error(ErrorCode::badRequest, "not a certificate request");
    }
    if (EVP_PKEY_is_a(key, "SM2") == 1) {
        OctetStringPtr id(requirePointer(ASN1_OCTET_STRING_new(), "memory"));
        ASN1_OCTET_STRING_set(id.get(), reinterpret_cast<const unsigned char*>(kSm2UserId.data()),
                              static_cast<int>(kSm2UserId.size()));
        X509_REQ_set0_distinguishing_id(request.get(), id.release());
    }
    if (X509_REQ_verify(request.get(), key) != 1) {
        ERR_clear_error();
        throw Error(ErrorCode::badRequest, "the request is not signed with its own key");
    }
    return request;
}

}  // namespace ukey::ca
