// enrolment.*: from the key to the retired old certificate, in a page.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/api/handlers.hpp"
#include "daemon/api/services.hpp"
#include "daemon/api/token_json.hpp"
#include "daemon/enrolment/host_access.hpp"
#include "daemon/rpc/message.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/enrolment/enroller.hpp"
#include "tokenlib/pki/csr.hpp"

namespace ukey::api {
namespace {

using boost::asio::awaitable;
using enrolment::Enroller;
using enrolment::Keys;
using enrolment::Kind;
using enrolment::Phase;
using enrolment::Record;
using enrolment::Step;
using nlohmann::json;

rpc::BadMessage badParams(const std::string& why) { return {rpc::kInvalidParams, why}; }

enrolment::TokenIdentity identityOf(const KnownToken& token) {
    return enrolment::identityOf(token.token.driver, token.token.info);
}

KnownToken requireReady(Page& page, const hosts::TokenAddress& address) {
    KnownToken token = page.services.catalogue.requireUsable(address);
    if (token.token.info.state == token::TokenState::locked)
        throw Error(ErrorCode::pinLocked, "the token is locked");
    return token;
}

void requireLogin(Page& page, const hosts::TokenAddress& address) {
    if (!page.services.logins.use(page.session->id, address))
        throw Error(ErrorCode::pinRequired, "this page is not logged in on the token");
}

/// A step that was begun is not left half done because a tab closes.
auto withoutCancellation() {
    return boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
}
auto withCancellation() {
    return boost::asio::this_coro::reset_cancellation_state(boost::asio::enable_terminal_cancellation());
}

/// Tells the page of the phases, of which it can show steps.
class Progress {
  public:
    Progress(Page& page, std::string operation, std::vector<Phase> phases)
        : page_(page), operation_(std::move(operation)), phases_(std::move(phases)) {}

    void operator()(Phase phase) const {
        const auto found = std::find(phases_.begin(), phases_.end(), phase);
        if (found == phases_.end()) return;
        const std::string key = "enrolment.phase." + std::string(toString(phase));
        page_.notify("progress", {{"operation", operation_},
                                  {"step", found - phases_.begin() + 1},
                                  {"steps", phases_.size()},
                                  {"text", message(page_.session->language, key)}});
    }

  private:
    Page& page_;
    std::string operation_;
    std::vector<Phase> phases_;
};

/// A library that knows of no login any more ends those that we know of.
void noteFailure(Page& page, const hosts::TokenAddress& address, const Error& error) {
    if (error.code() == ErrorCode::pinRequired) page.services.logins.forget(address);
}

// enrolment.begin

awaitable<enrolment::Order> orderIn(Page& page, KnownToken token, const json& params) {
    enrolment::Order order;
    order.origin = page.session->originText;
    order.kind = enrolment::kindFrom(params.at("kind").get<std::string>()).value();
    order.token = identityOf(token);
    order.algorithm = token::keyAlgorithmFrom(params.at("algorithm").get<std::string>()).value();
    order.keys = params.at("keys") == "keep" ? Keys::kept : Keys::fresh;
    order.reference = params.value("reference", "");
    const bool replacesNothing = order.kind == Kind::issue || order.kind == Kind::reissue;
    if (order.keys == Keys::kept && replacesNothing)
        throw badParams("keys are kept by a renewal or a change only");
    const auto& algorithms = token.token.info.algorithms;
    if (order.keys == Keys::fresh &&
        std::find(algorithms.begin(), algorithms.end(), order.algorithm) == algorithms.end())
        throw Error(ErrorCode::unsupported, "the token makes no keys of this algorithm");
    if (const auto name = params.find("replaces"); name != params.end()) {
        const auto key = co_await page.names.certificate(name->get<std::string>());
        if (key->address != token.token.address())
            throw Error(ErrorCode::certificateNotFound, "the certificate is on another token");
        order.replaces = key->entry.ref.container;
    }
    co_return order;
}

std::vector<pki::NameAttribute> subjectIn(const json& params) {
    std::vector<pki::NameAttribute> subject;
    if (const auto attributes = params.find("subject"); attributes != params.end()) {
        for (const json& attribute : *attributes)
            subject.push_back(
                {attribute.at("type").get<std::string>(), attribute.at("value").get<std::string>()});
    }
    return subject;
}

/// What happens to the old certificate, and to the files that were sealed for it.
std::string consequences(Language language, const Record& record, bool hasOldEncryption) {
    const auto text = [&](const char* key) {
        return message(language, std::string("enrolment.consent.") + key);
    };
    std::string lines;
    if (record.keys == Keys::kept)
        lines = text("keeps-keys");
    else if (record.oldContainer.empty())
        lines = text("adds");
    else if (record.keepsHistory)
        lines = text("keeps-history");
    else
        lines = text(hasOldEncryption ? "loses-old" : "retires-old");
    if (!record.displaced.empty()) lines += "\n" + text("displaces");
    return lines;
}

awaitable<void> askForConsent(Page& page, KnownToken token, const Record& record) {
    consent::SignatureQuestion question;
    question.language = page.session->language;
    question.origin = page.session->originText;
    question.operation = "operation." + std::string(toString(record.kind));
    question.tokenLabel = token.token.info.label;
    question.tokenSerial = token.token.info.serial;
    question.pageText = record.reference;
    bool hasOldEncryption = false;
    const auto keys = co_await page.services.catalogue.keys(token.token.address());
    for (const auto& key : keys) {
        if (record.oldContainer.empty() || key->entry.ref.container != record.oldContainer) continue;
        if (key->entry.ref.usage == token::KeyUsage::sign)
            question.certificate = key->certificate.subjectText();
        else
            hasOldEncryption = true;
    }
    question.note = consequences(question.language, record, hasOldEncryption);
    co_await page.services.consent.signature(std::move(question));
}

/// Plans, asks, begins. A token that turns out to be full may make room for itself, if the user lets it.
awaitable<enrolment::Begun> beginWith(Page& page, KnownToken token, Enroller& enroller,
                                      enrolment::Order order, const json& params) {
    const hosts::TokenAddress address = token.token.address();
    co_await withoutCancellation();
    co_await enroller.clear(order.token);
    for (;;) {
        const Record record = co_await enroller.plan(order);
        co_await withCancellation();
        co_await askForConsent(page, token, record);
        co_await withoutCancellation();
        if (page.session->closed) throw Error(ErrorCode::userCancelled, "the page is gone");
        requireLogin(page, address);
        try {
            std::vector<pki::NameAttribute> subject = subjectIn(params);
            co_return co_await enroller.begin(record, std::move(subject));
        } catch (const Error& error) {
            const bool canMakeRoom = error.code() == ErrorCode::tokenFull && !order.isFull &&
                                     !page.services.enrolments.journal().history(order.token).empty();
            if (!canMakeRoom) throw;
        }
        order.isFull = true;
    }
}

// enrolment.complete

pki::RaAnswer answerIn(const json& params) {
    pki::RaAnswer answer;
    answer.signCertificate = params.at("signCertificate").get<std::string>();
    if (const auto text = params.find("encryptCertificate"); text != params.end())
        answer.encryptCertificate = text->get<std::string>();
    if (const auto found = params.find("encryptionKey"); found != params.end()) {
        const auto octets = [&](const char* member) {
            const auto bytes = fromBase64Url(found->value(member, ""));
            if (!bytes) throw badParams(std::string(member) + " is not base64url");
            return *bytes;
        };
        pki::EncryptionKeyText key;
        key.format = pki::encryptionKeyFormatFrom(found->at("format").get<std::string>()).value();
        key.data = found->at("data").get<std::string>();
        key.symmetricAlgorithm = found->value("symmetricAlgorithm", "");
        key.wrappedKey = octets("wrappedKey");
        key.iv = octets("iv");
        answer.encryptionKey = std::move(key);
    }
    for (const json& certificate : params.value("chain", json::array()))
        answer.chain.push_back(certificate.get<std::string>());
    return answer;
}

/// One of this origin: of another's, a page does not even learn that it is there.
Record ownRecord(Page& page, const json& params) {
    auto& desk = page.services.enrolments;
    std::optional<Record> record;
    if (desk.hasJournal()) record = desk.journal().find(params.at("enrolment").get<std::string>());
    if (!record || record->origin != page.session->originText)
        throw Error(ErrorCode::enrolmentNotFound, "no such enrolment of this origin");
    return std::move(*record);
}

awaitable<KnownToken> pluggedToken(Page& page, enrolment::TokenIdentity wanted) {
    const std::vector<KnownToken> plugged = co_await page.services.catalogue.tokens();
    for (const KnownToken& token : plugged) {
        if (identityOf(token) == wanted) co_return requireReady(page, token.token.address());
    }
    throw Error(ErrorCode::tokenNotFound, "the enrolment's token is not plugged in");
}

awaitable<json> certificatesIn(Page& page, KnownToken token, std::string container) {
    json list = json::array();
    const auto keys = co_await page.services.catalogue.keys(token.token.address());
    for (const auto& key : keys) {
        if (key->entry.ref.container == container)
            list.push_back(certificateJson(*key, page.names.of(token, key), page.names.of(token)));
    }
    co_return list;
}

// enrolment.list

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
                   {"tokenSerial", printable(record.token.serial, kLongestText)},
                   {"algorithm", token::toString(record.algorithm)},
                   {"state", stateName(record.step)},
                   {"started", pki::toRfc3339(record.created)}};
    if (!record.reference.empty()) object["reference"] = record.reference;
    if (!record.csr.empty()) object["csr"] = pki::requestPem(record.csr);
    if (!record.proof.empty()) object["proof"] = toBase64Url(record.proof);
    return object;
}

}  // namespace

Answer enrolmentBegin(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await page.names.token(params.at("token").get<std::string>());
    const KnownToken token = requireReady(page, address);
    enrolment::Order order = co_await orderIn(page, token, params);
    requireLogin(page, address);
    const enrolment::WorkLock lock = page.services.enrolments.lock(order.token);
    enrolment::HostAccess access(page.services.catalogue.hosts(), address);
    Enroller enroller(page.services.enrolments.journal(), access,
                      Progress(page, "enrolment.begin", {Phase::generating, Phase::requesting}));
    try {
        const enrolment::Begun begun = co_await beginWith(page, token, enroller, std::move(order), params);
        spdlog::info("{}: enrolment {} ({}) begun on token {}", page.session->originText, begun.record.id,
                     toString(begun.record.kind), printable(begun.record.token.serial, kLongestText));
        json result = {{"enrolment", begun.record.id},
                       {"csr", pki::requestPem(begun.csr)},
                       {"token", tokenJson(token, page.names.of(token))}};
        if (!begun.proof.empty()) result["proof"] = toBase64Url(begun.proof);
        co_return result;
    } catch (const Error& error) {
        noteFailure(page, address, error);
        throw;
    }
}

Answer enrolmentComplete(Page& page, const json& params) {
    const Record record = ownRecord(page, params);
    page.entryOf(params).token = record.token.serial;
    const KnownToken token = co_await pluggedToken(page, record.token);
    const hosts::TokenAddress address = token.token.address();
    requireLogin(page, address);
    const enrolment::WorkLock lock = page.services.enrolments.lock(record.token);
    enrolment::HostAccess access(page.services.catalogue.hosts(), address);
    Enroller enroller(
        page.services.enrolments.journal(), access,
        Progress(page, record.id,
                 {Phase::checking, Phase::importing, Phase::writing, Phase::proving, Phase::retiring}));
    co_await withoutCancellation();
    try {
        // Of the certificate that was checked and written: the answer's may have any form that RAs use.
        pki::RaAnswer answer = answerIn(params);
        const Record done = co_await enroller.complete(record.id, std::move(answer));
        page.entryOf(params).certificate = pki::Certificate::fromDer(done.answer.sign).thumbprint();
    } catch (const Error& error) {
        noteFailure(page, address, error);
        throw;
    }
    spdlog::info("{}: enrolment {} done", page.session->originText, record.id);
    json certificates = co_await certificatesIn(page, token, record.container);
    co_return json{{"certificates", std::move(certificates)}};
}

Answer enrolmentList(Page& page, const json&) {
    json list = json::array();
    auto& desk = page.services.enrolments;
    if (!desk.hasJournal()) co_return json{{"enrolments", std::move(list)}};
    std::vector<Record> records = desk.journal().all();
    std::erase_if(records, [&](const Record& record) { return record.origin != page.session->originText; });
    std::vector<KnownToken> plugged;
    if (!records.empty()) plugged = co_await page.services.catalogue.tokens();
    for (const Record& record : records) {
        json object = enrolmentJson(record);
        for (const KnownToken& token : plugged) {
            if (identityOf(token) == record.token) object["token"] = page.names.of(token);
        }
        list.push_back(std::move(object));
    }
    co_return json{{"enrolments", std::move(list)}};
}

Answer enrolmentAbort(Page& page, const json& params) {
    const Record record = ownRecord(page, params);
    page.entryOf(params).token = record.token.serial;
    const KnownToken token = co_await pluggedToken(page, record.token);
    const hosts::TokenAddress address = token.token.address();
    requireLogin(page, address);
    const enrolment::WorkLock lock = page.services.enrolments.lock(record.token);
    enrolment::HostAccess access(page.services.catalogue.hosts(), address);
    Enroller enroller(page.services.enrolments.journal(), access);
    co_await withoutCancellation();
    try {
        co_await enroller.rollBack(record.id);
    } catch (const Error& error) {
        noteFailure(page, address, error);
        throw;
    }
    spdlog::info("{}: enrolment {} rolled back", page.session->originText, record.id);
    co_return json::object();
}

}  // namespace ukey::api
