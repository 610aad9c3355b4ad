// envelope.*
#include <algorithm>
#include <list>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/call.hpp"
#include "daemon/api/content_key.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/pin_calls.hpp"
#include "daemon/api/recipient_keys.hpp"
#include "daemon/api/signing.hpp"
#include "daemon/api/transfer.hpp"
#include "daemon/api/verdict_json.hpp"
#include "daemon/rpc/message.hpp"
#include "tokenlib/base/reasons.hpp"
#include "tokenlib/message/envelope_reader.hpp"
#include "tokenlib/message/envelope_writer.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

cms::EnvelopeOptions optionsIn(const EnvelopeSealParams& params) {
    cms::EnvelopeOptions options;
    options.family = params.family.value_or(cms::Family::gm);
    options.cipher = params.cipher.value_or(pki::ContentCipher::sm4Cbc);
    // What tokens open; OAEP only for recipients that are no tokens.
    options.oaep = params.oaep.value_or(false);
    options.byKeyIdentifier = params.keyIdentifiers.value_or(false);
    return options;
}

/// Writers one inside the other: what the first seals is the content of the second.
class Layers {
  public:
    explicit Layers(const EnvelopeSealParams& params) {
        const cms::EnvelopeOptions options = optionsIn(params);
        for (const auto& recipients : params.layers)
            writers_.emplace_back(certificatesFrom(recipients), options);
    }

    Bytes update(ByteView content) {
        Bytes octets = toBytes(content);
        for (auto& writer : writers_) octets = writer.update(octets);
        return octets;
    }

    Bytes finish() {
        Bytes rest;
        for (auto& writer : writers_) {
            Bytes sealed = writer.update(rest);
            const Bytes last = writer.finish();
            sealed.insert(sealed.end(), last.begin(), last.end());
            rest = std::move(sealed);
        }
        return rest;
    }

  private:
    std::list<cms::EnvelopeWriter> writers_;
};

/// A sealed message as it comes, read on the worker.
class Opening {
  public:
    /// `options`: by what signers are judged, where there are any.
    Opening(Page& page, std::optional<stream::StreamId> stream, std::optional<Bytes> envelope,
            cms::VerifyOptions options)
        : work_(page.services.work),
          source_(page, stream, std::move(envelope)),
          reader_(std::move(options),
                  [this](ByteView octets) { opened_.insert(opened_.end(), octets.begin(), octets.end()); }) {}

    const cms::EnvelopeReader& reader() const { return reader_; }

    /// Until the recipients are known. Throws bad-request for what is no sealed message.
    boost::asio::awaitable<void> readBeginning() {
        while (!reader_.isBegun()) {
            piece_ = co_await source_.read();
            if (piece_.empty())
                throw Error(ErrorCode::badRequest, "no sealed message, or its beginning alone");
            const auto feed = [&] { return reader_.feed(piece_); };
            auto feeding = work_.run(feed);
            taken_ = co_await std::move(feeding);
        }
    }

    void setKey(ByteView key) { reader_.setKey(key); }

    /// What its signers are worth, where it has any.
    boost::asio::awaitable<std::optional<cms::SignedDataVerdict>> readContent(Sink& sink) {
        piece_.erase(piece_.begin(), piece_.begin() + static_cast<std::ptrdiff_t>(taken_));
        bool atEnd = false;
        while (!atEnd) {
            if (piece_.empty()) piece_ = co_await source_.read();
            atEnd = piece_.empty();
            const auto open = [&] { return openPiece(); };
            auto opening = work_.run(open);
            const Bytes octets = co_await std::move(opening);
            auto writing = sink.write(octets);
            co_await std::move(writing);
        }
        co_return std::move(verdict_);
    }

  private:
    /// On the worker. Without octets: the message has ended.
    Bytes openPiece() {
        try {
            if (piece_.empty()) {
                verdict_ = reader_.finish();
            } else {
                reader_.feed(piece_);
            }
        } catch (const Error& error) {
            if (error.code() != ErrorCode::badRequest) throw;
            throw Error(ErrorCode::contentCorrupt, error.what());
        }
        piece_.clear();
        return std::exchange(opened_, {});
    }

    work::Worker& work_;
    Source source_;
    Bytes opened_;
    cms::EnvelopeReader reader_;
    std::optional<cms::SignedDataVerdict> verdict_;
    Bytes piece_;
    std::size_t taken_ = 0;
};

/// Says whom the message was sealed to.
[[noreturn]] void refuseWithoutKey(const Page& page, const std::vector<cms::Recipient>& recipients) {
    json wanted = json::array();
    for (const cms::Recipient& recipient : recipients) wanted.push_back(recipientJson(page, recipient));
    const Error error(ErrorCode::recipientNotFound, "no plugged-in token has a key for it");
    throw rpc::DetailedError(error, {{"recipients", std::move(wanted)}});
}

/// The key that the user has to do the least for: one of a token on which the page is logged in.
const RecipientKey& pick(Page& page, const std::vector<RecipientKey>& keys) {
    const auto isReady = [&](const RecipientKey& key) {
        return page.services.logins.use(page.session->id, key.key->address);
    };
    const auto ready = std::ranges::find_if(keys, isReady);
    return ready == keys.end() ? keys.front() : *ready;
}

boost::asio::awaitable<void> askForConsent(Page& page, const RecipientKey& with,
                                           const EnvelopeOpenParams& params) {
    if (page.session->standing.confirm != policy::Confirm::each) co_return;
    consent::SignatureQuestion question;
    question.asker = askerOf(page);
    question.operation = "operation.decrypt";
    question.tokenLabel = with.token.info.label;
    question.tokenSerial = with.token.info.serial;
    question.certificate = with.key->certificate.subjectText();
    question.pageText = params.description.value_or("");
    if (params.size) {
        if (!question.pageText.empty()) question.pageText += ", ";
        question.pageText +=
            message(question.asker.language, "dialog.size", {{"octets", std::to_string(*params.size)}});
    }
    auto asking = page.services.consent.signature(std::move(question));
    co_await std::move(asking);
}

/// Whether the PIN was changed for it.
boost::asio::awaitable<bool> logInIfNeeded(Page& page, hosts::TokenAddress address) {
    if (page.services.logins.use(page.session->id, address)) co_return false;
    auto loggingIn = logIn(page, address);
    co_return co_await std::move(loggingIn);
}

/// Within a login that there is.
boost::asio::awaitable<json> openWith(Call& call, Opening& opening, const RecipientKey& with,
                                      const EnvelopeOpenParams& params) {
    Page& page = call.page();
    auto asking = askForConsent(page, with, params);
    co_await std::move(asking);
    requireLogin(page, with.key->address, "the login ended during the dialog");
    {
        const std::size_t length = pki::keyLength(opening.reader().cipher());
        auto unwrapping = openContentKey(page, with, opening.reader().recipients()[with.recipient], length);
        const Secret key = co_await std::move(unwrapping);
        opening.setKey(key.view());
    }
    Sink sink(call, params.output);
    auto passing = opening.readContent(sink);
    const std::optional<cms::SignedDataVerdict> verdict = co_await std::move(passing);
    json result{{"certificate", page.names.of(with.token, with.key)}};
    // Given with its content, whatever it is worth: to refuse that would not help who does not look, for
    // anybody could have taken the signatures off.
    if (verdict) result["signature"] = verdictJson(verdict->signers);
    auto finishing = sink.finish("data", result);
    co_await std::move(finishing);
    co_return result;
}

}  // namespace

Answer envelopeSeal(Call& call, EnvelopeSealParams params) {
    Page& page = call.page();
    Source source(page, params.stream, std::move(params.data));
    std::optional<Layers> layers;
    const auto begin = [&] { layers.emplace(params); };
    auto beginning = page.services.work.run(begin);
    co_await std::move(beginning);
    Sink sink(call, params.output);
    bool atEnd = false;
    while (!atEnd) {
        const Bytes piece = co_await source.read();
        atEnd = piece.empty();
        const auto seal = [&] { return atEnd ? layers->finish() : layers->update(piece); };
        auto sealing = page.services.work.run(seal);
        const Bytes sealed = co_await std::move(sealing);
        auto writing = sink.write(sealed);
        co_await std::move(writing);
    }
    json result = json::object();
    auto finishing = sink.finish("envelope", result);
    co_await std::move(finishing);
    co_return result;
}

Answer envelopeInspect(Call& call, EnvelopeInspectParams params) {
    Page& page = call.page();
    Opening opening(page, params.stream, std::move(params.envelope), {});
    auto reading = opening.readBeginning();
    co_await std::move(reading);
    const auto& recipients = opening.reader().recipients();
    auto looking = keysOfRecipients(page, recipients, std::nullopt);
    const std::vector<RecipientKey> keys = co_await std::move(looking);
    json list = json::array();
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        json entry = recipientJson(page, recipients[i]);
        const auto found = std::ranges::find(keys, i, &RecipientKey::recipient);
        if (found != keys.end()) {
            entry["token"] = page.names.of(found->token);
            entry["certificate"] = page.names.of(found->token, found->key);
            if (found->isHistory) entry["history"] = true;
        }
        list.push_back(std::move(entry));
    }
    json result{{"family", nameIn(kFamilies, opening.reader().family())},
                {"cipher", nameIn(kContentCiphers, opening.reader().cipher())},
                {"recipients", std::move(list)}};
    if (opening.reader().isSigned()) result["signed"] = true;
    co_return result;
}

Answer envelopeOpen(Call& call, EnvelopeOpenParams params) {
    Page& page = call.page();
    const auto judging = [&] { return verifyOptions(params.signer, params.trusted); };
    auto preparing = page.services.work.run(judging);
    cms::VerifyOptions options = co_await std::move(preparing);
    Opening opening(page, params.stream, std::move(params.envelope), std::move(options));
    auto reading = opening.readBeginning();
    co_await std::move(reading);
    const auto& recipients = opening.reader().recipients();
    auto looking = keysOfRecipients(page, recipients, params.token);
    const std::vector<RecipientKey> keys = co_await std::move(looking);
    if (keys.empty()) refuseWithoutKey(page, recipients);
    const RecipientKey& with = pick(page, keys);
    call.draft().certificate = with.key->certificate.thumbprint();
    call.draft().token = with.token.info.serial;
    auto loggingIn = logInIfNeeded(page, with.key->address);
    const bool hasNewPin = co_await std::move(loggingIn);
    try {
        auto opened = openWith(call, opening, with, params);
        co_return co_await std::move(opened);
    } catch (Error& error) {
        if (hasNewPin && error.reason().empty()) error.withReason(kPinChanged);
        throw;
    }
}

}  // namespace ukey::api
