#include "tokenlib/base/text.hpp"

#include <cstdint>

namespace ukey {
namespace {

struct CodePoint {
    char32_t value;
    std::size_t length;
};

std::optional<CodePoint> codePointAt(std::string_view text, std::size_t at) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return CodePoint{lead, 1};
    std::size_t length = 0;
    char32_t value = 0;
    char32_t smallest = 0;
    if ((lead & 0xe0) == 0xc0) {
        length = 2, value = lead & 0x1fU, smallest = 0x80;
    } else if ((lead & 0xf0) == 0xe0) {
        length = 3, value = lead & 0x0fU, smallest = 0x800;
    } else if ((lead & 0xf8) == 0xf0) {
        length = 4, value = lead & 0x07U, smallest = 0x10000;
    } else {
        return std::nullopt;
    }
    if (text.size() - at < length) return std::nullopt;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
        value = (value << 6) | (byte(i) & 0x3fU);
    }
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < smallest || value > 0x10ffff || surrogate) return std::nullopt;
    return CodePoint{value, length};
}

bool isInvisible(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x00ad || c == 0x061c || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

}  // namespace

bool isUtf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const auto point = codePointAt(text, at);
        if (!point) return false;
        at += point->length;
    }
    return true;
}

std::optional<std::u32string> codePointsOf(std::string_view text) {
    std::u32string points;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = codePointAt(text, at);
        if (!point) return std::nullopt;
        points.push_back(point->value);
        at += point->length;
    }
    return points;
}

std::string utf8From(std::u32string_view codePoints) {
    std::string out;
    const auto put = [&](char32_t octet) { out.push_back(static_cast<char>(octet)); };
    const auto putRest = [&](char32_t code, unsigned count) {
        while (count-- > 0) put(0x80U | ((code >> (6U * count)) & 0x3FU));
    };
    for (char32_t code : codePoints) {
        if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xC0U | (code >> 6U));
            putRest(code, 1);
        } else if (code < 0x10000) {
            put(0xE0U | (code >> 12U));
            putRest(code, 2);
        } else {
            put(0xF0U | (code >> 18U));
            putRest(code, 3);
        }
    }
    return out;
}

std::string printable(std::string_view text, std::size_t maxCharacters) {
    std::string shown;
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = codePointAt(text, at);
        const std::size_t length = point ? point->length : 1;
        if (point && isInvisible(point->value)) {
            at += length;
            continue;
        }
        if (characters == maxCharacters) return shown + "…";
        if (point) {
            shown += text.substr(at, length);
        } else {
            shown += "\xEF\xBF\xBD";
        }
        ++characters;
        at += length;
    }
    return shown;
}

std::string fixedField(std::string_view field) {
    field = field.substr(0, field.find('\0'));
    constexpr std::string_view blanks = " \t";
    const auto first = field.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return std::string(field.substr(first, field.find_last_not_of(blanks) - first + 1));
}

std::string shownField(std::string_view field, std::size_t maxCharacters) {
    const std::string octets = fixedField(field);
    return printable(decodeText(asBytes(octets)), maxCharacters);
}

}  // namespace ukey
