#include "daemon/api/recipient_keys.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/each_token.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/name_text.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

/// The certificates by which messages may name a key: its own, and those that it had before renewals.
std::vector<pki::Certificate> namesOf(const TokenKey& key, const enrolment::TokenView& view) {
    std::vector<pki::Certificate> out{key.certificate};
    for (const Bytes& der : view.formerCertificates(key.entry.ref.container)) {
        try {
            const auto former = pki::Certificate::fromDer(der);
            // The container's other key has certificates too.
            if (former.publicKey() == key.certificate.publicKey()) out.push_back(former);
        } catch (const Error& error) {
            spdlog::warn("a certificate of before a renewal cannot be read: {}", error.what());
        }
    }
    return out;
}

void appendKeysOf(const hosts::HostedToken& token, const enrolment::TokenView& view,
                  const std::vector<std::shared_ptr<const TokenKey>>& keys,
                  const std::vector<cms::Recipient>& recipients, std::vector<RecipientKey>& found) {
    for (const auto& key : keys) {
        const auto visibility = view.of(key->entry.ref);
        if (key->entry.decrypt == token::DecryptMeans::none || visibility == enrolment::Visibility::hidden)
            continue;
        const std::vector<pki::Certificate> names = namesOf(*key, view);
        for (std::size_t i = 0; i < recipients.size(); ++i) {
            const auto isNamed = [&](const pki::Certificate& one) { return recipients[i].names(one); };
            const auto named = std::ranges::find_if(names, isNamed);
            if (named == names.end()) continue;
            const bool isFormer = named != names.begin();
            found.push_back({i, token, key, isFormer || visibility == enrolment::Visibility::history});
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
