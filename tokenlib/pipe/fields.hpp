// Each structure's fields, named once; writing and reading both walk this list.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>

#include "tokenlib/pipe/messages.hpp"

namespace ukey::pipe {

template <class T, class U>
concept As = std::same_as<std::remove_const_t<T>, U>;

// Limits in octets and items. Larger than anything real, small enough to do no harm.
inline constexpr std::size_t kName = 1024;     ///< Opaque names: tokens, containers, sessions.
inline constexpr std::size_t kText = 4096;     ///< Text for people.
inline constexpr std::size_t kSmall = 4096;    ///< Digests, keys, signatures, ciphers of keys.
inline constexpr std::size_t kPin = 255;       ///< As long as any dialog or library takes.
inline constexpr std::size_t kMedium = 65536;  ///< Certificates, key envelopes.
inline constexpr std::size_t kLarge = std::size_t{16} << 20;
inline constexpr std::size_t kTokens = 256;
inline constexpr std::size_t kKeys = 1024;
inline constexpr std::size_t kAlgorithms = 16;
inline constexpr std::uint64_t kCount = 0xffff;
inline constexpr std::uint64_t kMaxPromptSeconds = 3600;

// token/types.hpp

template <class V, As<token::PinState> T>
void fields(V& v, T& o) {
    v.choice("status", o.status, token::pinStatusFrom);
    v.optionalNumber("triesLeft", o.triesLeft, kCount);
    v.optionalNumber("maxTries", o.maxTries, kCount);
    v.number("minLength", o.minLength, kCount);
    v.number("maxLength", o.maxLength, kCount);
    v.boolean("isDefault", o.isDefault);
}
template <class V, As<token::TokenInfo> T>
void fields(V& v, T& o) {
    v.name("id", o.id, kName);
    v.text("model", o.model, kText);
    v.text("label", o.label, kText);
    v.text("serial", o.serial, kText);
    v.text("manufacturer", o.manufacturer, kText);
    v.choice("state", o.state, token::tokenStateFrom);
    v.structure("pin", o.pin);
    v.choices("algorithms", o.algorithms, token::keyAlgorithmFrom, kAlgorithms);
    v.choices("deliveries", o.deliveries, token::keyDeliveryFrom, kAlgorithms);
    v.boolean("hidesCertificates", o.hidesCertificates);
    v.optionalNumber("room", o.room, kCount);
    v.boolean("protectedPath", o.protectedAuthenticationPath);
    v.boolean("remoteUnlock", o.remoteUnlock);
    v.number("connection", o.connection, std::numeric_limits<std::uint64_t>::max());
}
template <class V, As<token::PublicKey> T>
void fields(V& v, T& o) {
    v.choice("algorithm", o.algorithm, token::keyAlgorithmFrom);
    v.bytes("point", o.point, kSmall);
    v.bytes("modulus", o.modulus, kSmall);
    v.bytes("exponent", o.exponent, kSmall);
}
template <class V, As<token::KeyRef> T>
void fields(V& v, T& o) {
    v.name("container", o.container, kName);
    v.choice("usage", o.usage, token::keyUsageFrom);
}
template <class V, As<token::KeyEntry> T>
void fields(V& v, T& o) {
    v.structure("ref", o.ref);
    v.optionalStructure("publicKey", o.publicKey);
    v.bytes("certificate", o.certificate, kMedium);
    v.ordinal("decrypt", o.decrypt, token::DecryptMeans::session);
    v.boolean("alwaysAuthenticate", o.alwaysAuthenticate);
}

// token/operations.hpp

template <class V, As<Cancel> T>
void fields(V&, T&) {}
template <class V, As<token::Nothing> T>
void fields(V&, T&) {}
template <class V, As<token::ListTokens> T>
void fields(V&, T&) {}
template <class V, class T>
requires As<T, token::DescribeToken> || As<T, token::ListKeys> || As<T, token::Logout> ||
    As<T, token::UnlockChallenge>
void fields(V& v, T& o) { v.name("token", o.token, kName); }
template <class V, As<token::Sign> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.structure("key", o.key);
    v.choice("digestAlgorithm", o.digestAlgorithm, token::digestAlgorithmFrom);
    v.bytes("digest", o.digest, kSmall);
    v.optionalBytes("message", o.message, kLarge);
    v.number("attempt", o.attempt, kCount);
}
template <class V, As<token::GenerateKeyPair> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.name("container", o.container, kName);
    v.choice("algorithm", o.algorithm, token::keyAlgorithmFrom);
}
template <class V, As<token::Sm2Cipher> T>
void fields(V& v, T& o) {
    v.bytes("x", o.x, kSmall);
    v.bytes("y", o.y, kSmall);
    v.bytes("hash", o.hash, kSmall);
    v.bytes("cipher", o.cipher, kMedium);
}
template <class V, As<token::EnvelopedSm2Key> T>
void fields(V& v, T& o) {
    v.number("symmetricAlgorithm", o.symmetricAlgorithm, 0xffffffff);
    v.bytes("encryptedPrivateKey", o.encryptedPrivateKey, kSmall);
    v.bytes("publicKey", o.publicKey, kSmall);
    v.structure("wrappedKey", o.wrappedKey);
}
template <class V, As<token::WrappedKeyPair> T>
void fields(V& v, T& o) {
    v.choice("algorithm", o.algorithm, token::keyAlgorithmFrom);
    v.number("symmetricAlgorithm", o.symmetricAlgorithm, 0xffffffff);
    v.bytes("iv", o.iv, kSmall);
    v.bytes("wrappedKey", o.wrappedKey, kSmall);
    v.bytes("encryptedPrivateKey", o.encryptedPrivateKey, kMedium);
    v.structure("publicKey", o.publicKey);
}
template <class V, As<token::ImportKeyPair> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.name("container", o.container, kName);
    v.oneOf({"enveloped", "wrapped"}, o.key, kMedium);
}
template <class V, As<token::WriteCertificate> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.structure("key", o.key);
    v.bytes("certificate", o.certificate, kMedium);
}
template <class V, As<token::DeleteContainer> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.name("container", o.container, kName);
}
template <class V, As<token::OaepCipher> T>
void fields(V& v, T& o) {
    v.bytes("block", o.block, kSmall);
    v.choice("digest", o.digest, token::keyDigestFrom);
    v.choice("maskDigest", o.maskDigest, token::keyDigestFrom);
    v.bytes("label", o.label, kSmall);
}
template <class V, As<token::BareRsaCipher> T>
void fields(V& v, T& o) {
    v.bytes("block", o.block, kSmall);
}
template <class V, As<token::KeyAgreement> T>
void fields(V& v, T& o) {
    v.bytes("point", o.point, kSmall);
}
template <class V, As<token::Decrypt> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.structure("key", o.key);
    v.oneOf({"sm2", "rsa", "oaep", "bare", "agreement"}, o.cipher, kMedium);
}
template <class V, As<token::OpenSession> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.structure("key", o.key);
    v.oneOf({"sm2", "rsa"}, o.wrappedKey, kMedium);
    v.number("contentAlgorithm", o.contentAlgorithm, 0xffffffff);
    v.bytes("iv", o.iv, kSmall);
}
template <class V, As<token::SessionDecrypt> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.name("session", o.session, kName);
    v.bytes("data", o.data, kLarge);
}
template <class V, As<token::CloseSession> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.name("session", o.session, kName);
}
template <class V, As<token::Random> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.number("length", o.length, kSmall);
}
// token/pin_operations.hpp

template <class V, As<token::PromptContext> T>
void fields(V& v, T& o) {
    v.text("locale", o.locale, kText);
    v.text("origin", o.origin, kText);
    v.text("operation", o.operation, kText);
    v.text("certificate", o.certificate, kText);
    v.number("timeoutSeconds", o.timeoutSeconds, kMaxPromptSeconds);
    v.text("allows", o.allows, kText);
    v.text("initialPin", o.initialPin, kText);
}
template <class V, As<token::VerifyPin> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.structure("prompt", o.prompt);
    v.boolean("changeFirst", o.changeFirst);
}
template <class V, class T>
requires As<T, token::ChangePin> || As<T, token::UnlockPin>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.structure("prompt", o.prompt);
}

template <class V, As<token::UnlockResponse> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.bytes("response", o.response, kMedium);
    v.structure("prompt", o.prompt);
}
template <class V, As<token::UnlockPinWith> T>
void fields(V& v, T& o) {
    v.name("token", o.token, kName);
    v.structure("prompt", o.prompt);
    v.secret("administratorPin", o.administratorPin, kPin);
}

}  // namespace ukey::pipe
