// Certificate requests (PKCS#10, RFC 2986; GM/T 0092) in two halves: the private key is in the token, so what
// is to be signed goes out between them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/distinguished_name.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

struct RequestOptions {
    /// Often a placeholder: the RA puts in the name that it verified. Empty stands for an empty name.
    std::vector<NameAttribute> subject;
    /// CFCA's dual certificates: the key under which the encryption key is to come back, carried in an
    /// attribute.
    std::optional<token::PublicKey> cfcaTemporaryKey;
};

/// A request that waits for its signature.
struct UnsignedRequest {
    token::PublicKey key;
    Bytes info;  ///< DER CertificationRequestInfo: the message, for tokens that hash themselves.
    token::DigestAlgorithm digestAlgorithm = token::DigestAlgorithm::sm3;
    Bytes digest;  ///< For token::Sign; with Z for SM2.
};

/// `key` is what the token returned for the generated pair. Throws bad-request for a key that is none or a
/// bad subject.
UnsignedRequest beginRequest(const token::PublicKey& key, const RequestOptions& options);

/// Puts the token's raw signature in and verifies the request against its own key before it is let out
/// (security.md 26). DER. Throws driver-error when it does not verify.
Bytes completeRequest(const UnsignedRequest& request, ByteView rawSignature);

/// "-----BEGIN CERTIFICATE REQUEST-----".
std::string requestPem(ByteView der);

}  // namespace ukey::pki
