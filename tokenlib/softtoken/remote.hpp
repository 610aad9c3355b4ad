// Remote unblocking: the keeper of the administrator PIN sets the user PIN without the PIN travelling. The
// form of the question and the answer is in README.md.
#pragma once

#include "tokenlib/softtoken/store.hpp"

namespace ukey::softtoken {

/// random (8) || X (32) || Y (32).
inline constexpr std::size_t kRemoteRequestSize = 72;

/// Notes a new question in the draft, in the place of an older one; gives what is sent.
Bytes newRemoteRequest(Application& application);

/// Throws SAR_NOTINITIALIZEERR when there is no question, SAR_INDATALENERR or SAR_INDATAERR for an answer
/// that is none to it (and costs no try), SAR_PIN_INCORRECT or SAR_PIN_LOCKED for one by another
/// administrator PIN. The question is used up by every answer that could be opened.
void acceptRemoteResponse(Change& change, const Bytes& applicationId, ByteView response, ULONG& triesLeft);

}  // namespace ukey::softtoken
