// The authentication token of a login: a signature that is bound to the origin that asked for it and that can
// be taken for nothing else (security.md 22). docs/auth-token.md tells a server how to check it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// How the message is made. `ukey` names itself in it. `webEid` is that of the Web eID project, for its
/// published validators: two hashes and nothing else, which a page could have signed as its data, so it is
/// made only with keys that sign no data (isForAuthenticationAlone).
enum class AuthFormat : std::uint8_t { ukey, webEid };

/// "ukey-auth:2", "web-eid:1".
std::string_view toString(AuthFormat format) noexcept;
std::optional<AuthFormat> authFormatFrom(std::string_view name) noexcept;

/// Whether the key of such a certificate is for logging in and nothing else: it names client authentication
/// as a purpose, and its key usage has digitalSignature but not nonRepudiation.
bool isForAuthenticationAlone(const Certificate& certificate);

/// Whether a server's challenge is long enough to be unguessable: base64 or base64url, at least 43 characters
/// beside padding (256 bits), at most 128 with it.
bool isAuthNonce(std::string_view nonce) noexcept;

/// What the token has to sign.
struct AuthRequest {
    AuthFormat format = AuthFormat::ukey;
    std::string algorithm;  ///< RFC 7518 name: "ES256", "ES384", "RS256"; for SM2 "SM2SM3".
    token::DigestAlgorithm digestAlgorithm = token::DigestAlgorithm::sm3;
    /// hash(origin) || hash(nonce), over their octets as text; in the format `ukey` behind the name of its
    /// domain.
    Bytes message;
    Bytes digest;  ///< hash(message); for SM2 e = SM3(Z || message). For token::Sign.
};

/// `origin` is the ASCII serialisation that the browser sent ("https://host" or with ":port"), never one that
/// a page named. Throws bad-request for a bad nonce or for what is no origin.
AuthRequest authRequest(const token::PublicKey& key, std::string_view origin, std::string_view nonce,
                        AuthFormat format = AuthFormat::ukey);

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
