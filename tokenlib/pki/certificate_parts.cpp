#include "tokenlib/pki/certificate_parts.hpp"

#include <algorithm>

#include "tokenlib/base/der.hpp"

namespace ukey::pki {
namespace {

constexpr const char* kWhat = "certificate";
constexpr std::size_t kMaxExtensions = 64;

/// The digits of a time, read from the left.
class TimeText {
  public:
    explicit TimeText(std::string_view text) : text_(text) {}

    std::optional<int> number(std::size_t digits) {
        if (text_.size() < digits) return std::nullopt;
        int value = 0;
        for (const char c : text_.substr(0, digits)) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
        text_.remove_prefix(digits);
        return value;
    }
    /// As above where a digit stands next, else `otherwise`.
    std::optional<int> numberOr(int otherwise) { return startsWithDigit() ? number(2) : otherwise; }
    bool startsWithDigit() const { return !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; }
    std::size_t digitsAhead() const {
        const auto end = std::find_if(text_.begin(), text_.end(), [](char c) { return c < '0' || c > '9'; });
        return static_cast<std::size_t>(end - text_.begin());
    }
    void skipFraction() {
        if (text_.empty() || (text_[0] != '.' && text_[0] != ',')) return;
        text_.remove_prefix(1);
        while (startsWithDigit()) text_.remove_prefix(1);
    }
    bool atEnd() const { return text_.empty(); }
    char take() {
        const char c = text_.empty() ? '\0' : text_[0];
        if (!text_.empty()) text_.remove_prefix(1);
        return c;
    }

  private:
    std::string_view text_;
};

/// Z, a difference to it, or nothing: then UTC is meant, as RFC 5280 demands.
std::optional<std::chrono::minutes> zoneOf(TimeText& text) {
    if (text.atEnd()) return std::chrono::minutes(0);
    const char sign = text.take();
    if (sign == 'Z' || sign == 'z') return std::chrono::minutes(0);
    const auto hours = text.number(2);
    const auto minutes = text.numberOr(0);
    if ((sign != '+' && sign != '-') || !hours || !minutes || *hours > 14 || *minutes > 59)
        return std::nullopt;
    const std::chrono::minutes difference(*hours * 60 + *minutes);
    return sign == '+' ? difference : -difference;
}

}  // namespace

std::optional<std::chrono::sys_seconds> timeFrom(const der::Element& element) {
    if (element.tag != der::kUtcTime && element.tag != der::kGeneralizedTime) return std::nullopt;
    TimeText text(asText(element.content));
    // Some write the long form under the tag of the short one.
    const bool isLong = element.tag == der::kGeneralizedTime || text.digitsAhead() == 14;
    auto year = text.number(isLong ? 4 : 2);
    const auto month = text.number(2);
    const auto day = text.number(2);
    const auto hour = text.number(2);
    const auto minute = text.numberOr(0);
    const auto second = text.numberOr(0);
    text.skipFraction();
    const auto zone = zoneOf(text);
    if (!year || !month || !day || !hour || !minute || !second || !zone || !text.atEnd()) return std::nullopt;
    if (!isLong) *year += *year < 50 ? 2000 : 1900;
    const std::chrono::year_month_day date(std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second) - *zone;
}

namespace {

std::chrono::sys_seconds readTime(der::Reader& from) {
    const auto time = timeFrom(from.next());
    if (!time) from.fail("malformed validity");
    return *time;
}

std::vector<ExtensionPart> readExtensions(ByteView content) {
    der::Reader outer(content, kWhat);
    der::Reader list = outer.sequence();
    outer.end();
    std::vector<ExtensionPart> extensions;
    while (!list.atEnd()) {
        if (extensions.size() == kMaxExtensions) list.fail("too many extensions");
        der::Reader parts = list.sequence();
        ExtensionPart extension;
        extension.oid = parts.oid();
        if (const auto critical = parts.nextIf(der::kBoolean)) {
            extension.isCritical = !critical->content.empty() && critical->content[0] != 0;
        }
        extension.value = parts.octetString();
        parts.end();
        extensions.push_back(std::move(extension));
    }
    return extensions;
}

void readTbs(der::Reader tbs, CertificateParts& into) {
    if (const auto version = tbs.nextIf(der::constructed(0))) into.version = version->whole;
    into.serial = tbs.next(der::kInteger).whole;
    into.innerAlgorithm = tbs.next(der::kSequence).whole;
    into.issuer = tbs.next(der::kSequence).whole;
    der::Reader validity = tbs.sequence();
    into.notBefore = readTime(validity);
    into.notAfter = readTime(validity);
    validity.end();
    into.subject = tbs.next(der::kSequence).whole;
    into.subjectPublicKeyInfo = tbs.next(der::kSequence).whole;
    // issuerUniqueID and subjectUniqueID, IMPLICIT BIT STRINGs of the early days.
    for (const unsigned n : {1U, 2U}) {
        if (!tbs.nextIf(der::primitive(n))) tbs.nextIf(der::constructed(n));
    }
    if (const auto extensions = tbs.nextIf(der::constructed(3))) {
        into.extensions = readExtensions(extensions->content);
    }
    tbs.end();
}

}  // namespace

const ExtensionPart* CertificateParts::extension(std::string_view oid) const {
    const auto found = std::find_if(extensions.begin(), extensions.end(),
                                    [&](const ExtensionPart& part) { return part.oid == oid; });
    return found == extensions.end() ? nullptr : &*found;
}

CertificateParts readCertificateParts(ByteView encoded) {
    der::Reader outer(encoded, kWhat);
    der::Reader certificate = outer.sequence();
    outer.end();
    CertificateParts parts;
    const der::Element tbs = certificate.next(der::kSequence);
    parts.tbs = tbs.whole;
    readTbs(der::Reader(tbs.content, kWhat), parts);
    parts.algorithm = certificate.next(der::kSequence).whole;
    parts.signature = certificate.bitString();
    certificate.end();
    return parts;
}

}  // namespace ukey::pki
