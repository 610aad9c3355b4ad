#include "daemon/api/enrolment_answers.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "daemon/api/each_token.hpp"
#include "daemon/api/params/writer.hpp"
#include "daemon/api/token_json.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"

namespace ukey::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

/// Of all that the page handed over, in one order.
Bytes digestOf(const EnrolmentCompleteParams& params) {
    return pki::digest(token::DigestAlgorithm::sha256, asBytes(written(params).dump()));
}

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// The plugged-in token that has the certificate which was written.
awaitable<std::optional<hosts::HostedToken>> tokenWith(Page& page, enrolment::Answer answer) {
    std::optional<hosts::HostedToken> holder;
    LookAtToken look = [&](const hosts::HostedToken& token) -> awaitable<void> {
        if (holder) co_return;
        const auto keys = co_await page.services.catalogue.keys(token.address());
        const bool isHere = std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
            return key->entry.ref.container == answer.container &&
                   key->certificate.thumbprint() == answer.thumbprint;
        });
        if (isHere) holder = token;
    };
    std::vector<hosts::HostedToken> plugged = co_await page.services.catalogue.tokens();
    auto looking = lookAtEach(std::move(plugged), std::move(look));
    (void)co_await std::move(looking);
    co_return holder;
}

}  // namespace

awaitable<json> completeResult(Page& page, hosts::HostedToken token, std::string container) {
    json list = json::array();
    const auto keys = co_await page.services.catalogue.keys(token.address());
    for (const auto& key : keys) {
        if (key->entry.ref.container == container)
            list.push_back(certificateJson(*key, page.names.of(token, key), page.names.of(token)));
    }
    json result = json::object();
    result["certificates"] = std::move(list);
    co_return result;
}

awaitable<void> noteAnswer(Page& page, const EnrolmentCompleteParams& params, enrolment::Record record,
                           std::string thumbprint) {
    const enrolment::Answer answer{record.id, record.origin, digestOf(params), record.container, thumbprint};
    auto note = [&](enrolment::Answered& answered) { answered.note(answer, now()); };
    try {
        co_await page.services.answered.run(note);
    } catch (const Error& error) {
        spdlog::error("an answer was not noted: {}", error.what());
    }
}

awaitable<std::optional<json>> resultAgain(Page& page, const EnrolmentCompleteParams& params) {
    auto find = [id = params.enrolment, origin = page.session->originText, digest = digestOf(params)](
                    enrolment::Answered& answered) { return answered.find(id, origin, digest, now()); };
    auto finding = page.services.answered.run(find);
    std::optional<enrolment::Answer> answer = co_await std::move(finding);
    if (!answer) co_return std::nullopt;
    std::string container = answer->container;
    auto looking = tokenWith(page, std::move(*answer));
    std::optional<hosts::HostedToken> token = co_await std::move(looking);
    if (!token) co_return std::nullopt;
    auto collecting = completeResult(page, std::move(*token), std::move(container));
    co_return co_await std::move(collecting);
}

}  // namespace ukey::api
