#include <algorithm>
#include <cstdint>
#include <optional>

#include "tokenlib/base/platform/gb18030.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey {
namespace {

// Octets seldom say which encoding they are in, and short texts fit several. What decides is what people
// write: Chinese in characters of every day, or a European word in which accented letters stand among plain
// ones.

constexpr std::size_t kLongestCharacter = 4;

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0x80U) == 0; });
}

bool isAsciiUpper(char32_t c) { return c >= 'A' && c <= 'Z'; }
bool isAsciiLower(char32_t c) { return c >= 'a' && c <= 'z'; }
bool isAsciiLetter(char32_t c) { return isAsciiUpper(c) || isAsciiLower(c); }

bool isLatinLetter(char32_t c) { return c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7; }
bool isLower(char32_t c) { return isAsciiLower(c) || (c >= 0xDF && c <= 0xFF); }
bool isUpper(char32_t c) { return isAsciiUpper(c) || (c >= 0xC0 && c < 0xDF); }

/// Signs that stand alone in European texts: º, ª, °, ©, ®, «, », ¿, …
bool isLoneSign(char32_t c) { return c >= 0xA0 && c <= 0xBF; }

/// One run [begin, end) of characters beyond ASCII, as part of a European word.
bool isLatinRun(std::u32string_view text, std::size_t begin, std::size_t end) {
    const std::size_t length = end - begin;
    const bool isLetters = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                       text.begin() + static_cast<std::ptrdiff_t>(end), isLatinLetter);
    if (!isLetters) return length == 1 && isLoneSign(text[begin]);
    const char32_t before = begin == 0 ? U' ' : text[begin - 1];
    const char32_t after = end == text.size() ? U' ' : text[end];
    const bool touchesBoth = isAsciiLetter(before) && isAsciiLetter(after);
    if (length > 2 || (length == 2 && !touchesBoth)) return false;
    if (!isAsciiLetter(before) && !isAsciiLetter(after)) return false;
    for (std::size_t at = begin; at <= end && at < text.size(); ++at) {
        if (at > 0 && isLower(text[at - 1]) && isUpper(text[at])) return false;
    }
    return true;
}

bool looksLatin(std::u32string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] < 0x80) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && text[end] >= 0x80) ++end;
        if (!isLatinRun(text, at, end)) return false;
        at = end;
    }
    return true;
}

/// What Chinese texts are made of, in UTF-8: Han, kana and their punctuation, full-width forms, general
/// punctuation and signs. Everything from U+0800 to U+1FFF and the private areas are other things.
bool isChinese(char32_t c) {
    return (c >= 0x2000 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE4F) ||
           (c >= 0xFF00 && c <= 0xFFEF) || (c >= 0x20000 && c <= 0x3FFFF);
}

bool looksChinese(std::u32string_view text) {
    return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x80 || isChinese(c); });
}

/// A word of Greek or Cyrillic letters. In GBK as many characters in a row do not begin with so few octets.
bool isWordOfOneAlphabet(std::u32string_view text) {
    constexpr std::size_t shortest = 3;
    std::size_t greek = 0;
    std::size_t cyrillic = 0;
    for (const char32_t c : text) {
        if (c < 0x80) continue;
        greek += c >= 0x370 && c <= 0x3FF ? 1 : 0;
        cyrillic += c >= 0x400 && c <= 0x4FF ? 1 : 0;
        if ((c < 0x370 || c > 0x4FF) || (greek != 0 && cyrillic != 0)) return false;
    }
    return greek + cyrillic >= shortest;
}

std::u32string latin1(std::string_view octets) {
    std::u32string out;
    for (const char c : octets) out.push_back(static_cast<unsigned char>(c));
    return out;
}

/// Whether all characters beyond ASCII are of GB2312, the two octets of which lie above A0 each.
bool isGb2312(std::string_view octets) {
    const auto octet = [&](std::size_t at) {
        return at < octets.size() ? static_cast<std::uint8_t>(octets[at]) : std::uint8_t{0};
    };
    for (std::size_t at = 0; at < octets.size();) {
        if (octet(at) < 0x80) {
            ++at;
            continue;
        }
        if (octet(at) < 0xA1 || octet(at) > 0xF7 || octet(at + 1) < 0xA1) return false;
        at += 2;
    }
    return true;
}

struct Decoded {
    std::string utf8;
    std::u32string characters;
    std::string_view octets;  ///< Without what was cut off.
};

bool isBetween(char c, std::uint8_t low, std::uint8_t high) {
    const auto octet = static_cast<std::uint8_t>(c);
    return octet >= low && octet <= high;
}

bool isUtf8Beginning(std::string_view tail) {
    const std::size_t whole = isBetween(tail[0], 0xC2, 0xDF)   ? 2
                              : isBetween(tail[0], 0xE0, 0xEF) ? 3
                              : isBetween(tail[0], 0xF0, 0xF4) ? 4
                                                               : 0;
    return tail.size() < whole &&
           std::all_of(tail.begin() + 1, tail.end(), [](char c) { return isBetween(c, 0x80, 0xBF); });
}

bool isGb18030Beginning(std::string_view tail) {
    return isBetween(tail[0], 0x81, 0xFE) && (tail.size() == 1 || isBetween(tail[1], 0x30, 0x39));
}

/// A field of fixed size cuts a text anywhere: up to three octets at the end may be a character's beginning.
std::optional<Decoded> decodeAllButTail(std::string_view octets,
                                        std::optional<std::string> (*decode)(std::string_view),
                                        bool (*isBeginning)(std::string_view)) {
    for (std::size_t cut = 0; cut < kLongestCharacter && cut < octets.size(); ++cut) {
        const std::string_view rest = octets.substr(0, octets.size() - cut);
        if (cut > 0 && (!isBeginning(octets.substr(rest.size())) || isAscii(rest))) continue;
        std::optional<std::string> utf8 = decode(rest);
        auto characters = utf8 ? codePointsOf(*utf8) : std::nullopt;
        if (characters) return Decoded{*std::move(utf8), *std::move(characters), rest};
    }
    return std::nullopt;
}

std::optional<std::string> ifUtf8(std::string_view octets) {
    if (!isUtf8(octets)) return std::nullopt;
    return std::string(octets);
}

std::optional<Decoded> asUtf8(std::string_view octets) {
    return decodeAllButTail(octets, ifUtf8, isUtf8Beginning);
}

std::optional<Decoded> asGb18030(std::string_view octets) {
    auto decoded = decodeAllButTail(octets, platform::utf8FromGb18030, isGb18030Beginning);
    if (decoded && std::any_of(decoded->characters.begin(), decoded->characters.end(), [](char32_t c) {
            return (c >= 0x80 && c < 0xA0) || (c >= 0xE000 && c <= 0xF8FF);
        })) {
        return std::nullopt;
    }
    return decoded;
}

/// Whether a text that is both means what it says in UTF-8.
bool prefersUtf8(const Decoded& utf8, const std::optional<Decoded>& gb18030) {
    return looksChinese(utf8.characters) || looksLatin(utf8.characters) ||
           isWordOfOneAlphabet(utf8.characters) || !gb18030 || !isGb2312(gb18030->octets);
}

}  // namespace

std::string decodeText(ByteView bytes) {
    const std::string_view octets = asText(bytes);
    if (isAscii(octets)) return std::string(octets);
    const auto utf8 = asUtf8(octets);
    const auto gb18030 = asGb18030(octets);
    if (utf8 && prefersUtf8(*utf8, gb18030)) return utf8->utf8;
    const std::u32string single = latin1(octets);
    return gb18030 && !looksLatin(single) ? gb18030->utf8 : utf8From(single);
}

}  // namespace ukey
