#include "tokenlib/prompt/assuan.hpp"

#include <algorithm>
#include <charconv>

namespace ukey::prompt::assuan {
namespace {

constexpr std::uint32_t kCodeMask = 0xffff;

int hexDigit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string_view restAfter(std::string_view line, std::size_t verb) noexcept {
    line.remove_prefix(verb);
    if (line.starts_with(' ')) line.remove_prefix(1);
    return line;
}

bool isVerb(std::string_view line, std::string_view verb) noexcept {
    return line.starts_with(verb) && (line.size() == verb.size() || line[verb.size()] == ' ');
}

bool isEscaped(char c) noexcept {
    const auto octet = static_cast<unsigned char>(c);
    return octet < 0x20 || octet == 0x7f || c == '%';
}

bool append(Secret& to, char c) noexcept {
    if (to.size() == to.capacity()) return false;
    const std::size_t at = to.size();
    to.resize(at + 1);
    to.data()[at] = static_cast<std::uint8_t>(c);
    return true;
}

}  // namespace

Line parseLine(std::string_view line) noexcept {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) return {.kind = LineKind::comment, .rest = restAfter(line, 1)};
    if (isVerb(line, "OK")) return {.kind = LineKind::ok, .rest = restAfter(line, 2)};
    if (isVerb(line, "D")) return {.kind = LineKind::data, .rest = restAfter(line, 1)};
    if (isVerb(line, "S")) return {.kind = LineKind::status, .rest = restAfter(line, 1)};
    if (isVerb(line, "INQUIRE")) return {.kind = LineKind::inquire, .rest = restAfter(line, 7)};
    if (isVerb(line, "ERR")) {
        const std::string_view rest = restAfter(line, 3);
        std::uint32_t code = 0;
        const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), code);
        if (parsed.ec != std::errc{}) return {};
        return {.kind = LineKind::error, .errorCode = code & kCodeMask, .rest = rest};
    }
    return {};
}

bool appendData(Secret& to, std::string_view rest) noexcept {
    for (std::size_t i = 0; i < rest.size(); ++i) {
        char c = rest[i];
        if (c == '%') {
            if (rest.size() - i < 3) return false;
            const int high = hexDigit(rest[i + 1]);
            const int low = hexDigit(rest[i + 2]);
            if (high < 0 || low < 0) return false;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (!append(to, c)) return false;
    }
    return true;
}

std::size_t escapedSize(std::string_view text) noexcept {
    return text.size() + 2 * static_cast<std::size_t>(std::count_if(text.begin(), text.end(), isEscaped));
}

std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    std::size_t whole = 0;  // Length of `out` up to the last whole character.
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if ((octet & 0xc0) != 0x80) whole = out.size();
        if (isEscaped(c)) {
            out += {'%', digits[octet >> 4], digits[octet & 15]};
        } else {
            out += c;
        }
        if (out.size() > kMaxParameter) {
            out.resize(whole);
            return out;
        }
    }
    return out;
}

}  // namespace ukey::prompt::assuan
