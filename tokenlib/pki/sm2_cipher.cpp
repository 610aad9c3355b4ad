#include "tokenlib/pki/sm2_cipher.hpp"

#include <openssl/rsa.h>

#include <algorithm>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/openssl_handles.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::pki {
namespace {

constexpr std::size_t kCoordinate = 32;
constexpr std::size_t kPoint = 2 * kCoordinate;
constexpr std::size_t kHash = 32;
constexpr std::size_t kMaxPlain = 65536;

[[noreturn]] void fail(const char* why) {
    throw Error(ErrorCode::badRequest, std::string("SM2 ciphertext: ") + why);
}

Bytes leftPadded(ByteView number) {
    if (number.size() > kCoordinate) fail("coordinate is longer than 32 octets");
    Bytes out(kCoordinate - number.size(), 0);
    out.insert(out.end(), number.begin(), number.end());
    return out;
}

void checkParts(const token::Sm2Cipher& cipher) {
    if (cipher.x.size() != kCoordinate || cipher.y.size() != kCoordinate || cipher.hash.size() != kHash ||
        cipher.cipher.empty() || cipher.cipher.size() > kMaxPlain) {
        fail("parts of wrong lengths");
    }
}

bool isOnCurve(ByteView coordinates) {
    token::PublicKey point;
    point.point = der::join({Bytes{4}, coordinates});
    return isValid(point);
}

Bytes encrypt(EVP_PKEY_CTX* context, ByteView plain) {
    std::size_t length = 0;
    if (EVP_PKEY_encrypt(context, nullptr, &length, plain.data(), plain.size()) <= 0) {
        throw Error(ErrorCode::badRequest, "encryption: " + opensslError());
    }
    Bytes out(length);
    if (EVP_PKEY_encrypt(context, out.data(), &length, plain.data(), plain.size()) <= 0) {
        throw Error(ErrorCode::badRequest, "encryption: " + opensslError());
    }
    out.resize(length);
    return out;
}

PkeyContext encryptionContext(EVP_PKEY* key) {
    PkeyContext context(EVP_PKEY_CTX_new(key, nullptr));
    if (!context || EVP_PKEY_encrypt_init(context.get()) <= 0) {
        throw Error(ErrorCode::internal, "encryption: " + opensslError());
    }
    return context;
}

PkeyHandle rsaKey(const token::PublicKey& key) {
    PkeyHandle pkey = token::isRsa(key.algorithm) ? toPkey(key) : nullptr;
    if (!pkey) throw Error(ErrorCode::badRequest, "RSA encryption: not an RSA key");
    return pkey;
}

}  // namespace

Bytes sm2CipherToDer(const token::Sm2Cipher& cipher) {
    checkParts(cipher);
    return der::sequence({der::integer(ByteView(cipher.x)), der::integer(ByteView(cipher.y)),
                          der::octetString(cipher.hash), der::octetString(cipher.cipher)});
}

token::Sm2Cipher sm2CipherFromDer(ByteView encoded) {
    der::Reader outer(encoded, "SM2Cipher");
    der::Reader parts = outer.sequence();
    outer.end();
    token::Sm2Cipher cipher;
    cipher.x = leftPadded(parts.fixedInteger());
    cipher.y = leftPadded(parts.fixedInteger());
    const ByteView hash = parts.octetString();
    const ByteView content = parts.octetString();
    parts.end();
    cipher.hash.assign(hash.begin(), hash.end());
    cipher.cipher.assign(content.begin(), content.end());
    checkParts(cipher);
    return cipher;
}

token::Sm2Cipher sm2CipherFromRaw(ByteView raw, Sm2CipherOrder order) {
    if (raw.size() <= kPoint + kHash) fail("too short");
    if (raw.front() == 4 && raw.size() > 1 + kPoint + kHash && isOnCurve(raw.subspan(1, kPoint))) {
        raw = raw.subspan(1);
    } else if (!isOnCurve(raw.first(kPoint))) {
        fail("point is not on the curve");
    }
    const ByteView rest = raw.subspan(kPoint);
    const std::size_t length = rest.size() - kHash;
    const bool hashFirst = order == Sm2CipherOrder::c1c3c2;
    const ByteView hash = hashFirst ? rest.first(kHash) : rest.subspan(length);
    const ByteView content = hashFirst ? rest.subspan(kHash) : rest.first(length);
    token::Sm2Cipher cipher;
    cipher.x.assign(raw.begin(), raw.begin() + kCoordinate);
    cipher.y.assign(raw.begin() + kCoordinate, raw.begin() + kPoint);
    cipher.hash.assign(hash.begin(), hash.end());
    cipher.cipher.assign(content.begin(), content.end());
    checkParts(cipher);
    return cipher;
}

Bytes sm2CipherToRaw(const token::Sm2Cipher& cipher, Sm2CipherOrder order) {
    checkParts(cipher);
    const Bytes prefix{4};
    return order == Sm2CipherOrder::c1c3c2
               ? der::join({prefix, cipher.x, cipher.y, cipher.hash, cipher.cipher})
               : der::join({prefix, cipher.x, cipher.y, cipher.cipher, cipher.hash});
}

token::Sm2Cipher sm2Encrypt(const token::PublicKey& key, ByteView plain) {
    if (plain.empty() || plain.size() > kMaxPlain) fail("plaintext of no octets or too many");
    const PkeyHandle pkey = key.algorithm == token::KeyAlgorithm::sm2 ? toPkey(key) : nullptr;
    if (!pkey) throw Error(ErrorCode::badRequest, "SM2 encryption: not an SM2 key");
    const PkeyContext context = encryptionContext(pkey.get());
    return sm2CipherFromDer(encrypt(context.get(), plain));
}

Bytes rsaEncrypt(const token::PublicKey& key, ByteView plain) {
    const PkeyHandle pkey = rsaKey(key);
    const PkeyContext context = encryptionContext(pkey.get());
    if (EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) <= 0) {
        throw Error(ErrorCode::internal, "RSA encryption: " + opensslError());
    }
    return encrypt(context.get(), plain);
}

Bytes rsaEncryptOaep(const token::PublicKey& key, ByteView plain) {
    const PkeyHandle pkey = rsaKey(key);
    const PkeyContext context = encryptionContext(pkey.get());
    if (EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) <= 0 ||
        EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) <= 0 ||
        EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) <= 0) {
        throw Error(ErrorCode::internal, "RSA encryption: " + opensslError());
    }
    return encrypt(context.get(), plain);
}

}  // namespace ukey::pki
