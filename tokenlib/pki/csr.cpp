#include "tokenlib/pki/csr.hpp"

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/oids.hpp"
#include "tokenlib/pki/pem.hpp"
#include "tokenlib/pki/public_key.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::pki {
namespace {

using token::KeyAlgorithm;

/// The password that CFCA's interface prescribes; it protects nothing.
constexpr std::string_view kCfcaPassword = "111111";

/// X(32) || zeros(32) || Y(32) || zeros(32) behind 00 B4 00 00 00 01 00 00, as CFCA's interface lays the key
/// out.
Bytes cfcaKeyBlob(const token::PublicKey& key) {
    if (key.algorithm != KeyAlgorithm::sm2 || !isValid(key)) {
        throw Error(ErrorCode::badRequest, "request: the temporary key is not an SM2 key");
    }
    const Bytes head{0x00, 0xB4, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00};
    const Bytes zeros(32, 0);
    const ByteView point(key.point);
    return der::join({head, point.subspan(1, 32), zeros, point.subspan(33, 32), zeros});
}

/// CFCA's attributes come without the SET around the value.
Bytes cfcaAttributes(const token::PublicKey& temporaryKey) {
    const Bytes password = der::sequence(
        {der::oid(oids::kChallengePassword), der::tlv(der::kPrintableString, asBytes(kCfcaPassword))});
    const Bytes key =
        der::sequence({der::integer(std::uint32_t{1}), der::octetString(cfcaKeyBlob(temporaryKey))});
    const Bytes temporary = der::sequence({der::oid(oids::kCfcaTemporaryKey), der::octetString(key)});
    return der::join({password, temporary});
}

Bytes signatureAlgorithm(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::sm2:
            return der::algorithmIdentifier(oids::kSm2WithSm3);
        case KeyAlgorithm::p256:
            return der::algorithmIdentifier(oids::kEcdsaWithSha256);
        case KeyAlgorithm::p384:
            return der::algorithmIdentifier(oids::kEcdsaWithSha384);
        default:
            return der::algorithmIdentifier(oids::kSha256WithRsa, der::null());
    }
}

}  // namespace

UnsignedRequest beginRequest(const token::PublicKey& key, const RequestOptions& options) {
    if (!isValid(key)) throw Error(ErrorCode::badRequest, "request: not a public key");
    const Bytes attributes = options.cfcaTemporaryKey ? cfcaAttributes(*options.cfcaTemporaryKey) : Bytes{};
    UnsignedRequest request;
    request.key = key;
    request.info = der::sequence({der::integer(std::uint32_t{0}), toNameDer(options.subject),
                                  toSubjectPublicKeyInfo(key), der::tlv(der::constructed(0), attributes)});
    request.digestAlgorithm = defaultDigest(key.algorithm);
    request.digest = messageDigest(key, request.digestAlgorithm, request.info);
    return request;
}

Bytes completeRequest(const UnsignedRequest& request, ByteView rawSignature) {
    // From the message itself, not from the digest that went out: what leaves here verifies.
    const Bytes digest = messageDigest(request.key, request.digestAlgorithm, request.info);
    requireSignature(request.key, request.digestAlgorithm, digest, rawSignature);
    return der::sequence({request.info, signatureAlgorithm(request.key.algorithm),
                          der::bitString(signatureToDer(request.key.algorithm, rawSignature))});
}

std::string requestPem(ByteView der) { return toPem("CERTIFICATE REQUEST", der); }

}  // namespace ukey::pki
