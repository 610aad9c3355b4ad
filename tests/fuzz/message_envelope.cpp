#include <optional>
#include <string>

#include "tests/fuzz/message_pieces.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/envelope_reader.hpp"

namespace {

using ukey::Bytes;
using ukey::ByteView;

/// What the message holds, opened with the key of the signed seeds, and what is said of its signers; nothing
/// where it is refused.
std::optional<std::string> opened(ByteView message, std::size_t piece) {
    std::string said;
    ukey::cms::EnvelopeReader reader({.certificates = {}, .trusted = {}, .time = {}},
                                     [&](ByteView octets) { said += ukey::asText(octets); });
    bool hasKey = false;
    try {
        ukey::fuzz::inPieces(message, piece, [&](ByteView octets) {
            while (!octets.empty()) {
                octets = octets.subspan(reader.feed(octets));
                if (reader.isBegun() && !hasKey) {
                    for (const auto& recipient : reader.recipients()) {
                        recipient.sm2Ciphers();
                        if (recipient.transport == ukey::cms::KeyTransport::ecdh)
                            recipient.unwrapped(Bytes(32, 7));
                    }
                    reader.setKey(Bytes(ukey::pki::keyLength(reader.cipher()), 7));
                    hasKey = true;
                } else if (!octets.empty()) {
                    __builtin_trap();  // It waits for no key, and takes nothing.
                }
            }
        });
        const auto verdict = reader.finish();
        if (verdict.has_value() != reader.isSigned()) __builtin_trap();
        if (!verdict) return said;
        for (const auto& signer : verdict->signers) said += "/" + signer.refusal;
    } catch (const ukey::Error& error) {
        if (error.code() == ukey::ErrorCode::internal) __builtin_trap();
        return std::nullopt;
    }
    return said;
}

}  // namespace

/// A sealed message; the first octet says how long the pieces are in which it comes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView message(data + 1, size - 1);
    if (opened(message, data[0] + std::size_t{1}) != opened(message, size)) __builtin_trap();
    return 0;
}
