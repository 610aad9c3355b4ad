// The operations on a token, as data. A driver has a method for each, the pipe carries each as a message, and
// a caller in front of the pipe hands the same structures over; so the three cannot drift apart.
//
// Every operation can throw (or answer) token-not-found, token-removed, driver-error and driver-timeout; what
// else it can answer stands with it. None of them carries a PIN: those that need one are in
// pin_operations.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/gmt0006.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::token {

struct Nothing {
    bool operator==(const Nothing&) const = default;
};

/// How many times longer than a driver's usual limit an operation may take. That of most is the limit itself.
template <class Op>
constexpr unsigned patienceFor() {
    if constexpr (requires { Op::kPatience; }) {
        return Op::kPatience;
    } else {
        return 1;
    }
}

/// All tokens that are plugged in now, of this driver. Looks at the hardware each time.
struct ListTokens {
    static constexpr std::string_view kName = "tokens";
    using Result = std::vector<TokenInfo>;
};

/// One token, with its PIN state read anew.
struct DescribeToken {
    static constexpr std::string_view kName = "describe";
    using Result = TokenInfo;
    std::string token;
};

/// All key pairs and certificates of a token. Works without a login as far as the token lets public objects
/// be read.
struct ListKeys {
    static constexpr std::string_view kName = "keys";
    using Result = std::vector<KeyEntry>;
    std::string token;
};

/// Ends the driver's login on the token (SKF_ClearSecureState, C_Logout).
struct Logout {
    static constexpr std::string_view kName = "logout";
    using Result = Nothing;
    std::string token;
};

/// Signs a digest. The result is raw: r || s for SM2 and ECDSA, the PKCS#1 v1.5 block for RSA. For SM2 the
/// digest is e = SM3(Z || M). Answers pin-required, unsupported, bad-request (digest of a wrong length).
struct Sign {
    static constexpr std::string_view kName = "sign";
    using Result = Bytes;
    std::string token;
    KeyRef key;
    DigestAlgorithm digestAlgorithm = DigestAlgorithm::sm3;
    Bytes digest;
    /// The message itself where it is at hand and short: some modules only hash and sign in one. May be
    /// empty.
    std::optional<Bytes> message;
    /// Which of the driver's ways to sign, from 0. What a library does with its input, and whose a
    /// certificate is, the signature alone tells at times, and the driver checks none: with one that does not
    /// verify the caller asks for the next way. Answers unsupported where there is none.
    unsigned attempt = 0;
};

/// Makes a new container with a signing pair in it; an existing container of that name is a bad-request,
/// never overwritten. Answers pin-required, token-full, unsupported.
struct GenerateKeyPair {
    static constexpr std::string_view kName = "generate";
    static constexpr unsigned kPatience = 10;  ///< Cards look for the primes of an RSA key for minutes.
    using Result = PublicKey;
    std::string token;
    std::string container;  ///< 1 to 39 characters of A-Z a-z 0-9 - _ (what every vendor takes).
    KeyAlgorithm algorithm = KeyAlgorithm::sm2;
};

/// SM2 ciphertext in its parts (GM/T 0009 SM2Cipher): 32-octet coordinates, C3, C2.
struct Sm2Cipher {
    Bytes x;
    Bytes y;
    Bytes hash;
    Bytes cipher;
    bool operator==(const Sm2Cipher&) const = default;
};

/// An SM2 encryption pair as the key centre sends it: ENVELOPEDKEYBLOB of GM/T 0016, SM2EnvelopedKey of GM/T
/// 0009.
struct EnvelopedSm2Key {
    std::uint32_t symmetricAlgorithm = kSgdSm4Ecb;  ///< Or kSgdSm1Ecb, kSgdSsf33Ecb.
    Bytes encryptedPrivateKey;                      ///< 64 octets, the encryption of 32 zero octets || d.
    Bytes publicKey;                                ///< 04 || X || Y.
    Sm2Cipher wrappedKey;                           ///< The symmetric key under the container's signing key.
    bool operator==(const EnvelopedSm2Key&) const = default;
};

/// An RSA encryption pair for SKF_ImportRSAKeyPair, or a wrapped key of any kind for C_UnwrapKey.
struct WrappedKeyPair {
    KeyAlgorithm algorithm = KeyAlgorithm::rsa2048;
    std::uint32_t symmetricAlgorithm = kSgdSm4Ecb;  ///< Of gmt0006.hpp.
    Bytes iv;                                       ///< For CBC.
    Bytes wrappedKey;           ///< The symmetric key under the container's signing key, PKCS#1 v1.5.
    Bytes encryptedPrivateKey;  ///< RSAPrivateKey (SKF) or PrivateKeyInfo (PKCS#11) under the symmetric key.
    PublicKey publicKey;        ///< Of the pair, so that a PKCS#11 token can store it too.
    bool operator==(const WrappedKeyPair&) const = default;
};

/// Puts the encryption pair into a container that has its signing pair. Answers pin-required, unsupported,
/// certificate-mismatch (the token could not open it).
struct ImportKeyPair {
    static constexpr std::string_view kName = "import";
    static constexpr unsigned kPatience = 4;  ///< Some check the pair before they take it.
    using Result = Nothing;
    std::string token;
    std::string container;
    std::variant<EnvelopedSm2Key, WrappedKeyPair> key;
};

/// Writes (or replaces) the certificate of one pair. Answers pin-required, token-full, certificate-mismatch.
struct WriteCertificate {
    static constexpr std::string_view kName = "write-certificate";
    using Result = Nothing;
    std::string token;
    KeyRef key;
    Bytes certificate;  ///< DER.
};

/// Deletes a container with its pairs and certificates; one that is not there is no error, so that it can be
/// repeated.
struct DeleteContainer {
    static constexpr std::string_view kName = "delete-container";
    using Result = Nothing;
    std::string token;
    std::string container;
};

/// An RSAES-OAEP block (RFC 8017 7.1).
struct OaepCipher {
    Bytes block;
    KeyDigest digest = KeyDigest::sha1;
    KeyDigest maskDigest = KeyDigest::sha1;  ///< Of MGF1.
    Bytes label;
    bool operator==(const OaepCipher&) const = default;
};

/// An RSA block whose padding the caller takes off: the plaintext is as long as the modulus.
struct BareRsaCipher {
    Bytes block;
    bool operator==(const BareRsaCipher&) const = default;
};

/// The other side's point, 04 || X || Y: the "plaintext" is what both share (SEC 1 3.3.1), as long as a
/// coordinate.
struct KeyAgreement {
    Bytes point;
    bool operator==(const KeyAgreement&) const = default;
};

/// Decrypts with a private key whose `KeyEntry::decrypt` is direct. Answers pin-required, driver-error, and
/// unsupported where the token has no such way.
struct Decrypt {
    static constexpr std::string_view kName = "decrypt";
    using Result = Bytes;
    /// `Bytes`: an RSA PKCS#1 v1.5 block.
    using Cipher = std::variant<Sm2Cipher, Bytes, OaepCipher, BareRsaCipher, KeyAgreement>;
    std::string token;
    KeyRef key;
    Cipher cipher;
};

/// Opens a content key inside the token (SKF_ImportSessionKey). The session ends with CloseSession, logout or
/// unplug.
struct OpenSession {
    static constexpr std::string_view kName = "open-session";
    using Result = std::string;  ///< Names the session.
    std::string token;
    KeyRef key;
    std::variant<Sm2Cipher, Bytes> wrappedKey;
    std::uint32_t contentAlgorithm = kSgdSm4Cbc;  ///< Of GM/T 0006.
    Bytes iv;
};

/// Decrypts a piece of content. Padding is the caller's business: lengths are multiples of 16 octets.
struct SessionDecrypt {
    static constexpr std::string_view kName = "session-decrypt";
    using Result = Bytes;
    std::string token;
    std::string session;
    Bytes data;
};

struct CloseSession {
    static constexpr std::string_view kName = "close-session";
    using Result = Nothing;
    std::string token;
    std::string session;
};

/// Random octets of the token itself, 1 to 1024.
struct Random {
    static constexpr std::string_view kName = "random";
    using Result = Bytes;
    std::string token;
    std::uint32_t length = 32;
};

/// The vendor's remote unlock, first half: a challenge for the RA (SKF_GenRemoteUnblockRequest). Answers
/// unsupported.
struct UnlockChallenge {
    static constexpr std::string_view kName = "unlock-challenge";
    using Result = Bytes;
    std::string token;
};

}  // namespace ukey::token
