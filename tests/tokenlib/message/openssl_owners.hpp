// OpenSSL's objects, for tests that ask it for its own judgement.
#pragma once

#include <openssl/bio.h>
#include <openssl/x509.h>

#include <memory>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::cms::test {

template <auto kFree>
struct Free {
    template <typename T>
    void operator()(T* object) const {
        kFree(object);
    }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using X509Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Store = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;

inline Bio bioOf(ByteView octets) {
    return Bio(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
}

inline Bytes octetsOf(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return {data, data + length};
}

inline X509Certificate x509Of(const pki::Certificate& certificate) {
    const unsigned char* at = certificate.der().data();
    return X509Certificate(d2i_X509(nullptr, &at, static_cast<long>(certificate.der().size())));
}

}  // namespace ukey::cms::test
