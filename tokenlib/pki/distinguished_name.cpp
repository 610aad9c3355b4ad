#include "tokenlib/pki/distinguished_name.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::pki {
namespace {

struct AttributeType {
    std::string_view name;
    std::string_view oid;
    std::uint8_t tag;
    std::size_t maxCharacters;
};

constexpr std::array kTypes{
    AttributeType{"CN", "2.5.4.3", der::kUtf8String, 64},
    AttributeType{"SN", "2.5.4.4", der::kUtf8String, 64},
    AttributeType{"serialNumber", "2.5.4.5", der::kPrintableString, 64},
    AttributeType{"C", "2.5.4.6", der::kPrintableString, 2},
    AttributeType{"L", "2.5.4.7", der::kUtf8String, 128},
    AttributeType{"ST", "2.5.4.8", der::kUtf8String, 128},
    AttributeType{"S", "2.5.4.8", der::kUtf8String, 128},
    AttributeType{"STREET", "2.5.4.9", der::kUtf8String, 128},
    AttributeType{"O", "2.5.4.10", der::kUtf8String, 64},
    AttributeType{"OU", "2.5.4.11", der::kUtf8String, 64},
    AttributeType{"T", "2.5.4.12", der::kUtf8String, 64},
    AttributeType{"title", "2.5.4.12", der::kUtf8String, 64},
    AttributeType{"GN", "2.5.4.42", der::kUtf8String, 64},
    AttributeType{"UID", "0.9.2342.19200300.100.1.1", der::kUtf8String, 256},
    AttributeType{"DC", "0.9.2342.19200300.100.1.25", der::kIa5String, 64},
    AttributeType{"E", "1.2.840.113549.1.9.1", der::kIa5String, 255},
    AttributeType{"emailAddress", "1.2.840.113549.1.9.1", der::kIa5String, 255},
};

constexpr std::size_t kMaxOther = 256;

[[noreturn]] void fail(const std::string& why) { throw Error(ErrorCode::badRequest, "name: " + why); }

/// Digits and dots, two arcs at least, none empty, each of at most nine digits, and the first two in range.
bool isDottedOid(std::string_view text) {
    if (text.size() > 64 || text.size() < 3 || text[0] < '0' || text[0] > '2' || text[1] != '.') return false;
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == '.') {
            if (digits == 0) return false;
            digits = 0;
        } else if (c < '0' || c > '9' || ++digits > 9) {
            return false;
        }
    }
    const std::string_view second = text.substr(2, text.find('.', 2) - 2);
    return digits != 0 && (text[0] == '2' || second.size() == 1 || (second.size() == 2 && second < "40"));
}

AttributeType typeOf(std::string_view type) {
    const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const AttributeType& entry) {
        return entry.name == type || entry.oid == type;
    });
    if (known != kTypes.end()) return *known;
    if (!isDottedOid(type)) fail("unknown attribute type");
    return {type, type, der::kUtf8String, kMaxOther};
}

bool isPrintableString(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos;
    });
}

bool isPrintableAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::size_t characterCount(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void checkValue(const AttributeType& type, const std::string& value) {
    const std::string name(type.name);
    if (value.empty() || !isUtf8(value) || printable(value, value.size()) != value) {
        fail(name + " is empty or holds characters that cannot be shown");
    }
    if (characterCount(value) > type.maxCharacters) {
        fail(name + " is longer than " + std::to_string(type.maxCharacters) + " characters");
    }
    if ((type.tag == der::kPrintableString && !isPrintableString(value)) ||
        (type.tag == der::kIa5String && !isPrintableAscii(value))) {
        fail(name + " holds characters that it cannot");
    }
    if (type.name == "C" && value.size() != 2) fail("C is not two letters");
}

}  // namespace

Bytes toNameDer(const std::vector<NameAttribute>& attributes) {
    Bytes content;
    for (const NameAttribute& attribute : attributes) {
        const AttributeType type = typeOf(attribute.type);
        checkValue(type, attribute.value);
        const Bytes pair = der::sequence({der::oid(type.oid), der::tlv(type.tag, asBytes(attribute.value))});
        const Bytes rdn = der::tlv(der::kSet, pair);
        content.insert(content.end(), rdn.begin(), rdn.end());
    }
    return der::tlv(der::kSequence, content);
}

}  // namespace ukey::pki
