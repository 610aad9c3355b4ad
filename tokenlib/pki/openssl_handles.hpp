// Owners for OpenSSL's objects. Used inside pki only.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

template <auto kFree>
struct Freer {
    template <typename T>
    void operator()(T* object) const noexcept {
        kFree(object);
    }
};

using PkeyHandle = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;
using X509Handle = std::unique_ptr<X509, Freer<X509_free>>;
using X509StoreHandle = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;
using X509StoreContext = std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>>;
using GroupHandle = std::unique_ptr<EC_GROUP, Freer<EC_GROUP_free>>;
using PointHandle = std::unique_ptr<EC_POINT, Freer<EC_POINT_clear_free>>;
using BioHandle = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using BignumHandle = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;

/// Starts OpenSSL once, without the machine's openssl.cnf: no engine or provider of someone else's choice.
/// Every file that uses OpenSSL calls this first.
void useOpenSsl();

/// OpenSSL's last error as text for the log; empties its queue.
std::string opensslError();

/// A key that OpenSSL can verify with or encrypt to; null when the numbers are no key (the point is not on
/// its curve, …).
PkeyHandle toPkey(const token::PublicKey& key);

/// Strict DER of one certificate; null when it is none.
X509Handle toX509(ByteView der);

}  // namespace ukey::pki
