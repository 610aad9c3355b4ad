// Whom a message is sealed to, and what a key of theirs has to do for it.
#pragma once

#include <optional>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::cms {

enum class KeyTransport : std::uint8_t { sm2, rsaPkcs1, rsaOaep, ecdh, other };

/// How the sender agreed on a key with the recipient's (RFC 5753): what turns the secret that both share into
/// the key under which the content's key is.
struct Agreement {
    Bytes point;  ///< Of the sender's key for this message.
    token::KeyDigest digest = token::KeyDigest::sha1;
    Bytes userKeyingMaterial;     ///< Empty where there is none.
    Bytes wrapAlgorithm;          ///< AlgorithmIdentifier of the key wrap, as it was written,
    std::size_t wrapKeyLength{};  ///< and its key in octets.

    /// The key under which the content's key is, by the secret that sender and recipient share.
    Secret wrappingKey(ByteView shared) const;
};

/// RecipientInfo for a key on P-256 or P-384: an agreement with a key made for this message.
Bytes keyAgreeRecipientInfo(const pki::Certificate& recipient, bool byKeyIdentifier, ByteView contentKey);

/// Who can open a message, and what the key of that person has to decrypt.
struct Recipient {
    Bytes issuer;  ///< DER Name; empty where a key identifier names the recipient.
    Bytes serial;  ///< DER INTEGER.
    Bytes keyIdentifier;
    KeyTransport transport = KeyTransport::other;
    Bytes encryptedKey;
    token::OaepCipher oaep{};  ///< Of rsaOaep.
    Agreement agreement{};     ///< Of ecdh.

    bool names(const pki::Certificate& certificate) const;
    /// Of SM2: every reading of the octets, the likeliest first: SM2Cipher, C1C3C2 and C1C2C3, with 04 and
    /// without.
    std::vector<token::Sm2Cipher> sm2Ciphers() const;
    /// Of ECDH: the content's key by the secret that sender and recipient share. Nothing when it is
    /// another's.
    std::optional<Secret> unwrapped(ByteView shared) const;
};

/// From the content of RecipientInfos. Those whose way of handing over the key has a name but is not known
/// here are of `other`; passwords and the like are left out. Throws bad-request.
std::vector<Recipient> readRecipients(ByteView infos);

}  // namespace ukey::cms
