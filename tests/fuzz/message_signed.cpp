#include <string>

#include "tests/fuzz/message_pieces.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/signed_data_reader.hpp"

namespace {

using ukey::ByteView;

/// What is said of the message, in one line.
std::string judged(ByteView message, std::size_t piece) {
    using ukey::cms::SignedDataReader;
    std::string said;
    SignedDataReader reader({.certificates = {}, .trusted = {}, .time = {}},
                            [&](ByteView octets) { said += ukey::asText(octets); });
    try {
        ukey::fuzz::inPieces(message, piece, [&](ByteView octets) { reader.feed(octets); });
        const auto verdict = reader.finish();
        for (const auto& signer : verdict.signers) said += "/" + signer.refusal;
        return said + (verdict.isDetached ? " detached" : "");
    } catch (const ukey::Error& error) {
        if (error.code() == ukey::ErrorCode::internal) __builtin_trap();
        return "refused";
    }
}

}  // namespace

/// A signed message; the first octet says how long the pieces are in which it comes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView message(data + 1, size - 1);
    if (judged(message, data[0] + std::size_t{1}) != judged(message, size)) __builtin_trap();
    return 0;
}
