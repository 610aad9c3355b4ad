// People to whom tests seal, and what their tokens do.
#pragma once

#include <optional>

#include "signers.hpp"
#include "tokenlib/message/envelope_reader.hpp"

namespace ukey::cms::test {

/// Somebody with a key to encrypt to; one and the same in the whole program.
const Signer& holder(token::KeyAlgorithm algorithm);

/// What the recipient's token does.
Bytes contentKeyFor(const Signer& who, const Recipient& recipient);

struct OpenedMessage {
    Bytes content;
    std::optional<SignedDataVerdict> verdict;
};
/// In pieces of that size. Throws std::runtime_error for whom it is not sealed to.
OpenedMessage openedAndJudged(const Signer& who, ByteView message, const VerifyOptions& options,
                              std::size_t piece = 97);
/// Of a message that nobody signed.
Bytes opened(const Signer& who, ByteView message, std::size_t piece = 97);

}  // namespace ukey::cms::test
