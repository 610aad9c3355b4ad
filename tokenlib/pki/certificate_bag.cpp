#include "tokenlib/pki/certificate_bag.hpp"

#include <algorithm>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/oids.hpp"
#include "tokenlib/pki/transfer_text.hpp"

namespace ukey::pki {
namespace {

constexpr std::size_t kMaxInput = 256UL * 1024UL;
constexpr std::size_t kMaxCertificates = 32;

[[noreturn]] void fail(const char* why) {
    throw Error(ErrorCode::badRequest, std::string("certificates: ") + why);
}

void add(std::vector<Certificate>& list, ByteView der) {
    if (list.size() == kMaxCertificates) throw Error(ErrorCode::tooLarge, "certificates: more than 32");
    list.push_back(Certificate::fromDer(der));
}

/// SignedData, of which only the certificates matter here.
void addSignedData(std::vector<Certificate>& list, ByteView contentInfo) {
    der::Reader outer(contentInfo, "p7b");
    der::Reader info = outer.sequence();
    const std::string type = info.oid();
    if (type != std::string(oids::kPkcs7Messages) + "2" && type != std::string(oids::kGmMessages) + "2") {
        fail("a message that is no SignedData");
    }
    der::Reader content = info.enter(der::constructed(0));
    der::Reader signedData = content.sequence();
    signedData.unsignedInteger();
    signedData.next(der::kSet);
    signedData.next(der::kSequence);
    der::Reader certificates = signedData.enter(der::constructed(0));
    while (!certificates.atEnd()) {
        const der::Element element = certificates.next();
        // Other kinds of CertificateChoices (attribute certificates, …) carry context tags.
        if (element.tag == der::kSequence) add(list, element.whole);
    }
}

void addObject(std::vector<Certificate>& list, ByteView octets) {
    const Bytes normal = der::fromBer(octets, "certificate or p7b");
    der::Reader outer(normal, "certificate or p7b");
    if (outer.sequence().peek() == der::kOid) {
        addSignedData(list, normal);
    } else {
        add(list, octets);
    }
}

/// Trust settings look like a certificate from outside only: they hold purposes, no TBSCertificate.
bool isTrustSettings(ByteView element) {
    der::Reader outer(element, "trust settings");
    der::Reader content = outer.sequence();
    if (content.atEnd()) return true;
    if (content.peek() != der::kSequence) return content.peek() != der::kOid;
    const std::uint8_t first = content.sequence().peek();
    return first == der::kOid || first == 0;
}

/// Objects one after the other; after the last, a file's blanks and zeros.
void addObjects(std::vector<Certificate>& list, ByteView octets) {
    for (bool isFirst = true; beginsWithSequence(octets); isFirst = false) {
        const ByteView element = firstElement(octets);
        if (isFirst || !isTrustSettings(element)) addObject(list, element);
        octets = octets.subspan(element.size());
    }
    const bool endsCleanly = std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) {
        return octet == 0 || octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
    });
    if (!endsCleanly) fail("trailing octets");
}

}  // namespace

std::vector<Certificate> parseCertificates(std::string_view input) {
    if (input.size() > kMaxInput) throw Error(ErrorCode::tooLarge, "certificates: more than 256 KiB");
    std::vector<Certificate> list;
    const std::vector<Bytes> objects = objectsFrom(input, beginsWithSequence);
    if (objects.empty()) fail("neither PEM nor base64 nor hexadecimal nor DER");
    for (const Bytes& object : objects) addObjects(list, object);
    if (list.empty()) fail("none in it");
    return list;
}

}  // namespace ukey::pki
