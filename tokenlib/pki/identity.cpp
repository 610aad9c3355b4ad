#include "tokenlib/pki/identity.hpp"

#include <algorithm>
#include <array>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::pki {
namespace {

struct Known {
    std::string_view oid;
    std::string_view name;
};

constexpr std::array kKnown{
    Known{"1.2.156.10260.4.1.1", "personalIdentityCode"},
    Known{"1.2.156.10260.4.1.2", "socialInsuranceNumber"},
    Known{"1.2.156.10260.4.1.3", "businessRegistrationNumber"},
    Known{"1.2.156.10260.4.1.4", "organisationCode"},
    Known{"1.2.156.10260.4.1.5", "taxNumber"},
    Known{"1.2.86.11.7.1", "personalIdentityCode"},
    Known{"1.2.86.11.7.3", "businessRegistrationNumber"},
    Known{"1.2.86.11.7.4", "organisationCode"},
    Known{"1.2.86.11.7.5", "taxNumber"},
    Known{"1.2.156.11.7.1", "personalIdentityCode"},
    Known{"1.2.156.11.7.2", "socialInsuranceNumber"},
    Known{"1.2.156.11.7.3", "businessRegistrationNumber"},
    Known{"1.2.156.11.7.4", "organisationCode"},
    Known{"1.2.156.11.7.5", "taxNumber"},
    Known{"1.2.156.1.8888.148", "unifiedIdentifier"},
    Known{"1.2.86.21.1.1", "healthSectorIdentifier"},
};

/// CA-private arcs, of which everything below is an identity: BJCA, FJCA.
constexpr std::array<std::string_view, 2> kPrivateArcs{"1.2.156.112562.2.1.1", "1.2.156.112578.1"};

constexpr std::size_t kMaxCharacters = 128;
constexpr int kMaxDepth = 4;

bool isBelow(std::string_view oid, std::string_view arc) {
    return oid == arc || (oid.size() > arc.size() && oid.starts_with(arc) && oid[arc.size()] == '.');
}

bool isPlainText(ByteView value) {
    return !value.empty() &&
           std::none_of(value.begin(), value.end(), [](std::uint8_t octet) { return octet < 0x20U; });
}

/// The first text found, depth first.
std::optional<std::string> findText(ByteView value, int depth) {
    if (depth > kMaxDepth) return std::nullopt;
    try {
        der::Reader reader(value, "identity extension");
        while (!reader.atEnd()) {
            const der::Element element = reader.next();
            if (auto text = der::stringText(element)) return text;
            const bool isContext = (element.tag & 0xC0U) == 0x80U;
            if (isContext || element.tag == der::kSequence || element.tag == der::kSet ||
                element.tag == der::kOctetString) {
                if (auto text = findText(element.content, depth + 1)) return text;
            }
        }
    } catch (const Error&) {
        // Not DER: perhaps an IMPLICIT string, or bare text.
    }
    if (isPlainText(value)) return decodeText(value);
    return std::nullopt;
}

const Known* findKnown(std::string_view oid) {
    return std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& entry) { return entry.oid == oid; });
}

}  // namespace

bool isIdentityExtension(std::string_view oid) {
    return findKnown(oid) != kKnown.end() ||
           std::any_of(kPrivateArcs.begin(), kPrivateArcs.end(),
                       [&](std::string_view arc) { return isBelow(oid, arc); });
}

std::optional<IdentityExtension> readIdentity(std::string_view oid, ByteView value) {
    if (!isIdentityExtension(oid)) return std::nullopt;
    const Known* known = findKnown(oid);
    const auto text = findText(value, 0);
    if (!text) return std::nullopt;
    return IdentityExtension{std::string(oid), std::string(known == kKnown.end() ? oid : known->name),
                             printable(*text, kMaxCharacters)};
}

}  // namespace ukey::pki
