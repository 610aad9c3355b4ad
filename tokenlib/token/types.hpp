// What a token is, seen the same through every driver: GM/T 0016 (SKF), PKCS#11, and the pipe to a token
// host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/base/bytes.hpp"

namespace ukey::token {

/// Key algorithms of the protocol. RSA keys below 2048 bits are not offered (security.md 23).
enum class KeyAlgorithm : std::uint8_t { sm2, rsa2048, rsa3072, rsa4096, p256, p384 };

/// The two pairs of a container (dual certificates): GM/T 0016 bSignFlag, X.509 key usage.
enum class KeyUsage : std::uint8_t { sign, encrypt };

/// Digests that may be signed (security.md 23: no MD5, no SHA-1).
enum class DigestAlgorithm : std::uint8_t { sm3, sha256, sha384, sha512 };

/// Digests within RSAES-OAEP and key derivation, where nothing is as weak as SHA-1 is in signatures.
enum class KeyDigest : std::uint8_t { sha1, sha256, sha384, sha512 };

/// Length of the digest in octets.
std::size_t digestLength(DigestAlgorithm algorithm) noexcept;

/// Wire names: "sm2", "rsa2048", …; "sign", "encrypt"; "sm3", "sha256", ….
std::string_view toString(KeyAlgorithm algorithm) noexcept;
std::string_view toString(KeyUsage usage) noexcept;
std::string_view toString(DigestAlgorithm algorithm) noexcept;
std::string_view toString(KeyDigest digest) noexcept;
std::optional<KeyAlgorithm> keyAlgorithmFrom(std::string_view name) noexcept;
std::optional<KeyUsage> keyUsageFrom(std::string_view name) noexcept;
std::optional<DigestAlgorithm> digestAlgorithmFrom(std::string_view name) noexcept;
std::optional<KeyDigest> keyDigestFrom(std::string_view name) noexcept;

bool isRsa(KeyAlgorithm algorithm) noexcept;

/// P-256 or P-384: the curves of ECDSA and ECDH. SM2 has algorithms of its own.
bool isNistCurve(KeyAlgorithm algorithm) noexcept;

/// Octets of one coordinate, of r and of s: 32 for SM2 and P-256, 48 for P-384. 0 for RSA.
std::size_t coordinateLength(KeyAlgorithm algorithm) noexcept;

/// Octets of an RSA modulus; 0 for the others.
std::size_t modulusLength(KeyAlgorithm algorithm) noexcept;

/// Octets of a raw signature: r || s, or as long as the modulus.
std::size_t signatureLength(KeyAlgorithm algorithm) noexcept;

/// The RSA keys whose modulus has so many octets; nothing for sizes that are not offered.
std::optional<KeyAlgorithm> rsaOfLength(std::size_t octets) noexcept;

enum class PinStatus : std::uint8_t { ok, low, finalTry, locked, defaultPin };
/// "ok", "low", "final", "locked", "default".
std::string_view toString(PinStatus status) noexcept;
std::optional<PinStatus> pinStatusFrom(std::string_view name) noexcept;

/// The user PIN, as far as the driver can tell without trying it.
struct PinState {
    PinStatus status = PinStatus::ok;
    std::optional<unsigned> triesLeft;  ///< GM/T 0016 tells; PKCS#11 has only flags.
    std::optional<unsigned> maxTries;
    unsigned minLength = 6;
    unsigned maxLength = 16;
    /// It is still the one that the token came with, whatever `status` says of its tries.
    bool isDefault = false;
    bool operator==(const PinState&) const = default;
};

/// blank: no application, or a token that was not initialised; ready; locked: the user PIN is locked;
/// unusable: the driver reports it but cannot work with it.
enum class TokenState : std::uint8_t { blank, ready, locked, unusable };
std::string_view toString(TokenState state) noexcept;
std::optional<TokenState> tokenStateFrom(std::string_view name) noexcept;

/// How an encryption pair may come to a token (ImportKeyPair): as EnvelopedSm2Key or as WrappedKeyPair, under
/// the container's signing key.
enum class KeyDelivery : std::uint8_t { envelopedSm2, wrapped };
/// "enveloped-sm2", "wrapped".
std::string_view toString(KeyDelivery delivery) noexcept;
std::optional<KeyDelivery> keyDeliveryFrom(std::string_view name) noexcept;

/// A plugged-in token.
struct TokenInfo {
    /// Names the token to its driver while it stays plugged in (SKF: device name; PKCS#11: slot id and
    /// serial). Opaque.
    std::string id;
    std::string model;  ///< Name for people, from the models table where the token is in it.
    std::string label;
    std::string serial;
    std::string manufacturer;
    TokenState state = TokenState::ready;
    PinState pin;
    std::vector<KeyAlgorithm> algorithms;  ///< For which the token can generate a signing pair.
    std::vector<KeyDelivery> deliveries;   ///< None: encryption pairs cannot be brought to it.
    /// Who has not logged in may not see all certificates: they are private objects, or their containers are
    /// hidden. A property of the token as far as it is known, the same whoever is logged in.
    bool hidesCertificates = false;
    std::optional<unsigned> room;              ///< Further containers that fit, where the driver can tell.
    bool protectedAuthenticationPath = false;  ///< The PIN is entered on the token itself (PKCS#11).
    bool remoteUnlock = false;                 ///< The vendor's challenge-response unlock is there.
    /// Another number under the same id: the token, or another one, was plugged in anew in the meantime, and
    /// what was logged in is not. 0 where the driver cannot tell.
    std::uint64_t connection = 0;
    bool operator==(const TokenInfo&) const = default;
};

/// Whether both describe one token that stayed plugged in between.
bool isSameConnection(const TokenInfo& one, const TokenInfo& other) noexcept;

/// A public key in plain numbers, big-endian; the host has no ASN.1 library.
struct PublicKey {
    KeyAlgorithm algorithm = KeyAlgorithm::sm2;
    Bytes point;     ///< sm2, p256, p384: 04 || X || Y.
    Bytes modulus;   ///< RSA, without leading zeros.
    Bytes exponent;  ///< RSA, without leading zeros.
    bool operator==(const PublicKey&) const = default;
};

/// Names one key pair of a token. A container holds at most one pair of each usage (GM/T 0016; PKCS#11:
/// objects that share a CKA_ID).
struct KeyRef {
    std::string container;
    KeyUsage usage = KeyUsage::sign;
    bool operator==(const KeyRef&) const = default;
};

/// How a private key can be used for decryption (GM/T 0016-2012 has no call for it).
enum class DecryptMeans : std::uint8_t {
    none,
    direct,   ///< `Decrypt` gives the plaintext.
    session,  ///< The content key stays inside: `OpenSession`, then `SessionDecrypt`.
};

/// One key pair and what is stored with it.
struct KeyEntry {
    KeyRef ref;
    std::optional<PublicKey> publicKey;  ///< Absent: a certificate without a usable key.
    Bytes certificate;                   ///< DER; empty when none was written yet.
    DecryptMeans decrypt = DecryptMeans::none;
    bool alwaysAuthenticate = false;  ///< Each use wants the PIN again (CKA_ALWAYS_AUTHENTICATE).
    bool operator==(const KeyEntry&) const = default;
};

}  // namespace ukey::token
