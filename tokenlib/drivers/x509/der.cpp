#include "tokenlib/drivers/x509/der.hpp"

#include <algorithm>

namespace ukey::x509::der {

bool isOid(ByteView content, ByteView oid) noexcept {
    return std::equal(content.begin(), content.end(), oid.begin(), oid.end());
}

std::optional<Element> Reader::next() {
    if (rest_.size() < 2 || (rest_[0] & 0x1fU) == 0x1fU) return std::nullopt;
    std::size_t header = 2;
    std::size_t length = rest_[1];
    if (length >= 0x80) {
        const std::size_t octets = length - 0x80;
        if (octets == 0 || octets > 4 || rest_.size() - header < octets) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < octets; ++i) length = length << 8 | rest_[header + i];
        header += octets;
    }
    if (length > rest_.size() - header) return std::nullopt;
    const Element element{rest_[0], rest_.subspan(header, length), rest_.first(header + length)};
    rest_ = rest_.subspan(header + length);
    return element;
}

std::optional<Element> Reader::next(std::uint8_t tag) {
    if (rest_.empty() || rest_[0] != tag) return std::nullopt;
    return next();
}

std::optional<ByteView> magnitude(ByteView integerContent) {
    if (integerContent.empty() || (integerContent[0] & 0x80U) != 0) return std::nullopt;
    while (!integerContent.empty() && integerContent[0] == 0) integerContent = integerContent.subspan(1);
    return integerContent;
}

std::optional<ByteView> bitStringOctets(ByteView content) {
    if (content.empty() || content[0] != 0) return std::nullopt;
    return content.subspan(1);
}

Bytes encode(std::uint8_t tag, ByteView content) {
    Bytes out{tag};
    if (content.size() < 0x80) {
        out.push_back(static_cast<std::uint8_t>(content.size()));
    } else {
        Bytes length;
        for (std::size_t rest = content.size(); rest != 0; rest >>= 8) {
            length.insert(length.begin(), static_cast<std::uint8_t>(rest));
        }
        out.push_back(static_cast<std::uint8_t>(0x80 + length.size()));
        out.insert(out.end(), length.begin(), length.end());
    }
    out.insert(out.end(), content.begin(), content.end());
    return out;
}

Bytes encodeUnsigned(ByteView number) {
    while (number.size() > 1 && number[0] == 0) number = number.subspan(1);
    Bytes content;
    if (number.empty() || (number[0] & 0x80U) != 0) content.push_back(0);
    content.insert(content.end(), number.begin(), number.end());
    return encode(kInteger, content);
}

}  // namespace ukey::x509::der
