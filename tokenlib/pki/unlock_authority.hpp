// Whose answer to a request for a remote unlock counts: a page carries it, and must not be able to make one
// itself, or it could try administrator PINs of its own. docs/unlock.md tells an RA's developers the same.
#pragma once

#include <chrono>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::pki {

/// SignedUnlockResponse ::= SEQUENCE {
///   version       INTEGER (2),
///   response      UnlockResponse,
///   certificates  SEQUENCE OF Certificate,  -- the RA's, then its issuers
///   signature     OCTET STRING }            -- of the RA, see unlockAnswerMessage; DER, or PKCS#1 for RSA
struct SignedUnlockResponse {
    Bytes response;  ///< DER.
    std::vector<Certificate> certificates;
    Bytes signature;
};

/// Strict, at most 32 KiB. Throws unlock-invalid for anything else.
SignedUnlockResponse signedUnlockResponseFromDer(ByteView der);

/// What the RA signs: "Ukey Bridge unlock answer v1" || 00 || request's DER || response's DER.
Bytes unlockAnswerMessage(ByteView request, ByteView response);

/// Who may answer.
struct UnlockAuthorities {
    /// The administrator's: these keys, whatever else their certificates say.
    std::vector<Certificate> named;
    /// The certificates of the token. An RA that one of their issuers certified as such (extended key usage
    /// id-kp-cmcRA, RFC 6402) may answer for it.
    std::vector<Certificate> onToken;
};

/// Throws unlock-invalid when the answer is not signed by one of them, for exactly this request.
void requireAuthority(const SignedUnlockResponse& answer, ByteView request,
                      const UnlockAuthorities& authorities, std::chrono::sys_seconds now);

}  // namespace ukey::pki
