// enrolment.*: from the key to the retired old certificate, in a page.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/api/handlers.hpp"
#include "daemon/api/services.hpp"
#include "daemon/api/signing.hpp"
#include "daemon/api/token_json.hpp"
#include "daemon/enrolment/host_access.hpp"
#include "daemon/rpc/message.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/enrolment/enroller.hpp"
#include "tokenlib/pki/csr.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/transfer_text.hpp"

namespace ukey::api {
namespace {

using boost::asio::awaitable;
using enrolment::Enroller;
using enrolment::Journal;
using enrolment::Keys;
using enrolment::Kind;
using enrolment::Phase;
using enrolment::Record;
using enrolment::Step;
using nlohmann::json;

rpc::BadMessage badParams(const std::string& why) { return {rpc::kInvalidParams, why}; }

KnownToken requireReady(Page& page, const hosts::TokenAddress& address) {
    KnownToken token = page.services.catalogue.requireUsable(address);
    if (token.token.info.state == token::TokenState::locked)
        throw Error(ErrorCode::pinLocked, "the token is locked");
    return token;
}

/// A step that was begun is not left half done because a tab closes.
auto withoutCancellation() {
    return boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
}
auto withCancellation() {
    return boost::asio::this_coro::reset_cancellation_state(boost::asio::enable_terminal_cancellation());
}

/// Tells the pages of the phases, of which they can show steps.
class Progress {
  public:
    /// `enrolment`: its id, or empty as long as it has none.
    Progress(std::shared_ptr<LongWorks::Work> work, std::string operation,
             std::shared_ptr<const std::string> enrolment, std::vector<Phase> phases)
        : work_(std::move(work)),
          operation_(std::move(operation)),
          enrolment_(std::move(enrolment)),
          phases_(std::move(phases)) {}

    void operator()(Phase phase) const {
        const auto found = std::find(phases_.begin(), phases_.end(), phase);
        if (found == phases_.end()) return;
        work_->reached({operation_, *enrolment_, "enrolment.phase." + std::string(toString(phase)),
                        static_cast<std::size_t>(found - phases_.begin()) + 1, phases_.size()});
    }

  private:
    std::shared_ptr<LongWorks::Work> work_;
    std::string operation_;
    std::shared_ptr<const std::string> enrolment_;
    std::vector<Phase> phases_;
};

using Work = std::function<awaitable<void>(Enroller&)>;
using MakeWatch = std::function<Enroller::Watch()>;

/// Runs the work while nobody else works on the enrolment of the token, which the journal knows as
/// `identity`. Where this origin is at it already, the page hears from now on how far that is.
awaitable<void> onToken(Page& page, hosts::TokenAddress address, token::Identity identity,
                        MakeWatch makeWatch, enrolment::Rules rules, Work work) {
    enrolment::HostAccess access(page.services.catalogue.hosts(), address);
    const std::string name = identity.name();
    bool begun = false;
    std::function<awaitable<void>()> working = [&]() -> awaitable<void> {
        begun = true;
        Enroller enroller(page.services.enrolments, access, makeWatch ? makeWatch() : Enroller::Watch(),
                          std::move(rules));
        auto doing = work(enroller);
        co_await std::move(doing);
    };
    auto alone = page.services.enrolments.alone(std::move(identity), std::move(working));
    try {
        co_await std::move(alone);
    } catch (const Error& error) {
        if (!begun) page.services.works.join(*page.session, name);
        // A library that knows of no login any more ends those that we know of.
        if (error.code() == ErrorCode::pinRequired) page.services.logins.forget(address);
        throw;
    }
}

// enrolment.begin

awaitable<enrolment::Order> orderIn(Page& page, KnownToken token, const json& params) {
    enrolment::Order order;
    order.origin = page.session->originText;
    order.kind = enrolment::kindFrom(params.at("kind").get<std::string>()).value();
    order.token = token.token.identity;
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
    question.asker = askerOf(page);
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
    question.note = consequences(question.asker.language, record, hasOldEncryption);
    co_await page.services.consent.signature(std::move(question));
}

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
awaitable<enrolment::Begun> beginWith(Page& page, KnownToken token, Enroller& enroller,
                                      enrolment::Order order, std::string& id, const json& params) {
    const hosts::TokenAddress address = token.token.address();
    co_await withoutCancellation();
    co_await refuseForeign(page, order.token);
    co_await enroller.clear(order.token);
    for (;;) {
        const Record record = co_await enroller.plan(order);
        id = record.id;
        co_await withCancellation();
        co_await askForConsent(page, token, record);
        co_await withoutCancellation();
        if (page.session->closed) throw Error(ErrorCode::userCancelled, "the page is gone");
        requireLogin(page, address);
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

// enrolment.complete

/// Another holder or issuer under the same keys: shown, old and new, before anything is written.
awaitable<void> askAboutHolder(Page& page, KnownToken token, pki::Certificate before, pki::Certificate now) {
    consent::SignatureQuestion question;
    question.asker = askerOf(page);
    question.operation = "operation.new-holder";
    question.tokenLabel = token.token.info.label;
    question.tokenSerial = token.token.info.serial;
    const auto text = [&](std::string_view key, const std::string& value) {
        return message(question.asker.language, key, {{"value", printable(value, kLongestText)}});
    };
    const std::string holders = text("enrolment.holder.old", before.subjectText()) + "\n" +
                                text("enrolment.holder.new", now.subjectText());
    const std::string issuers =
        text("enrolment.issuer.old", before.issuer()) + "\n" + text("enrolment.issuer.new", now.issuer());
    question.note = holders + "\n" + issuers;
    co_await withCancellation();
    co_await page.services.consent.signature(std::move(question));
    co_await withoutCancellation();
    if (page.session->closed) throw Error(ErrorCode::userCancelled, "the page is gone");
    requireLogin(page, token.token.address());
}

pki::RaAnswer answerIn(const json& params) {
    pki::RaAnswer answer;
    answer.signCertificate = params.at("signCertificate").get<std::string>();
    if (const auto text = params.find("encryptCertificate"); text != params.end())
        answer.encryptCertificate = text->get<std::string>();
    if (const auto found = params.find("encryptionKey"); found != params.end()) {
        const auto octets = [&](const char* member) {
            const std::string text = found->value(member, "");
            // Blocks and moduli, whatever the form: a text that could be both hexadecimal and base64 is
            // settled by it.
            auto bytes = pki::objectFrom(text, [](ByteView read) { return read.size() % 16 == 0; });
            if (!bytes && !text.empty()) throw badParams(std::string(member) + " is in no form of octets");
            return bytes.value_or(Bytes{});
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
awaitable<std::optional<Record>> ownRecord(Page& page, const json& params) {
    auto record = co_await page.services.enrolments.find(params.at("enrolment").get<std::string>());
    if (record && record->origin != page.session->originText) record.reset();
    co_return record;
}

Record required(std::optional<Record> record) {
    if (!record) throw Error(ErrorCode::enrolmentNotFound, "no such enrolment of this origin");
    return std::move(*record);
}

awaitable<KnownToken> pluggedToken(Page& page, Record record) {
    const std::vector<KnownToken> known = co_await page.services.catalogue.tokens();
    std::vector<hosts::HostedToken> plugged;
    plugged.reserve(known.size());
    for (const KnownToken& token : known) plugged.push_back(token.token);
    const auto found =
        co_await enrolment::tokenOf(page.services.catalogue.hosts(), std::move(plugged), std::move(record));
    if (!found) throw Error(ErrorCode::tokenNotFound, "the enrolment's token is not plugged in");
    co_return requireReady(page, found->address());
}

/// One driver's trouble hides nothing on another's token.
awaitable<std::vector<std::shared_ptr<const TokenKey>>> keysIfAny(Page& page, KnownToken token) {
    try {
        co_return co_await page.services.catalogue.keys(token.token.address());
    } catch (const Error& error) {
        if (error.code() == ErrorCode::userCancelled) throw;
        spdlog::warn("driver {}: keys cannot be read: {}", token.token.driver, error.what());
    }
    co_return std::vector<std::shared_ptr<const TokenKey>>();
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

/// Of all that the page handed over, in one order.
Bytes digestOf(const json& params) {
    return pki::digest(token::DigestAlgorithm::sha256, asBytes(params.dump()));
}

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// The certificates are on the token, whether this can be written down or not.
awaitable<void> noteAnswer(Page& page, enrolment::Answer answer) {
    auto note = [&](enrolment::Answered& answered) { answered.note(answer, now()); };
    try {
        co_await page.services.answered.run(note);
    } catch (const Error& error) {
        spdlog::error("an answer was not noted: {}", error.what());
    }
}

/// The result of an enrolment that was finished with the same answer within a day: the first may have been
/// lost on its way to the page. Nothing where there is none, or its certificates are not there any more.
awaitable<std::optional<json>> resultAgain(Page& page, const json& params) {
    auto look = [id = params.at("enrolment").get<std::string>(), origin = page.session->originText,
                 digest = digestOf(params)](enrolment::Answered& answered) {
        return answered.find(id, origin, digest, now());
    };
    const auto answer = co_await page.services.answered.run(look);
    if (!answer) co_return std::nullopt;
    const std::vector<KnownToken> plugged = co_await page.services.catalogue.tokens();
    for (const KnownToken& token : plugged) {
        const auto known = co_await keysIfAny(page, token);
        const bool isHere = std::any_of(known.begin(), known.end(), [&](const auto& key) {
            return key->entry.ref.container == answer->container &&
                   key->certificate.thumbprint() == answer->thumbprint;
        });
        if (!isHere) continue;
        json certificates = co_await certificatesIn(page, token, answer->container);
        co_return json{{"certificates", std::move(certificates)}};
    }
    co_return std::nullopt;
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

Answer enrolmentBegin(Page& page, const json& params) {
    const hosts::TokenAddress address = co_await page.names.token(params.at("token").get<std::string>());
    const KnownToken token = requireReady(page, address);
    const enrolment::Order order = co_await orderIn(page, token, params);
    requireLogin(page, address);
    const auto id = std::make_shared<std::string>();
    json result;
    Work work = [&](Enroller& enroller) -> awaitable<void> {
        const enrolment::Begun begun = co_await beginWith(page, token, enroller, order, *id, params);
        spdlog::info("{}: enrolment {} ({}) begun on token {}", page.session->originText, begun.record.id,
                     toString(begun.record.kind), printable(begun.record.token.text(), kLongestText));
        result = {{"enrolment", begun.record.id},
                  {"csr", pki::requestPem(begun.csr)},
                  {"token", tokenJson(page, token)}};
        if (!begun.proof.empty()) result["proof"] = toBase64Url(begun.proof);
    };
    MakeWatch watch = [&] {
        return Progress(page.services.works.begin(*page.session, order.token.name()), "enrolment.begin", id,
                        {Phase::generating, Phase::requesting});
    };
    auto working = onToken(page, address, order.token, std::move(watch), {}, std::move(work));
    co_await std::move(working);
    co_return result;
}

Answer enrolmentComplete(Page& page, const json& params) {
    std::optional<Record> pending = co_await ownRecord(page, params);
    if (!pending) {
        if (auto result = co_await resultAgain(page, params)) co_return std::move(*result);
    }
    const Record record = required(std::move(pending));
    page.entryOf(params).token = record.token.serial;
    const KnownToken token = co_await pluggedToken(page, record);
    const hosts::TokenAddress address = token.token.address();
    requireLogin(page, address);
    enrolment::Rules rules;
    rules.holderChanged = [&](pki::Certificate before, pki::Certificate now) {
        return askAboutHolder(page, token, std::move(before), std::move(now));
    };
    MakeWatch watch = [&] {
        return Progress(page.services.works.begin(*page.session, record.token.name()), record.id,
                        std::make_shared<std::string>(record.id),
                        {Phase::checking, Phase::importing, Phase::writing, Phase::proving, Phase::retiring});
    };
    Work work = [&](Enroller& enroller) -> awaitable<void> {
        co_await withoutCancellation();
        // Of the certificate that was checked and written: the answer's may have any form that RAs use.
        pki::RaAnswer answer = answerIn(params);
        const Record done = co_await enroller.complete(record.id, std::move(answer));
        const std::string thumbprint = pki::Certificate::fromDer(done.answer.sign).thumbprint();
        page.entryOf(params).certificate = thumbprint;
        enrolment::Answer answered{record.id, record.origin, digestOf(params), record.container, thumbprint};
        co_await noteAnswer(page, std::move(answered));
    };
    auto working = onToken(page, address, record.token, std::move(watch), std::move(rules), std::move(work));
    co_await std::move(working);
    spdlog::info("{}: enrolment {} done", page.session->originText, record.id);
    json certificates = co_await certificatesIn(page, token, record.container);
    co_return json{{"certificates", std::move(certificates)}};
}

Answer enrolmentList(Page& page, const json&) {
    json list = json::array();
    std::vector<Record> records = co_await page.services.enrolments.all();
    std::erase_if(records, [&](const Record& record) { return record.origin != page.session->originText; });
    std::vector<KnownToken> plugged;
    if (!records.empty()) plugged = co_await page.services.catalogue.tokens();
    for (const Record& record : records) {
        json object = enrolmentJson(record);
        for (const KnownToken& token : plugged) {
            if (token.token.identity == record.token) object["token"] = page.names.of(token);
        }
        list.push_back(std::move(object));
    }
    co_return json{{"enrolments", std::move(list)}};
}

Answer enrolmentAbort(Page& page, const json& params) {
    std::optional<Record> pending = co_await ownRecord(page, params);
    const Record record = required(std::move(pending));
    page.entryOf(params).token = record.token.serial;
    const KnownToken token = co_await pluggedToken(page, record);
    const hosts::TokenAddress address = token.token.address();
    requireLogin(page, address);
    Work work = [&](Enroller& enroller) -> awaitable<void> {
        co_await withoutCancellation();
        co_await enroller.rollBack(record.id);
    };
    auto working = onToken(page, address, record.token, {}, {}, std::move(work));
    co_await std::move(working);
    spdlog::info("{}: enrolment {} rolled back", page.session->originText, record.id);
    co_return json::object();
}

}  // namespace ukey::api
