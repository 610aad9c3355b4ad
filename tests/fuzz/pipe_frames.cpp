#include <algorithm>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pipe/frames.hpp"

/// A stream that arrives in pieces; the first octet says how long they are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = data[0] + std::size_t{1};
    ukey::ByteView rest(data + 1, size - 1);
    ukey::pipe::FrameReader reader;
    std::size_t taken = 0;
    try {
        while (!rest.empty()) {
            const auto room = reader.room();
            if (room.empty()) __builtin_trap();
            const std::size_t count = std::min({piece, rest.size(), room.size()});
            std::copy_n(rest.begin(), count, room.begin());
            reader.filled(count);
            rest = rest.subspan(count);
            while (const auto message = reader.next()) {
                taken += message->size() + ukey::pipe::kLengthOctets;
                if (message->empty() || taken > size) __builtin_trap();
            }
        }
    } catch (const ukey::Error&) {
    }
    return 0;
}
