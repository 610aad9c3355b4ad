// The encryption pair of an answer, as the journal keeps it.
#pragma once

#include <variant>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::enrolment {

/// Sealed for the token: of no use to whoever reads the journal.
using SealedPair = std::variant<token::EnvelopedSm2Key, token::WrappedKeyPair>;

/// A form of the journal's own: what the pipe writes changes with the programs at its ends, and a journal may
/// be older than both.
Bytes toStored(const SealedPair& pair);
/// Throws `internal`.
SealedPair sealedPairFrom(ByteView stored);

/// The same of journals before version 1, which kept a request of the pipe as it was then.
SealedPair sealedPairFromRequest(ByteView request);

}  // namespace ukey::enrolment
