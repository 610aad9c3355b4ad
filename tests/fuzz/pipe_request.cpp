#include "tokenlib/base/error.hpp"
#include "tokenlib/pipe/frames.hpp"
#include "tokenlib/pipe/messages.hpp"

/// A request as a token host reads it. There is one form of each message: what is taken is written the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ukey::ByteView input(data, size);
    try {
        const ukey::pipe::Request request = ukey::pipe::decodeRequest(input);
        ukey::Bytes frame;
        ukey::pipe::encode(frame, request);
        const auto again = ukey::ByteView(frame).subspan(ukey::pipe::kLengthOctets);
        if (ukey::asText(again) != ukey::asText(input)) __builtin_trap();
    } catch (const ukey::Error&) {
    }
    return 0;
}
