// OpenSSL as the independent judge of what a module made.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::test {

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

/// A new pair; rsa2048, p256, p384, sm2.
Key newKey(token::KeyAlgorithm algorithm);
token::PublicKey publicKeyOf(EVP_PKEY* key);
Key fromPublicKey(const token::PublicKey& key);

Bytes digestOf(token::DigestAlgorithm algorithm, ByteView message);

/// Whether a raw signature (r || s, PKCS#1 block) is right for the digest.
bool verifies(const token::PublicKey& key, token::DigestAlgorithm algorithm, ByteView digest,
              ByteView signature);

Bytes encryptPkcs1(const token::PublicKey& key, ByteView plain);

token::Sm2Cipher encryptSm2(const token::PublicKey& key, ByteView plain);

/// r || s from SEQUENCE { r, s }.
Bytes rawFromDer(ByteView der, std::size_t coordinate);

struct CertificateOptions {
    std::string commonName = "zhang san";
    /// In OpenSSL's words, e.g. "digitalSignature,nonRepudiation"; empty: no extension.
    std::string keyUsage{};
    bool authority = false;
    long serial = 1;
    long startsInDays = 0;
    long endsInDays = 3650;
};
/// DER, signed by a key of its own.
Bytes certificateFor(const token::PublicKey& key, const CertificateOptions& options = {});

/// PKCS#8 PrivateKeyInfo in DER.
Bytes privateKeyInfo(EVP_PKEY* key);
Bytes aesCbcPad(ByteView key, ByteView iv, ByteView plain);
/// RFC 5649.
Bytes aesKeyWrapPad(ByteView key, ByteView plain);

}  // namespace ukey::test
