// The ASN.1 of docs/unlock.md, as templates of OpenSSL.
#pragma once

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace ukey::unlock_answer {

struct RawRequest {
    ASN1_INTEGER* version;
    ASN1_UTF8STRING* serial;
    ASN1_UTF8STRING* model;
    ASN1_OCTET_STRING* nonce;
    ASN1_GENERALIZEDTIME* expires;
    ASN1_OCTET_STRING* key;
    ASN1_OCTET_STRING* challenge;
};

struct RawCipher {
    ASN1_INTEGER* x;
    ASN1_INTEGER* y;
    ASN1_OCTET_STRING* hash;
    ASN1_OCTET_STRING* cipher;
};

struct RawResponse {
    ASN1_INTEGER* version;
    ASN1_OCTET_STRING* nonce;
    RawCipher* sealed;  ///< One of these two.
    ASN1_OCTET_STRING* vendor;
};

struct RawSigned {
    ASN1_INTEGER* version;
    RawResponse* response;
    STACK_OF(X509) * certificates;
    ASN1_OCTET_STRING* signature;
};

DECLARE_ASN1_FUNCTIONS(RawRequest)
DECLARE_ASN1_FUNCTIONS(RawCipher)
DECLARE_ASN1_FUNCTIONS(RawResponse)
DECLARE_ASN1_FUNCTIONS(RawSigned)

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
using RequestPtr = std::unique_ptr<RawRequest, Freer<RawRequest_free>>;
using CipherPtr = std::unique_ptr<RawCipher, Freer<RawCipher_free>>;
using SignedPtr = std::unique_ptr<RawSigned, Freer<RawSigned_free>>;
using ResponsePtr = std::unique_ptr<RawResponse, Freer<RawResponse_free>>;

}  // namespace ukey::unlock_answer
