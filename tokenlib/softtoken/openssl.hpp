// Owners of OpenSSL's objects.
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <memory>

#include "tokenlib/softtoken/sar.hpp"

namespace ukey::softtoken {

template <auto Free>
struct OpensslDeleter {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using BigNumber = std::unique_ptr<BIGNUM, OpensslDeleter<&BN_clear_free>>;
using BigNumberContext = std::unique_ptr<BN_CTX, OpensslDeleter<&BN_CTX_free>>;
using Point = std::unique_ptr<EC_POINT, OpensslDeleter<&EC_POINT_clear_free>>;
using Group = std::unique_ptr<EC_GROUP, OpensslDeleter<&EC_GROUP_free>>;
using PKey = std::unique_ptr<EVP_PKEY, OpensslDeleter<&EVP_PKEY_free>>;
using PKeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslDeleter<&EVP_PKEY_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, OpensslDeleter<&EVP_CIPHER_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, OpensslDeleter<&EVP_CIPHER_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpensslDeleter<&EVP_MD_CTX_free>>;

/// For calls that fail only when memory is out or the library is broken.
inline void must(int result) {
    if (result <= 0) throw SarError(SAR_FAIL);
}
template <class T>
T* must(T* object) {
    if (object == nullptr) throw SarError(SAR_MEMORYERR);
    return object;
}

}  // namespace ukey::softtoken
