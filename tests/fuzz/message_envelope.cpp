#include <optional>

#include "tests/fuzz/message_pieces.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/envelope_reader.hpp"

namespace {

using ukey::Bytes;
using ukey::ByteView;

/// What the message holds, opened with a key that is as good as any; nothing where it is refused.
std::optional<Bytes> opened(ByteView message, std::size_t piece) {
    Bytes content;
    ukey::cms::EnvelopeReader reader(
        [&](ByteView octets) { content.insert(content.end(), octets.begin(), octets.end()); });
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
        reader.finish();
    } catch (const ukey::Error& error) {
        if (error.code() == ukey::ErrorCode::internal) __builtin_trap();
        return std::nullopt;
    }
    return content;
}

}  // namespace

/// A sealed message; the first octet says how long the pieces are in which it comes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView message(data + 1, size - 1);
    if (opened(message, data[0] + std::size_t{1}) != opened(message, size)) __builtin_trap();
    return 0;
}
