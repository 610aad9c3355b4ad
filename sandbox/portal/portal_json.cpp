#include "sandbox/portal/portal_json.hpp"

#include <nlohmann/json.hpp>

#include "sandbox/http/rfc3339.hpp"
#include "sandbox/ra/validity.hpp"

namespace ukey::portal {
namespace {

using http::toRfc3339;
using nlohmann::json;

std::string stateOf(const ra::HolderCertificate& certificate, ra::Time now) {
    return certificate.state == "active" && certificate.notAfter < now ? "expired" : certificate.state;
}

}  // namespace

json toJson(const ra::Account& account) {
    return {{"id", account.id},
            {"kind", account.kind},
            {"name", account.name},
            {"phone", account.phone},
            {"identified", account.identified}};
}

json toJson(const ra::CodeMessages& messages) { return {{"resendSeconds", messages.pause().count()}}; }

json toJson(const ra::Order& order) {
    json result{{"id", order.id},
                {"kind", order.kind},
                {"algorithm", token::toString(order.algorithm)},
                {"quantity", order.quantity},
                {"years", order.years},
                {"state", order.state},
                {"created", toRfc3339(order.created)},
                {"issued", order.issued},
                {"priceYuan", order.priceYuan},
                {"received", order.received}};
    if (order.certificate) result["certificate"] = *order.certificate;
    if (!order.newName.empty()) result["newName"] = order.newName;
    if (!order.note.empty()) result["note"] = order.note;
    if (order.paid) result["paid"] = toRfc3339(*order.paid);
    return result;
}

json toJson(const ra::PendingIssue& pending) {
    return {
        {"issue", pending.issue}, {"tokenSerial", pending.tokenSerial}, {"serialNumber", pending.signSerial}};
}

json toJson(const ra::Offer& offer, const ra::OrderRules& rules) {
    auto algorithms = json::array();
    for (const auto algorithm : offer.algorithms) algorithms.push_back(token::toString(algorithm));
    return {{"tokenPriceYuan", offer.tokenPrice},
            {"yearPriceYuan", offer.yearPrice},
            {"changePriceYuan", offer.changePrice},
            {"maxQuantity", offer.maxQuantity},
            {"maxYears", offer.maxYears},
            {"renewalDays", std::chrono::floor<std::chrono::days>(rules.renewalWindow).count()},
            {"algorithms", std::move(algorithms)}};
}

json toJson(const ra::HolderCertificate& certificate, ra::Time now, const ra::OrderRules& rules) {
    const bool active = certificate.state == "active";
    json result{{"id", certificate.id},
                {"order", certificate.order},
                {"tokenSerial", certificate.tokenSerial},
                {"algorithm", token::toString(certificate.algorithm)},
                {"name", certificate.name},
                {"serialNumber", certificate.signSerial},
                {"notBefore", toRfc3339(certificate.notBefore)},
                {"notAfter", toRfc3339(certificate.notAfter)},
                {"state", stateOf(certificate, now)},
                {"renewable", active && now + rules.renewalWindow >= certificate.notAfter},
                {"changeable", active && certificate.notAfter >= now}};
    if (active) {
        auto renewals = json::array();
        for (std::int64_t years = 1; years <= ra::offer().maxYears; ++years) {
            renewals.push_back(toRfc3339(ra::renewedExpiry(certificate, years, now)));
        }
        result["renewals"] = std::move(renewals);
    }
    if (!certificate.encryptSerial.empty()) result["encryptSerialNumber"] = certificate.encryptSerial;
    return result;
}

json toJson(const ra::Message& message) {
    return {{"phone", message.phone},
            {"text", {{"zh-CN", message.zh}, {"en", message.en}}},
            {"sent", toRfc3339(message.sent)}};
}

json toJson(const ra::IssueAnswer& answer) {
    json result{
        {"issue", answer.issue}, {"signCertificate", answer.signCertificate}, {"chain", answer.chain}};
    if (!answer.encryptCertificate.empty()) result["encryptCertificate"] = answer.encryptCertificate;
    if (!answer.encryptionKey) return result;
    json key{{"format", answer.encryptionKey->format}, {"data", answer.encryptionKey->data}};
    if (!answer.encryptionKey->wrappedKey.empty()) {
        key["symmetricAlgorithm"] = answer.encryptionKey->symmetricAlgorithm;
        key["wrappedKey"] = answer.encryptionKey->wrappedKey;
    }
    result["encryptionKey"] = std::move(key);
    return result;
}

json toJson(const ra::Unlock& unlock) {
    json result{{"id", unlock.id},
                {"certificate", unlock.certificate},
                {"tokenSerial", unlock.tokenSerial},
                {"state", unlock.state},
                {"created", toRfc3339(unlock.created)}};
    if (!unlock.note.empty()) result["note"] = unlock.note;
    if (unlock.decided) result["decided"] = toRfc3339(*unlock.decided);
    return result;
}

json toJson(const ra::UnlockAnswer& answer) {
    return {{"response", toBase64Url(answer.response)},
            {"form", answer.form == ra::UnlockForm::vendor ? "vendor" : "sealed"}};
}

}  // namespace ukey::portal
