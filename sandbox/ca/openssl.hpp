// OpenSSL objects that free themselves, and its failures as ukey::Error.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "tokenlib/base/bytes.hpp"

namespace ukey::ca {

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, Freer<X509_free>>;
using CipherContextPtr = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, Freer<X509_CRL_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, Freer<ASN1_INTEGER_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using NamePtr = std::unique_ptr<X509_NAME, Freer<X509_NAME_free>>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, Freer<ASN1_OBJECT_free>>;
using OctetStringPtr = std::unique_ptr<ASN1_OCTET_STRING, Freer<ASN1_OCTET_STRING_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, Freer<X509_REQ_free>>;
using RevokedPtr = std::unique_ptr<X509_REVOKED, Freer<X509_REVOKED_free>>;
using TimePtr = std::unique_ptr<ASN1_TIME, Freer<ASN1_TIME_free>>;

/// Throws `internal` with OpenSSL's own words and what was being done.
[[noreturn]] void failOpenssl(const char* doing);

inline void require(bool good, const char* doing) {
    if (!good) failOpenssl(doing);
}
template <class Pointer>
Pointer requirePointer(Pointer pointer, const char* doing) {
    if (!pointer) failOpenssl(doing);
    return pointer;
}

/// The DER of anything that OpenSSL has an i2d function for.
template <class T>
Bytes toDer(int (*encode)(T*, unsigned char**), std::remove_const_t<T>* object) {
    const int length = encode(object, nullptr);
    require(length > 0, "encoding");
    Bytes der(static_cast<std::size_t>(length));
    unsigned char* cursor = der.data();
    encode(object, &cursor);
    return der;
}

/// What was written into a memory BIO.
std::string takeText(BIO* bio);

}  // namespace ukey::ca
