// enrolment.*: from the key to the retired old certificate, in a page.
#include <spdlog/spdlog.h>

#include <exception>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "daemon/api/call.hpp"
#include "daemon/api/enrolment_answers.hpp"
#include "daemon/api/enrolment_params.hpp"
#include "daemon/api/enrolment_questions.hpp"
#include "daemon/api/enrolment_work.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/services.hpp"
#include "daemon/api/token_json.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/enrolment/enroller.hpp"

namespace ukey::api {
namespace {

using boost::asio::awaitable;
using enrolment::Enroller;
using enrolment::Journal;
using enrolment::Phase;
using enrolment::Record;
using enrolment::Step;
using nlohmann::json;

/// What another site has under way on the token is its own affair: the page learns that the token is busy.
awaitable<void> refuseForeign(Page& page, token::Identity token) {
    const auto record = co_await page.services.enrolments.call<&Journal::ofToken>(std::move(token));
    if (!record || record->origin == page.session->originText) co_return;
    const bool waits = record->step == Step::waiting || record->step == Step::accepted ||
                       record->step == Step::imported || record->step == Step::written ||
                       record->step == Step::proven;
    if (waits)
        throw Error(ErrorCode::busy, "an enrolment of another site is under way").withReason("other-site");
}

/// Plans, asks, begins. A token that turns out to be full may make room for itself, if the user lets it.
awaitable<enrolment::Begun> beginWith(Page& page, hosts::HostedToken token, Enroller& enroller,
                                      enrolment::Order order, std::string& id,
                                      const EnrolmentBeginParams& params) {
    const hosts::TokenAddress address = token.address();
    co_await withoutCancellation();
    co_await refuseForeign(page, order.token);
    co_await enroller.clear(order.token);
    for (;;) {
        const Record record = co_await enroller.plan(order);
        id = record.id;
        std::function<awaitable<void>()> ask = [&] { return askAboutPlan(page, token, record); };
        co_await askBetweenSteps(page, address, std::move(ask));
        std::exception_ptr failure;
        try {
            std::vector<pki::NameAttribute> subject = subjectIn(params);
            co_return co_await enroller.begin(record, std::move(subject));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::tokenFull || order.isFull) throw;
            failure = std::current_exception();
        }
        const auto history = co_await page.services.enrolments.call<&Journal::history>(order.token);
        if (history.empty()) std::rethrow_exception(failure);
        order.isFull = true;
    }
}

std::string_view stateName(Step step) {
    switch (step) {
        case Step::begun:
        case Step::keyed:
        case Step::rollingBack:
            break;
        case Step::waiting:
            return "waiting";
        case Step::accepted:
        case Step::imported:
            return "importing";
        case Step::written:
        case Step::proven:
        case Step::switched:
            return "finishing";
    }
    return "prepared";
}

json enrolmentJson(const Record& record) {
    json object = {{"id", record.id},
                   {"kind", toString(record.kind)},
                   {"tokenSerial", printable(record.token.text(), kLongestText)},
                   {"algorithm", token::toString(record.algorithm)},
                   {"state", stateName(record.step)},
                   {"started", pki::toRfc3339(record.created)}};
    if (!record.reference.empty()) object["reference"] = record.reference;
    if (!record.csr.empty()) object["csr"] = pki::requestPem(record.csr);
    if (!record.proof.empty()) object["proof"] = toBase64Url(record.proof);
    return object;
}

}  // namespace

Answer enrolmentBegin(Call& call, EnrolmentBeginParams params) {
    Page& page = call.page();
    const hosts::TokenAddress address = co_await page.names.token(params.token);
    const hosts::HostedToken token = requireReady(page, address);
    const enrolment::Order order = co_await orderIn(page, token, params);
    const auto id = std::make_shared<std::string>();
    json result;
    EnrolmentWork work{.token = token, .identity = order.token, .run = nullptr};
    work.steps = ShownSteps{"enrolment.begin", id, {Phase::generating, Phase::requesting}};
    work.run = [&](Enroller& enroller) -> awaitable<void> {
        const enrolment::Begun begun = co_await beginWith(page, token, enroller, order, *id, params);
        spdlog::info("{}: enrolment {} ({}) begun on token {}", page.session->originText, begun.record.id,
                     toString(begun.record.kind), printable(begun.record.token.text(), kLongestText));
        result = {{"enrolment", begun.record.id},
                  {"csr", pki::requestPem(begun.csr)},
                  {"token", tokenJson(page, token)}};
        if (!begun.proof.empty()) result["proof"] = toBase64Url(begun.proof);
    };
    auto working = workOnToken(page, std::move(work));
    co_await std::move(working);
    co_return result;
}

Answer enrolmentComplete(Call& call, EnrolmentCompleteParams params) {
    Page& page = call.page();
    std::optional<Record> pending = co_await findOwnRecord(page, params.enrolment);
    if (!pending) {
        if (auto result = co_await resultAgain(page, params)) co_return std::move(*result);
    }
    const Record record = requireRecord(std::move(pending));
    const hosts::HostedToken token = co_await requireTokenOf(call, record);
    EnrolmentWork work{.token = token, .identity = record.token, .run = nullptr};
    work.steps =
        ShownSteps{record.id,
                   std::make_shared<std::string>(record.id),
                   {Phase::checking, Phase::importing, Phase::writing, Phase::proving, Phase::retiring}};
    work.rules.holderChanged = [&](pki::Certificate before, pki::Certificate now) {
        std::function<awaitable<void>()> ask = [&page, &token, before = std::move(before),
                                                now = std::move(now)] {
            return askAboutHolder(page, token, before, now);
        };
        return askBetweenSteps(page, token.address(), std::move(ask));
    };
    work.run = [&](Enroller& enroller) -> awaitable<void> {
        co_await withoutCancellation();
        // Of the certificate that was checked and written: the answer's may have any form that RAs use.
        pki::RaAnswer answer = answerIn(params);
        const Record done = co_await enroller.complete(record.id, std::move(answer));
        const std::string thumbprint = pki::Certificate::fromDer(done.answer.sign).thumbprint();
        call.draft().certificate = thumbprint;
        co_await noteAnswer(page, params, record, thumbprint);
    };
    auto working = workOnToken(page, std::move(work));
    co_await std::move(working);
    spdlog::info("{}: enrolment {} done", page.session->originText, record.id);
    auto collecting = completeResult(page, token, record.container);
    co_return co_await std::move(collecting);
}

Answer enrolmentList(Call& call, NoParams) {
    Page& page = call.page();
    json list = json::array();
    std::vector<Record> records = co_await page.services.enrolments.all();
    std::erase_if(records, [&](const Record& record) { return record.origin != page.session->originText; });
    std::vector<hosts::HostedToken> plugged;
    if (!records.empty()) plugged = co_await page.services.catalogue.tokens();
    for (const Record& record : records) {
        json object = enrolmentJson(record);
        for (const hosts::HostedToken& token : plugged) {
            if (token.identity == record.token) object["token"] = page.names.of(token);
        }
        list.push_back(std::move(object));
    }
    co_return json{{"enrolments", std::move(list)}};
}

Answer enrolmentAbort(Call& call, EnrolmentAbortParams params) {
    Page& page = call.page();
    std::optional<Record> pending = co_await findOwnRecord(page, params.enrolment);
    const Record record = requireRecord(std::move(pending));
    const hosts::HostedToken token = co_await requireTokenOf(call, record);
    EnrolmentWork work{.token = token, .identity = record.token, .run = nullptr};
    work.run = [&](Enroller& enroller) -> awaitable<void> {
        co_await withoutCancellation();
        co_await enroller.rollBack(record.id);
    };
    auto working = workOnToken(page, std::move(work));
    co_await std::move(working);
    spdlog::info("{}: enrolment {} rolled back", page.session->originText, record.id);
    co_return json::object();
}

}  // namespace ukey::api
