#include "tokenlib/message/signed_data_parts.hpp"

#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"

namespace ukey::cms {
namespace {

constexpr const char* kWhat = "signed message";
constexpr std::size_t kMaxElements = 64;

std::vector<Bytes> elementsOf(der::Reader list) {
    std::vector<Bytes> out;
    while (!list.atEnd()) {
        if (out.size() == kMaxElements) list.fail("too many elements");
        out.push_back(toBytes(list.next().whole));
    }
    return out;
}

/// [0] EXPLICIT OCTET STRING.
std::optional<Bytes> contentOf(der::Reader encapsulated, std::string& contentType) {
    contentType = encapsulated.oid();
    if (encapsulated.atEnd()) return std::nullopt;
    der::Reader inside = encapsulated.enter(der::constructed(0));
    if (!contentTypeFrom(contentType) && inside.peek() != der::kOctetString) {
        throw Error(ErrorCode::unsupported, "signed message: the content is no octets");
    }
    const Bytes content = toBytes(inside.octetString());
    inside.end();
    return content;
}

}  // namespace

SignerParts readSignerParts(der::Reader& rest) {
    SignerParts parts;
    if (const auto certificates = rest.nextIf(der::constructed(0)))
        parts.certificates = elementsOf(der::Reader(certificates->content, rest.what()));
    if (const auto crls = rest.nextIf(der::constructed(1))) parts.crls = toBytes(crls->whole);
    parts.signerInfos = elementsOf(rest.set());
    rest.end();
    return parts;
}

Bytes writeSignerParts(const SignerParts& parts) {
    const Bytes certificates =
        parts.certificates.empty() ? Bytes{} : der::setOf(parts.certificates, der::constructed(0));
    return der::join({certificates, parts.crls, der::setOf(parts.signerInfos)});
}

SignedDataParts readSignedData(ByteView message) {
    const Bytes normal = der::fromBer(message, kWhat);
    der::Reader outer(normal, kWhat);
    der::Reader info = outer.sequence();
    const auto type = contentTypeFrom(info.oid());
    if (!type || type->n != 2) info.fail("no SignedData");
    der::Reader content = info.enter(der::constructed(0));
    info.end();
    der::Reader signedData = content.sequence();
    content.end();
    SignedDataParts parts;
    parts.family = type->family;
    parts.version = signedData.smallInteger();
    parts.digestAlgorithms = elementsOf(signedData.set());
    parts.content = contentOf(signedData.sequence(), parts.contentType);
    static_cast<SignerParts&>(parts) = readSignerParts(signedData);
    return parts;
}

Bytes writeSignedData(const SignedDataParts& parts) {
    const Bytes inside = parts.content ? der::explicitTag(0, der::octetString(*parts.content)) : Bytes{};
    const Bytes encapsulated = der::sequence({der::oid(parts.contentType), inside});
    const Bytes message = der::sequence({der::integer(parts.version), der::setOf(parts.digestAlgorithms),
                                         encapsulated, writeSignerParts(parts)});
    return der::sequence({der::oid(contentType(parts.family, 2)), der::explicitTag(0, message)});
}

}  // namespace ukey::cms
