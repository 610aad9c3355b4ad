#include "tokenlib/drivers/skf/fields.hpp"

#include <algorithm>

#include "tokenlib/base/text.hpp"
#include "tokenlib/drivers/skf/sar.hpp"

namespace ukey::skf {
namespace {

constexpr std::size_t kMaxShownName = kMaxNameLength;

bool isClean(std::string_view name) {
    return !name.starts_with("hex:") && printable(name, kMaxShownName) == name;
}

/// Length of the DER value at the start, head included; 0 when there is none.
std::size_t derLength(ByteView der) noexcept {
    constexpr std::uint8_t kSequence = 0x30;
    if (der.size() < 2 || der[0] != kSequence) return 0;
    std::size_t length = der[1];
    std::size_t head = 2;
    if (length >= 0x80) {
        const std::size_t octets = length & 0x7F;
        if (octets == 0 || octets > 3 || der.size() < head + octets) return 0;
        length = 0;
        for (; head < 2 + octets; ++head) length = length << 8 | der[head];
    }
    return length <= der.size() - head ? head + length : 0;
}

}  // namespace

bool isZero(ByteView octets) noexcept {
    return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; });
}

std::vector<std::string> parseNames(ByteView list) {
    std::vector<std::string> names;
    std::string_view rest = asText(list);
    while (!rest.empty() && rest.front() != '\0') {
        const std::string_view name = rest.substr(0, rest.find('\0'));
        if (name.size() > kMaxNameLength) throw nonsense("a name list holds a name that is too long");
        if (names.size() == kMaxNames) throw nonsense("a name list holds too many names");
        names.emplace_back(name);
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    }
    return names;
}

std::string shownName(std::string_view name) {
    return isClean(name) ? std::string(name) : "hex:" + toHex(asBytes(name));
}

PlacedNumber placedNumber(ByteView field, std::size_t size) {
    if (size == 0 || size > field.size()) throw nonsense("a number is longer than its field");
    if (isZero(field)) throw nonsense("a number is zero");
    const auto copy = [](ByteView part) { return Bytes(part.begin(), part.end()); };
    if (isZero(field.first(field.size() - size))) return {copy(field.last(size)), Placement::right};
    if (isZero(field.subspan(size))) return {copy(field.first(size)), Placement::left};
    throw nonsense("a number is longer than its key");
}

void placeNumber(ByteView number, Placement placement, std::span<std::uint8_t> field) noexcept {
    const std::size_t offset = placement == Placement::right ? field.size() - number.size() : 0;
    std::copy(number.begin(), number.end(), field.begin() + static_cast<std::ptrdiff_t>(offset));
}

Bytes exponentOf(ByteView field) {
    const auto isSet = [](std::uint8_t octet) { return octet != 0; };
    const auto first = std::find_if(field.begin(), field.end(), isSet);
    auto last = field.end();
    // An exponent is odd: zeros at the end are filling.
    while (last != first && *(last - 1) == 0) --last;
    if (first == last) throw nonsense("an RSA exponent is zero");
    return {first, last};
}

Bytes certificateOf(Bytes stored) {
    stored.resize(derLength(stored));
    return stored;
}

}  // namespace ukey::skf
