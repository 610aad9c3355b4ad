#include "tokenlib/pki/transfer_text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/pki/pem.hpp"

namespace ukey::pki {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kPemMark = "-----BEGIN ";

/// A text in UTF-16 with its mark, as editors save it: its octets without the zeros.
std::string narrowed(std::string_view input) {
    const bool isLittle = input.starts_with("\xFF\xFE");
    if ((!isLittle && !input.starts_with("\xFE\xFF")) || input.size() % 2 != 0) return std::string(input);
    std::string out;
    for (std::size_t at = 2; at < input.size(); at += 2) {
        const char high = input[isLittle ? at + 1 : at];
        const char low = input[isLittle ? at : at + 1];
        out.push_back(high == 0 ? low : '?');
    }
    return out;
}

/// Line ends and blanks written out as in JSON or a program's source become what they mean.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            out.push_back(text[at]);
            continue;
        }
        const char next = text[++at];
        out.push_back(next == 'n' || next == 'r' || next == 't' ? '\n' : next);
    }
    return out;
}

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
    const auto isMargin = [](char c) { return isBlank(c) || c == '"' || c == '\''; };
    while (!text.empty() && isMargin(text.front())) text.remove_prefix(1);
    while (!text.empty() && isMargin(text.back())) text.remove_suffix(1);
    return text;
}

/// What no DER of any use is: it has lengths and tags that are no characters.
bool isPlainAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return isBlank(c) || (c > ' ' && c <= '~'); });
}

std::optional<Bytes> fromLooseHex(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
                 [](char c) { return !isBlank(c) && c != ':'; });
    if (digits.starts_with("0x") || digits.starts_with("0X")) digits.erase(0, 2);
    return fromHex(digits);
}

}  // namespace

std::vector<Bytes> objectsFrom(std::string_view input, const std::function<bool(ByteView)>& fits) {
    const auto isGood = [&](ByteView octets) { return !octets.empty() && fits(octets); };
    std::vector<Bytes> found;
    std::string text = narrowed(input);
    if (text.starts_with(kUtf8Mark)) text.erase(0, kUtf8Mark.size());
    if (text.find(kPemMark) != std::string::npos && !beginsWithSequence(asBytes(text))) {
        for (PemBlock& block : parsePem(unescaped(text))) {
            if (isGood(block.content)) found.push_back(std::move(block.content));
        }
    } else if (!isPlainAscii(text)) {
        if (isGood(asBytes(text))) found.push_back(toBytes(asBytes(text)));
    } else {
        const std::string clean = unescaped(text);
        for (auto octets : {fromLooseHex(trimmed(clean)), fromLooseBase64(trimmed(clean))}) {
            if (!octets || !isGood(*octets)) continue;
            found.push_back(*std::move(octets));
            break;
        }
    }
    return found;
}

std::optional<Bytes> objectFrom(std::string_view input, const std::function<bool(ByteView)>& fits) {
    std::vector<Bytes> found = objectsFrom(input, fits);
    if (found.size() != 1) return std::nullopt;
    return std::move(found.front());
}

bool beginsWithSequence(ByteView octets) {
    return !octets.empty() && octets[0] == der::kSequence && der::lengthOfFirst(octets).has_value();
}

ByteView firstElement(ByteView octets) {
    return octets.first(der::lengthOfFirst(octets).value_or(octets.size()));
}

}  // namespace ukey::pki
