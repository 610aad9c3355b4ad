// Time stamps (RFC 3161) on signatures, CAdES-B-T: what the authority is asked, and its answer, checked and
// put in. Whoever holds the message carries both: nothing here reaches out.
#pragma once

#include <functional>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/verdict.hpp"

namespace ukey::cms {

/// What nobody else could have asked with, a function of the signature: so no state is kept between question
/// and answer. At most 64 bits; the number counts, so zeros in front are none of it.
using NonceOf = std::function<Bytes(ByteView signature)>;

/// TimeStampReq, DER, over the first signature of the message that has no time stamp, by the digest that the
/// signer used. Throws bad-request for what is no signed message, and where every signature has one.
Bytes timeStampRequest(ByteView message, const NonceOf& nonce);

/// The message with the time stamp of the response, TimeStampResp, on the signature for which it was asked;
/// in DER. Throws bad-request when the authority refused, or when the answer is none to the question (digest,
/// nonce); certificate-mismatch when the authority's signature or certificate does not count. `trusted`: as
/// VerifyOptions has it.
Bytes withTimeStamp(ByteView message, ByteView response, const NonceOf& nonce,
                    const std::vector<pki::Certificate>& trusted);

/// Of a token as it stands in a message: whether it is one over that signature, and whose.
TimeStampVerdict judgeTimeStamp(ByteView token, ByteView signature,
                                const std::vector<pki::Certificate>& trusted);

}  // namespace ukey::cms
