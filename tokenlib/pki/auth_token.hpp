// The authentication token of a login: a signature that is bound to the origin that asked for it (security.md
// 22). Web eID's construction for RSA and ECDSA, and the same with SM2 and SM3. docs/auth-token.md tells a
// server how to check it.
#pragma once

#include <string>
#include <string_view>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

inline constexpr std::string_view kAuthTokenFormat = "web-eid:1.0";

/// Whether a server's challenge is long enough to be unguessable: base64 or base64url, at least 43 characters
/// beside padding (256 bits), at most 128 with it.
bool isAuthNonce(std::string_view nonce) noexcept;

/// What the token has to sign.
struct AuthRequest {
    std::string algorithm;  ///< RFC 7518 name: "ES256", "ES384", "RS256"; for SM2 "SM2SM3".
    token::DigestAlgorithm digestAlgorithm = token::DigestAlgorithm::sm3;
    Bytes message;  ///< hash(origin) || hash(nonce), over their octets as text.
    Bytes digest;   ///< hash(message); for SM2 e = SM3(Z || message). For token::Sign.
};

/// `origin` is the ASCII serialisation that the browser sent ("https://host" or with ":port"), never one that
/// a page named. Throws bad-request for a bad nonce or for what is no origin.
AuthRequest authRequest(const token::PublicKey& key, std::string_view origin, std::string_view nonce);

/// What goes to the server.
struct AuthToken {
    std::string format;
    std::string algorithm;
    Bytes certificate;  ///< DER.
    Bytes signature;    ///< r || s, or the RSA block.
};

/// Checks that the signature is one of the request under the certificate's key before it is let out. Throws
/// certificate-mismatch, driver-error.
AuthToken authToken(const AuthRequest& request, ByteView certificateDer, ByteView rawSignature);

/// The token as the published Web eID validators take it: JSON with unverifiedCertificate, algorithm,
/// signature, format and appVersion; octets in base64 with padding.
std::string toWebEidJson(const AuthToken& token, std::string_view appVersion);

}  // namespace ukey::pki
