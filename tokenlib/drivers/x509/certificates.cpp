#include "tokenlib/drivers/x509/certificates.hpp"

#include <array>

#include "tokenlib/drivers/x509/der.hpp"
#include "tokenlib/drivers/x509/public_keys.hpp"

namespace ukey::x509 {
namespace {

constexpr std::uint8_t kExplicitVersion = 0xa0;
constexpr std::uint8_t kExplicitExtensions = 0xa3;
constexpr std::array<std::uint8_t, 3> kKeyUsage{0x55, 0x1d, 0x0f};
constexpr std::array<std::uint8_t, 3> kBasicConstraints{0x55, 0x1d, 0x13};

Bytes copied(ByteView view) { return {view.begin(), view.end()}; }

void readKeyUsage(ByteView value, CertificateFacts& facts) {
    constexpr unsigned kSigning = 0xc0;       // digitalSignature, nonRepudiation
    constexpr unsigned kEncipherment = 0x30;  // keyEncipherment, dataEncipherment
    constexpr unsigned kKeyAgreement = 0x08;
    constexpr unsigned kKeyCertSign = 0x04;
    der::Reader reader(value);
    const auto bits = reader.next(der::kBitString);
    if (!bits || bits->content.size() < 2) return;
    const unsigned first = bits->content[1];
    facts.usage = (first & kSigning) != 0 ? token::KeyUsage::sign : token::KeyUsage::encrypt;
    facts.decrypts = (first & kEncipherment) != 0;
    facts.agrees = (first & kKeyAgreement) != 0;
    facts.authority = facts.authority || (first & kKeyCertSign) != 0;
}

void readBasicConstraints(ByteView value, CertificateFacts& facts) {
    der::Reader outer(value);
    const auto sequence = outer.next(der::kSequence);
    if (!sequence) return;
    der::Reader fields(sequence->content);
    const auto authority = fields.next(der::kBoolean);
    if (authority && authority->content.size() == 1 && authority->content[0] != 0) facts.authority = true;
}

void readExtensions(ByteView list, CertificateFacts& facts) {
    der::Reader outer(list);
    const auto sequence = outer.next(der::kSequence);
    if (!sequence) return;
    der::Reader extensions(sequence->content);
    while (const auto extension = extensions.next(der::kSequence)) {
        der::Reader parts(extension->content);
        const auto identifier = parts.next(der::kObjectIdentifier);
        (void)parts.next(der::kBoolean);
        const auto value = parts.next(der::kOctetString);
        if (!identifier || !value) continue;
        if (der::isOid(identifier->content, kKeyUsage)) readKeyUsage(value->content, facts);
        if (der::isOid(identifier->content, kBasicConstraints)) readBasicConstraints(value->content, facts);
    }
}

std::string nextTime(der::Reader& reader) {
    const auto time = reader.next();
    if (!time) return {};
    std::string text(asText(time->content));
    if (time->tag == der::kGeneralizedTime) return text;
    if (time->tag != der::kUtcTime || text.empty()) return {};
    return (text[0] >= '5' ? "19" : "20") + text;  // RFC 5280 4.1.2.5.1
}

bool readBody(ByteView body, CertificateFacts& facts) {
    der::Reader fields(body);
    (void)fields.next(kExplicitVersion);
    const auto serial = fields.next(der::kInteger);
    const auto algorithm = fields.next(der::kSequence);
    const auto issuer = fields.next(der::kSequence);
    const auto validity = fields.next(der::kSequence);
    const auto subject = fields.next(der::kSequence);
    const auto key = fields.next(der::kSequence);
    if (!serial || !algorithm || !issuer || !validity || !subject || !key) return false;
    facts.serial = copied(serial->whole);
    facts.issuer = copied(issuer->whole);
    facts.subject = copied(subject->whole);
    der::Reader times(validity->content);
    facts.startsAt = nextTime(times);
    facts.endsAt = nextTime(times);
    facts.key = keyOfInfo(key->whole);
    while (const auto field = fields.next()) {
        if (field->tag == kExplicitExtensions) readExtensions(field->content, facts);
    }
    return true;
}

}  // namespace

bool isInForce(const CertificateFacts& facts, std::string_view now) noexcept {
    return facts.startsAt.substr(0, now.size()) <= now && facts.endsAt.substr(0, now.size()) >= now;
}

std::optional<CertificateFacts> certificateFacts(ByteView stored) {
    der::Reader reader(stored);
    const auto certificate = reader.next(der::kSequence);
    if (!certificate) return std::nullopt;
    der::Reader parts(certificate->content);
    const auto body = parts.next(der::kSequence);
    const auto algorithm = parts.next(der::kSequence);
    const auto signature = parts.next(der::kBitString);
    if (!body || !algorithm || !signature || !parts.atEnd()) return std::nullopt;
    CertificateFacts facts;
    if (!readBody(body->content, facts)) return std::nullopt;
    facts.der = copied(certificate->whole);
    return facts;
}

}  // namespace ukey::x509
