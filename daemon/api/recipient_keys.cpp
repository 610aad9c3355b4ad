#include "daemon/api/recipient_keys.hpp"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/name_text.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

void appendKeysOf(const KnownToken& token, const enrolment::TokenView& view,
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
    std::exception_ptr failure;
    const std::vector<KnownToken> plugged = co_await page.services.catalogue.tokens();
    for (const KnownToken& candidate : plugged) {
        if (only && candidate.token.address() != *only) continue;
        const token::TokenState state = candidate.token.info.state;
        if (state == token::TokenState::blank || state == token::TokenState::unusable) continue;
        try {
            const auto keys = co_await page.services.catalogue.keys(candidate.token.address());
            const auto view = co_await page.services.enrolments.viewOf(candidate.token.identity);
            appendKeysOf(candidate, view, keys, recipients, found);
        } catch (const Error& error) {
            // One driver's trouble does not hide a key on another's token.
            if (error.code() == ErrorCode::userCancelled) throw;
            spdlog::warn("driver {}: keys cannot be read: {}", candidate.token.driver, error.what());
            failure = std::current_exception();
        }
    }
    if (found.empty() && failure) std::rethrow_exception(failure);
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
