#include "tokenlib/pki/auth_token.hpp"
#include "tokenlib/pki/oids.hpp"

#include <algorithm>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/message_domain.hpp"
#include "tokenlib/pki/oids.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::pki {
namespace {

using token::KeyAlgorithm;

constexpr std::size_t kMinNonceCharacters = 43;
constexpr std::size_t kMaxNonceCharacters = 128;
constexpr std::size_t kMaxOrigin = 512;

bool isBase64Character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_';
}

/// scheme "://" host [":" port], printable ASCII, no path: what a browser puts into the Origin header.
bool isOrigin(std::string_view origin) {
    const std::size_t separator = origin.find("://");
    if (separator == 0 || separator == std::string_view::npos || origin.size() > kMaxOrigin) return false;
    const std::string_view scheme = origin.substr(0, separator);
    const std::string_view authority = origin.substr(separator + 3);
    const auto isSchemeCharacter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
    };
    const auto isHostCharacter = [](char c) {
        return c > ' ' && c < 0x7F && !(c >= 'A' && c <= 'Z') &&
               std::string_view("/?#@\\\"<>%").find(c) == std::string_view::npos;
    };
    return !authority.empty() && std::all_of(scheme.begin(), scheme.end(), isSchemeCharacter) &&
           std::all_of(authority.begin(), authority.end(), isHostCharacter);
}

std::string_view algorithmName(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::sm2:
            return "SM2SM3";
        case KeyAlgorithm::p256:
            return "ES256";
        case KeyAlgorithm::p384:
            return "ES384";
        default:
            return "RS256";
    }
}

/// The digest of a request, recomputed: what is checked is bound to the certificate's key.
Bytes digestFor(const AuthRequest& request, const token::PublicKey& key) {
    return messageDigest(key, request.digestAlgorithm, request.message);
}

void appendJsonString(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20U) {
            constexpr std::string_view kDigits = "0123456789abcdef";
            out += "\\u00";
            out += kDigits[static_cast<unsigned char>(c) >> 4U];
            out += kDigits[static_cast<unsigned char>(c) & 0x0FU];
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

}  // namespace

bool isAuthNonce(std::string_view nonce) noexcept {
    if (nonce.size() > kMaxNonceCharacters) return false;
    for (int padding = 0; padding < 2 && nonce.ends_with('='); ++padding) nonce.remove_suffix(1);
    return nonce.size() >= kMinNonceCharacters && std::all_of(nonce.begin(), nonce.end(), isBase64Character);
}

std::string_view toString(AuthFormat format) noexcept {
    return format == AuthFormat::webEid ? "web-eid:1" : "ukey-auth:2";
}

std::optional<AuthFormat> authFormatFrom(std::string_view name) noexcept {
    for (const AuthFormat format : {AuthFormat::ukey, AuthFormat::webEid}) {
        if (toString(format) == name) return format;
    }
    return std::nullopt;
}

bool isForAuthenticationAlone(const Certificate& certificate) {
    const auto usage = certificate.keyUsage();
    return usage && (*usage & kDigitalSignature) != 0 && (*usage & kNonRepudiation) == 0 &&
           certificate.hasPurpose(oids::kClientAuthentication);
}

AuthRequest authRequest(const token::PublicKey& key, std::string_view origin, std::string_view nonce,
                        AuthFormat format) {
    if (!isOrigin(origin)) throw Error(ErrorCode::badRequest, "authentication: not an origin");
    if (!isAuthNonce(nonce)) {
        throw Error(ErrorCode::badRequest,
                    "authentication: the challenge is not 43 to 128 characters of base64 (256 bits)");
    }
    AuthRequest request;
    request.algorithm = algorithmName(key.algorithm);
    request.digestAlgorithm = defaultDigest(key.algorithm);
    request.format = format;
    request.message = digest(request.digestAlgorithm, asBytes(origin));
    const Bytes nonceDigest = digest(request.digestAlgorithm, asBytes(nonce));
    request.message.insert(request.message.end(), nonceDigest.begin(), nonceDigest.end());
    if (format == AuthFormat::ukey) request.message = inDomain(kAuthenticationDomain, request.message);
    request.digest = digestFor(request, key);
    return request;
}

AuthToken authToken(const AuthRequest& request, ByteView certificateDer, ByteView rawSignature) {
    const Certificate certificate = Certificate::fromDer(certificateDer);
    const auto& key = certificate.publicKey();
    if (!key || algorithmName(key->algorithm) != request.algorithm) {
        throw Error(ErrorCode::certificateMismatch, "authentication: the certificate is for another key");
    }
    // For SM2 the digest holds the key: a request made for another key of the same kind shows here.
    if (digestFor(request, *key) != request.digest) {
        throw Error(ErrorCode::certificateMismatch, "authentication: the certificate is for another key");
    }
    requireSignature(*key, request.digestAlgorithm, request.digest, rawSignature);
    return {std::string(toString(request.format)), request.algorithm,
            Bytes(certificateDer.begin(), certificateDer.end()),
            Bytes(rawSignature.begin(), rawSignature.end())};
}

std::string toWebEidJson(const AuthToken& token, std::string_view appVersion) {
    std::string json;
    const auto field = [&](std::string_view name, std::string_view value) {
        json += json.empty() ? '{' : ',';
        appendJsonString(json, name);
        json += ':';
        appendJsonString(json, value);
    };
    field("unverifiedCertificate", toBase64(token.certificate));
    field("algorithm", token.algorithm);
    field("signature", toBase64(token.signature));
    field("format", token.format);
    field("appVersion", appVersion);
    return json + '}';
}

}  // namespace ukey::pki
