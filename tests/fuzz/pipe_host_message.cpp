#include "tokenlib/base/error.hpp"
#include "tokenlib/pipe/frames.hpp"
#include "tokenlib/pipe/messages.hpp"

/// What a token host sends, as ukeyd reads it: a vendor's library may have taken the host over. What was
/// taken can be sent on, and is then read as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ukey::Bytes once;
    try {
        ukey::pipe::encode(once, ukey::pipe::decodeHostMessage({data, size}));
    } catch (const ukey::Error&) {
        return 0;
    }
    try {
        ukey::Bytes twice;
        const auto message = ukey::ByteView(once).subspan(ukey::pipe::kLengthOctets);
        ukey::pipe::encode(twice, ukey::pipe::decodeHostMessage(message));
        if (twice != once) __builtin_trap();
    } catch (const ukey::Error&) {
        __builtin_trap();
    }
    return 0;
}
