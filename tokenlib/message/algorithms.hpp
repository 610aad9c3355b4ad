// The two families of messages, and what each calls the algorithms. Used inside message only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/family.hpp"
#include "tokenlib/pki/oids.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::cms {

namespace oids {
using namespace pki::oids;
inline constexpr std::string_view kContentType = "1.2.840.113549.1.9.3";
inline constexpr std::string_view kMessageDigest = "1.2.840.113549.1.9.4";
inline constexpr std::string_view kSigningTime = "1.2.840.113549.1.9.5";
inline constexpr std::string_view kTimeStampInfo = "1.2.840.113549.1.9.16.1.4";
inline constexpr std::string_view kSigningCertificate = "1.2.840.113549.1.9.16.2.12";
inline constexpr std::string_view kSignatureTimeStamp = "1.2.840.113549.1.9.16.2.14";
inline constexpr std::string_view kSigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
inline constexpr std::string_view kAuthEnvelopedData = "1.2.840.113549.1.9.16.1.23";
inline constexpr std::string_view kRsaesOaep = "1.2.840.113549.1.1.7";
inline constexpr std::string_view kMgf1 = "1.2.840.113549.1.1.8";
inline constexpr std::string_view kPSpecified = "1.2.840.113549.1.1.9";
inline constexpr std::string_view kSm4Gcm = "1.2.156.10197.1.104.8";
inline constexpr std::string_view kAes256Cbc = "2.16.840.1.101.3.4.1.42";
inline constexpr std::string_view kAes256Gcm = "2.16.840.1.101.3.4.1.46";
inline constexpr std::string_view kMd5 = "1.2.840.113549.2.5";
inline constexpr std::string_view kSha1 = "1.3.14.3.2.26";
}  // namespace oids

/// The content type N of a family: 1 data, 2 signedData, 3 envelopedData, 4 signedAndEnvelopedData.
std::string contentType(Family family, unsigned n);

/// The family and N of a content type; nothing for one of neither.
struct KnownContentType {
    Family family;
    unsigned n;
};
std::optional<KnownContentType> contentTypeFrom(std::string_view oid);

std::string_view digestOid(token::DigestAlgorithm algorithm);
std::optional<token::DigestAlgorithm> digestFrom(std::string_view oid);

/// AlgorithmIdentifier of a SignerInfo's signature.
Bytes signatureAlgorithm(Family family, token::KeyAlgorithm key, token::DigestAlgorithm digest);

/// Whether a SignerInfo's signature algorithm, as others write it, is one of a key of this kind.
bool isSignatureOf(std::string_view oid, token::KeyAlgorithm key);

}  // namespace ukey::cms
