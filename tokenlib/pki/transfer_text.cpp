#include "tokenlib/pki/transfer_text.hpp"

#include <string>

#include "tokenlib/pki/pem.hpp"

namespace ukey::pki {

std::optional<Bytes> octetsFromText(std::string_view text, const std::function<bool(ByteView)>& fits) {
    std::string digits;
    digits.reserve(text.size());
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') digits.push_back(c);
    }
    for (auto octets : {fromHex(digits), fromLooseBase64(digits)}) {
        if (octets && !octets->empty() && fits(*octets)) return octets;
    }
    return std::nullopt;
}

}  // namespace ukey::pki
