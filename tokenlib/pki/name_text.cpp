#include "tokenlib/pki/name_text.hpp"

#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/pki/openssl_handles.hpp"

namespace ukey::pki {
namespace {

using ObjectHandle = std::unique_ptr<ASN1_OBJECT, Freer<ASN1_OBJECT_free>>;

constexpr const char* kWhat = "name";
constexpr std::size_t kMaxAttributes = 64;
constexpr std::size_t kMaxHolderText = 128;
constexpr std::string_view kCommonName = "2.5.4.3";
constexpr std::string_view kOrganisation = "2.5.4.10";

struct Attribute {
    std::string oid;
    der::Element type;
    der::Element value;
};
using Rdn = std::vector<Attribute>;

std::vector<Rdn> readRdns(ByteView nameDer) {
    der::Reader outer(nameDer, kWhat);
    der::Reader list = outer.sequence();
    outer.end();
    std::vector<Rdn> rdns;
    std::size_t count = 0;
    while (!list.atEnd()) {
        der::Reader set = list.set();
        Rdn rdn;
        while (!set.atEnd()) {
            if (++count > kMaxAttributes) set.fail("too many attributes");
            der::Reader pair = set.sequence();
            Attribute attribute;
            attribute.type = pair.next(der::kOid);
            const auto oid = der::oidText(attribute.type.content);
            if (!oid) pair.fail("malformed object identifier");
            attribute.oid = *oid;
            attribute.value = pair.next();
            pair.end();
            rdn.push_back(std::move(attribute));
        }
        rdns.push_back(std::move(rdn));
    }
    return rdns;
}

/// The short name that is in use for a type; nothing for one without.
std::optional<std::string> shortName(const std::string& oid) {
    useOpenSsl();
    const ObjectHandle object(OBJ_txt2obj(oid.c_str(), 1));
    const int nid = object ? OBJ_obj2nid(object.get()) : NID_undef;
    if (nid == NID_undef) return std::nullopt;
    return std::string(OBJ_nid2sn(nid));
}

std::string escaped(std::string_view value) {
    std::string out;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const auto octet = static_cast<unsigned char>(value[at]);
        const bool atEdge =
            (at == 0 && (octet == ' ' || octet == '#')) || (at + 1 == value.size() && octet == ' ');
        if (octet < 0x20 || octet == 0x7F) {
            std::string digits = toHex(ByteView(&octet, 1));
            std::transform(digits.begin(), digits.end(), digits.begin(),
                           [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
            out += "\\" + digits;
            continue;
        }
        if (atEdge || std::string_view(",+\"\\<>;").find(value[at]) != std::string_view::npos) out += '\\';
        out += value[at];
    }
    return out;
}

std::string attributeText(const Attribute& attribute) {
    const auto name = shortName(attribute.oid);
    const auto text = name ? der::stringText(attribute.value) : std::nullopt;
    const std::string type = name.value_or(attribute.oid);
    return type + "=" + (text ? escaped(*text) : "#" + toHex(attribute.value.whole));
}

/// The last of that type: the most specific one.
std::string entryText(const std::vector<Rdn>& rdns, std::string_view oid) {
    std::string found;
    for (const Rdn& rdn : rdns) {
        for (const Attribute& attribute : rdn) {
            if (attribute.oid != oid) continue;
            if (const auto text = der::stringText(attribute.value)) found = printable(*text, kMaxHolderText);
        }
    }
    return found;
}

bool isAsciiText(ByteView content) {
    return std::all_of(content.begin(), content.end(), [](std::uint8_t octet) { return octet < 0x80; });
}

bool isWellFormed(const der::Element& value) {
    switch (value.tag) {
        case der::kUtf8String:
            return isUtf8(asText(value.content));
        case der::kPrintableString:
        case der::kIa5String:
        case der::kVisibleString:
        case der::kNumericString:
        case der::kT61String:
            return isAsciiText(value.content);
        default:
            return false;
    }
}

Bytes wellFormedValue(const der::Element& value) {
    const auto text = isWellFormed(value) ? std::nullopt : der::stringText(value);
    return text ? der::tlv(der::kUtf8String, asBytes(*text)) : Bytes(value.whole.begin(), value.whole.end());
}

}  // namespace

std::string nameText(ByteView nameDer) {
    const std::vector<Rdn> rdns = readRdns(nameDer);
    std::string out;
    for (auto rdn = rdns.rbegin(); rdn != rdns.rend(); ++rdn) {
        for (auto attribute = rdn->rbegin(); attribute != rdn->rend(); ++attribute) {
            if (!out.empty()) out += attribute == rdn->rbegin() ? "," : "+";
            out += attributeText(*attribute);
        }
    }
    return out;
}

std::string holderText(ByteView nameDer) {
    const std::vector<Rdn> rdns = readRdns(nameDer);
    const std::string commonName = entryText(rdns, kCommonName);
    const std::string organisation = entryText(rdns, kOrganisation);
    if (commonName.empty()) {
        return organisation.empty() ? printable(nameText(nameDer), kMaxHolderText) : organisation;
    }
    if (organisation.empty() || organisation == commonName) return commonName;
    return commonName + ", " + organisation;
}

Bytes wellFormedName(ByteView nameDer) {
    Bytes content;
    for (const Rdn& rdn : readRdns(nameDer)) {
        std::vector<Bytes> pairs;
        for (const Attribute& attribute : rdn) {
            pairs.push_back(der::sequence({attribute.type.whole, wellFormedValue(attribute.value)}));
        }
        const Bytes set = der::setOf(std::move(pairs));
        content.insert(content.end(), set.begin(), set.end());
    }
    return der::tlv(der::kSequence, content);
}

}  // namespace ukey::pki
