#include <cstddef>
#include <cstdint>

#include "tokenlib/base/text.hpp"

/// A name or label in whatever encoding: it becomes UTF-8, and what was ASCII stays as it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ukey::ByteView octets(data, size);
    const std::string text = ukey::decodeText(octets);
    if (!ukey::isUtf8(text)) __builtin_trap();
    bool isAscii = true;
    for (const std::uint8_t octet : octets) isAscii = isAscii && octet < 0x80;
    if (isAscii && text != ukey::asText(octets)) __builtin_trap();
    return 0;
}
