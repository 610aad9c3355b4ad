#include <algorithm>

#include "tokenlib/base/error.hpp"
#include "tokenlib/message/time_stamp.hpp"

namespace {

using ukey::Bytes;
using ukey::ByteView;

/// Runs it; what is refused is refused as a page is told, and nothing else comes out.
template <class Work>
void tried(const Work& work) {
    try {
        work();
    } catch (const ukey::Error& error) {
        if (error.code() == ukey::ErrorCode::internal) __builtin_trap();
    }
}

Bytes nonce(ByteView) { return {1, 2, 3, 4, 5, 6, 7, 8}; }

}  // namespace

/// What an authority answers, as a page hands it in: a signed message behind a length of two octets, and the
/// response to the question about it. The response is also read as a stamp that stands in a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const ByteView input(data + 2, size - 2);
    const std::size_t length = std::min<std::size_t>(data[0] * 256U + data[1], input.size());
    const ByteView message = input.first(length);
    const ByteView response = input.subspan(length);
    tried([&] { ukey::cms::timeStampRequest(message, nonce); });
    tried([&] { ukey::cms::withTimeStamp(message, response, nonce, {}); });
    tried([&] { ukey::cms::judgeTimeStamp(response, message, {}); });
    return 0;
}
