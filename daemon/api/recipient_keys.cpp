#include "daemon/api/recipient_keys.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/each_token.hpp"
#include "tokenlib/pki/name_text.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

void appendKeysOf(const hosts::HostedToken& token, const enrolment::TokenView& view,
                  const std::vector<std::shared_ptr<const TokenKey>>& keys,
                  const std::vector<cms::Recipient>& recipients, std::vector<RecipientKey>& found) {
    for (const auto& key : keys) {
        const auto visibility = view.of(key->entry.ref);
        if (key->entry.decrypt == token::DecryptMeans::none || visibility == enrolment::Visibility::hidden)
            continue;
        for (std::size_t i = 0; i < recipients.size(); ++i) {
            if (recipients[i].names(key->certificate))
                found.push_back({i, token, key, visibility == enrolment::Visibility::history});
        }
    }
}

}  // namespace

boost::asio::awaitable<std::vector<RecipientKey>> keysOfRecipients(
    Page& page, const std::vector<cms::Recipient>& recipients, std::optional<std::string> token) {
    std::optional<hosts::TokenAddress> only;
    if (token) only = co_await page.names.token(*token);
    std::vector<RecipientKey> found;
    const std::vector<hosts::HostedToken> plugged = co_await page.services.catalogue.tokens();
    LookAtToken look = [&](const hosts::HostedToken& candidate) -> boost::asio::awaitable<void> {
        if (only && candidate.address() != *only) co_return;
        if (!isUsable(candidate.info.state)) co_return;
        const auto keys = co_await page.services.catalogue.keys(candidate.address());
        const auto view = co_await page.services.enrolments.viewOf(candidate.identity);
        appendKeysOf(candidate, view, keys, recipients, found);
    };
    auto looking = lookAtEach(plugged, std::move(look));
    const std::exception_ptr trouble = co_await std::move(looking);
    if (found.empty() && trouble) std::rethrow_exception(trouble);
    co_return found;
}

json recipientJson(const Page& page, const cms::Recipient& recipient) {
    json out = json::object();
    if (recipient.issuer.empty()) {
        out["keyIdentifier"] = toHex(recipient.keyIdentifier);
    } else {
        out["issuer"] = pki::nameText(recipient.issuer);
        out["serialNumber"] = pki::serialText(recipient.serial);
    }
    const auto isNamed = [&](const pki::Certificate& certificate) { return recipient.names(certificate); };
    if (const auto* certificate = page.names.namedBefore(isNamed)) out["holder"] = certificate->subjectText();
    return out;
}

}  // namespace ukey::api
