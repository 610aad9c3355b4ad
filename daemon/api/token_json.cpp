#include "daemon/api/token_json.hpp"

#include <nlohmann/json.hpp>

#include "daemon/api/services.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/pki/ra_answer.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

/// How many tries are left is what other sites did, too. Who used the PIN learns it from his error, and the
/// user from the dialog.
token::PinStatus forPages(const token::PinState& pin) {
    switch (pin.status) {
        case token::PinStatus::low:
        case token::PinStatus::finalTry:
            return pin.isDefault ? token::PinStatus::defaultPin : token::PinStatus::ok;
        default:
            return pin.status;
    }
}

json deliveriesJson(const token::TokenInfo& info) {
    json names = json::array();
    for (const auto delivery : info.deliveries) {
        for (const std::string_view format : pki::encryptionKeyFormatsOf(delivery)) names.push_back(format);
    }
    return names;
}

}  // namespace

json tokenJson(Page& page, const hosts::HostedToken& token) {
    const token::TokenInfo& info = token.info;
    json pin = {{"state", toString(forPages(info.pin))}};
    json algorithms = json::array();
    for (const auto algorithm : info.algorithms) algorithms.push_back(toString(algorithm));
    json object = {{"id", page.names.of(token)},
                   {"driver", token.driver},
                   {"model", printable(info.model, kLongestText)},
                   {"label", printable(info.label, kLongestText)},
                   {"serial", printable(info.serial, kLongestText)},
                   {"manufacturer", printable(info.manufacturer, kLongestText)},
                   {"state", toString(info.state)},
                   {"pin", std::move(pin)},
                   {"algorithms", std::move(algorithms)},
                   {"deliveries", deliveriesJson(info)}};
    const bool isLoggedIn = page.services.logins.has(page.session->id, token.address());
    if (info.hidesCertificates && !isLoggedIn) object["mayHaveMore"] = true;
    if (info.room) object["room"] = *info.room;
    return object;
}

json certificateJson(const TokenKey& key, std::string_view name, std::string_view tokenName) {
    const pki::Certificate& certificate = key.certificate;
    return {{"id", name},
            {"token", tokenName},
            {"usage", toString(key.entry.ref.usage)},
            {"algorithm", toString(key.algorithm)},
            {"subject", certificate.subject()},
            {"subjectText", certificate.subjectText()},
            {"issuer", certificate.issuer()},
            {"serialNumber", certificate.serialNumber()},
            {"notBefore", certificate.notBefore()},
            {"notAfter", certificate.notAfter()},
            {"thumbprint", certificate.thumbprint()},
            {"pem", certificate.pem()}};
}

std::string_view eventName(hosts::Change change) noexcept {
    switch (change) {
        case hosts::Change::inserted:
            return "inserted";
        case hosts::Change::updated:
            return "updated";
        case hosts::Change::removed:
        case hosts::Change::lost:
            break;
    }
    return "removed";
}

}  // namespace ukey::api
