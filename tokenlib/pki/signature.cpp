#include "tokenlib/pki/signature.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/openssl_handles.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::pki {
namespace {

using token::DigestAlgorithm;
using token::KeyAlgorithm;

[[noreturn]] void fail(const char* why) {
    throw Error(ErrorCode::badRequest, std::string("signature: ") + why);
}

bool isZero(ByteView number) {
    return std::all_of(number.begin(), number.end(), [](std::uint8_t octet) { return octet == 0; });
}

void checkRsaLength(KeyAlgorithm algorithm, ByteView signature) {
    if (signature.size() != modulusLength(algorithm)) fail("length is not the modulus's");
}

const EVP_MD* rsaDigest(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return EVP_sha256();
        case DigestAlgorithm::sha384:
            return EVP_sha384();
        case DigestAlgorithm::sha512:
            return EVP_sha512();
        default:
            return nullptr;
    }
}

bool prepareRsa(EVP_PKEY_CTX* context, DigestAlgorithm algorithm) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0 &&
           EVP_PKEY_CTX_set_signature_md(context, rsaDigest(algorithm)) > 0;
}

/// A page signs one thing after the other with the same key, and OpenSSL takes a quarter of the time of a
/// P-256 verification to take a key in. Null when it is none.
EVP_PKEY* keptPkey(const token::PublicKey& key) {
    struct Kept {
        token::PublicKey key;
        PkeyHandle pkey;
    };
    thread_local Kept kept;
    if (!kept.pkey || kept.key != key) kept = {key, toPkey(key)};
    return kept.pkey.get();
}

}  // namespace

Bytes signatureToDer(KeyAlgorithm algorithm, ByteView raw) {
    if (token::isRsa(algorithm)) {
        checkRsaLength(algorithm, raw);
        return {raw.begin(), raw.end()};
    }
    const std::size_t length = coordinateLength(algorithm);
    if (raw.size() != 2 * length) fail("length is not twice the curve's");
    const ByteView r = raw.first(length);
    const ByteView s = raw.subspan(length);
    if (isZero(r) || isZero(s)) fail("r or s is zero");
    return der::sequence({der::integer(r), der::integer(s)});
}

Bytes signatureFromDer(KeyAlgorithm algorithm, ByteView encoded) {
    if (token::isRsa(algorithm)) {
        checkRsaLength(algorithm, encoded);
        return {encoded.begin(), encoded.end()};
    }
    der::Reader outer(encoded, "signature");
    der::Reader numbers = outer.sequence();
    outer.end();
    const ByteView r = numbers.unsignedInteger();
    const ByteView s = numbers.unsignedInteger();
    numbers.end();
    const std::size_t length = coordinateLength(algorithm);
    if (r.empty() || s.empty() || r.size() > length || s.size() > length) fail("r or s is out of range");
    Bytes raw(2 * length);
    std::copy(r.begin(), r.end(), raw.begin() + static_cast<std::ptrdiff_t>(length - r.size()));
    std::copy(s.begin(), s.end(), raw.begin() + static_cast<std::ptrdiff_t>(2 * length - s.size()));
    return raw;
}

bool verify(const token::PublicKey& key, DigestAlgorithm algorithm, ByteView digest, ByteView raw) {
    if (!goesWith(algorithm, key.algorithm)) fail("digest does not go with the key");
    if (digest.size() != token::digestLength(algorithm)) fail("length of the digest");
    Bytes encoded;
    try {
        encoded = signatureToDer(key.algorithm, raw);
    } catch (const Error&) {
        return false;
    }
    EVP_PKEY* pkey = keptPkey(key);
    if (pkey == nullptr) return false;
    const PkeyContext context(EVP_PKEY_CTX_new(pkey, nullptr));
    const bool holds =
        context && EVP_PKEY_verify_init(context.get()) > 0 &&
        (!token::isRsa(key.algorithm) || prepareRsa(context.get(), algorithm)) &&
        EVP_PKEY_verify(context.get(), encoded.data(), encoded.size(), digest.data(), digest.size()) == 1;
    ERR_clear_error();
    return holds;
}

void requireSignature(const token::PublicKey& key, DigestAlgorithm algorithm, ByteView digest, ByteView raw) {
    if (!verify(key, algorithm, digest, raw))
        throw Error(ErrorCode::driverError, "the token's signature does not verify");
}

}  // namespace ukey::pki
