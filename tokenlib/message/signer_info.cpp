#include "tokenlib/message/signer_info.hpp"

#include <algorithm>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/pki/certificate_parts.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::cms {
namespace {

constexpr const char* kWhat = "signer";

std::string algorithmIn(der::Reader& from) { return from.sequence().oid(); }

/// The single value of an attribute; nothing when it has none or several.
std::optional<der::Element> singleValue(der::Reader& attribute) {
    der::Reader values = attribute.set();
    if (values.atEnd()) return std::nullopt;
    const der::Element value = values.next();
    if (!values.atEnd()) return std::nullopt;
    return value;
}

bool setOnce(auto& slot, auto&& value) {
    if (!(slot == std::remove_cvref_t<decltype(slot)>{})) return false;
    slot = std::forward<decltype(value)>(value);
    return true;
}

bool take(SignedAttributes& into, const std::string& oid, const der::Element& value) {
    if (oid == oids::kContentType) {
        const auto text = value.tag == der::kOid ? der::oidText(value.content) : std::nullopt;
        return text && setOnce(into.contentType, *text);
    }
    if (oid == oids::kMessageDigest) {
        return value.tag == der::kOctetString && setOnce(into.messageDigest, toBytes(value.content));
    }
    if (oid == oids::kSigningTime) {
        into.signingTime = pki::timeFrom(value);
        return into.signingTime.has_value();
    }
    if (oid == oids::kSigningCertificateV2) {
        if (!into.signingCertificate.empty()) return false;
        into.signingCertificate = value.whole;
    }
    if (oid == oids::kSigningCertificate) {
        if (!into.signingCertificateV1.empty()) return false;
        into.signingCertificateV1 = value.whole;
    }
    return true;
}

}  // namespace

bool SignerInfo::names(const pki::Certificate& certificate) const {
    if (issuer.empty()) {
        return !keyIdentifier.empty() &&
               std::ranges::equal(keyIdentifier, certificate.subjectKeyIdentifier());
    }
    if (!std::ranges::equal(issuer, certificate.issuerDer())) return false;
    der::Reader own(certificate.serialNumberDer(), kWhat);
    der::Reader named(serial, kWhat);
    return std::ranges::equal(own.fixedInteger(), named.fixedInteger());
}

SignerInfo readSignerInfo(ByteView element) {
    der::Reader outer(element, kWhat);
    der::Reader parts = outer.sequence();
    outer.end();
    parts.smallInteger();
    SignerInfo info;
    if (const auto identifier = parts.nextIf(der::primitive(0))) {
        info.keyIdentifier = identifier->content;
    } else {
        der::Reader issuerAndSerial = parts.sequence();
        info.issuer = issuerAndSerial.next(der::kSequence).whole;
        info.serial = issuerAndSerial.next(der::kInteger).whole;
        issuerAndSerial.end();
    }
    info.digestOid = algorithmIn(parts);
    if (const auto attributes = parts.nextIf(der::constructed(0))) info.attributes = attributes->content;
    info.signatureOid = algorithmIn(parts);
    info.signature = parts.octetString();
    if (const auto attributes = parts.nextIf(der::constructed(1)))
        info.unsignedAttributes = attributes->content;
    parts.end();
    return info;
}

std::optional<SignedAttributes> readAttributes(ByteView attributes) {
    SignedAttributes out;
    der::Reader list(attributes, kWhat);
    while (!list.atEnd()) {
        der::Reader attribute = list.sequence();
        const std::string oid = attribute.oid();
        const auto value = singleValue(attribute);
        // An attribute of another kind may have as many values as it likes.
        if (!value) {
            if (oid == oids::kContentType || oid == oids::kMessageDigest) return std::nullopt;
            continue;
        }
        if (!take(out, oid, *value)) return std::nullopt;
    }
    if (out.contentType.empty() || out.messageDigest.empty()) return std::nullopt;
    return out;
}

namespace {

/// The first of the certificates that a SigningCertificate of either kind names.
der::Reader firstNamed(ByteView value) {
    der::Reader outer(value, kWhat);
    return outer.sequence().sequence().sequence();
}

}  // namespace

bool agreesWith(const SignedAttributes& attributes, const pki::Certificate& certificate) {
    if (!attributes.signingCertificate.empty()) {
        der::Reader first = firstNamed(attributes.signingCertificate);
        auto algorithm = std::optional(token::DigestAlgorithm::sha256);
        if (first.peek() == der::kSequence) algorithm = digestFrom(algorithmIn(first));
        if (!algorithm ||
            !std::ranges::equal(first.octetString(), pki::digest(*algorithm, certificate.der())))
            return false;
    }
    if (attributes.signingCertificateV1.empty()) return true;
    return std::ranges::equal(firstNamed(attributes.signingCertificateV1).octetString(),
                              pki::sha1(certificate.der()));
}

ByteView timeStampIn(ByteView unsignedAttributes) {
    der::Reader list(unsignedAttributes, kWhat);
    while (!list.atEnd()) {
        der::Reader attribute = list.sequence();
        if (attribute.oid() != oids::kSignatureTimeStamp) continue;
        const auto value = singleValue(attribute);
        if (!value) list.fail("a time stamp attribute without one value");
        return value->whole;
    }
    return {};
}

Bytes withUnsignedAttribute(ByteView element, std::string_view oid, ByteView value) {
    der::Reader outer(element, kWhat);
    der::Reader parts = outer.sequence();
    Bytes signedPart;
    std::vector<Bytes> attributes{der::sequence({der::oid(oid), der::tlv(der::kSet, value)})};
    while (!parts.atEnd()) {
        const der::Element part = parts.next();
        if (part.tag != der::constructed(1)) {
            signedPart.insert(signedPart.end(), part.whole.begin(), part.whole.end());
            continue;
        }
        der::Reader list(part.content, kWhat);
        while (!list.atEnd()) attributes.push_back(toBytes(list.next().whole));
    }
    return der::sequence({signedPart, der::setOf(std::move(attributes), der::constructed(1))});
}

Bytes rawSignature(token::KeyAlgorithm key, ByteView signature) {
    if (token::isRsa(key)) return toBytes(signature);
    const std::size_t length = pki::coordinateLength(key);
    try {
        der::Reader outer(signature, kWhat);
        der::Reader numbers = outer.sequence();
        outer.end();
        Bytes raw;
        for (int i = 0; i < 2; ++i) {
            const ByteView number = numbers.fixedInteger();
            if (number.size() > length) return {};
            raw.resize(raw.size() + length - number.size(), 0);
            raw.insert(raw.end(), number.begin(), number.end());
        }
        numbers.end();
        return raw;
    } catch (const Error&) {
        return signature.size() == 2 * length ? toBytes(signature) : Bytes{};
    }
}

}  // namespace ukey::cms
