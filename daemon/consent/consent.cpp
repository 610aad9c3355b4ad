#include "daemon/consent/consent.hpp"

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <utility>

#include "daemon/consent/patience.hpp"
#include "daemon/policy/origin.hpp"
#include "daemon/policy/registrable_domain.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/prompt/dialog_text.hpp"

namespace ukey::consent {
namespace {

namespace asio = boost::asio;

/// Whoever registered the name: one that asks from thirty sub-domains is one.
std::string siteOf(const std::string& origin) {
    const auto parsed = policy::Origin::parse(origin);
    return parsed ? policy::registrableDomain(parsed->host) : origin;
}

bool isUnanswered(const std::exception_ptr& failed) {
    try {
        std::rethrow_exception(failed);
    } catch (const Error& error) {
        return error.code() == ErrorCode::userCancelled || error.code() == ErrorCode::promptTimeout;
    } catch (...) {
        return false;
    }
}

}  // namespace

class Consent::Desk {
  public:
    Desk(const asio::any_io_executor& executor, MakePrompter makePrompter, std::chrono::seconds timeout)
        : turns_(executor), makePrompter_(std::move(makePrompter)), timeout_(timeout) {}

    static asio::awaitable<Turn> takeTurn(std::shared_ptr<Desk> desk, std::string site) {
        desk->requirePatience(site);
        auto waiting = desk->turns_.take(site);
        Turn turn = co_await std::move(waiting);
        // The user may have said no to the one before.
        desk->requirePatience(site);
        co_return turn;
    }

    /// Counts how the dialog ended.
    static asio::awaitable<void> judged(std::shared_ptr<Desk> desk, std::string site,
                                        asio::awaitable<void> dialog) {
        std::exception_ptr failed;
        try {
            co_await std::move(dialog);
        } catch (...) {
            failed = std::current_exception();
        }
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            desk->patience_.withdrawn(site);
        } else if (!failed) {
            desk->patience_.answered(site);
        } else if (isUnanswered(failed)) {
            desk->patience_.refused(site);
        }
        if (failed) std::rethrow_exception(failed);
    }

    /// The caller has the turn.
    static asio::awaitable<void> confirm(std::shared_ptr<Desk> desk, Language language, std::string text,
                                         const char* yes, const char* no) {
        const auto prompter = desk->makePrompter_();
        prompt::Dialog dialog;
        dialog.language = language;
        dialog.text = std::move(text);
        dialog.ok = message(language, yes);
        dialog.cancel = message(language, no);
        dialog.timeout = desk->timeout_;
        auto asking = prompter->confirm(std::move(dialog));
        co_await std::move(asking);
    }

  private:
    void requirePatience(const std::string& site) {
        if (!patience_.mayAsk(site))
            throw Error(ErrorCode::rateLimited, "the user did not answer this site several times");
    }

    Turns turns_;
    Patience patience_;
    MakePrompter makePrompter_;
    std::chrono::seconds timeout_;
};

Consent::Consent(asio::any_io_executor executor, MakePrompter makePrompter, std::chrono::seconds timeout)
    : desk_(std::make_shared<Desk>(executor, std::move(makePrompter), timeout)) {}
Consent::~Consent() = default;

asio::awaitable<void> Consent::signature(SignatureQuestion question) {
    prompt::DialogFacts facts;
    facts.language = question.language;
    facts.origin = question.origin;
    facts.operation = question.operation;
    facts.tokenLabel = question.tokenLabel;
    facts.tokenSerial = question.tokenSerial;
    facts.certificate = question.certificate;
    if (!question.note.empty()) facts.notes.push_back(question.note);
    facts.pageText = question.pageText;
    const auto desk = desk_;
    const std::string site = siteOf(question.origin);
    auto waiting = Desk::takeTurn(desk, site);
    const Turn turn = co_await std::move(waiting);
    auto asking = Desk::judged(
        desk, site,
        Desk::confirm(desk, question.language, prompt::dialogText(facts), "dialog.agree", "dialog.cancel"));
    co_await std::move(asking);
}

asio::awaitable<void> Consent::access(Language language, std::string origin, const StillMissing& missing) {
    const auto desk = desk_;
    const std::string site = siteOf(origin);
    auto waiting = Desk::takeTurn(desk, site);
    const Turn turn = co_await std::move(waiting);
    const policy::Scopes scopes = missing();
    if (scopes.list().empty()) co_return;
    prompt::DialogFacts facts;
    facts.language = language;
    facts.origin = origin;
    facts.operation = "operation.access";
    for (const policy::Scope scope : scopes.list())
        facts.notes.push_back("- " + message(language, "scope." + std::string(policy::toString(scope))));
    auto asking = Desk::judged(
        desk, site, Desk::confirm(desk, language, prompt::dialogText(facts), "dialog.allow", "dialog.deny"));
    co_await std::move(asking);
}

asio::awaitable<void> Consent::identity(Language language, std::string origin, std::string code) {
    const auto desk = desk_;
    const std::string site = siteOf(origin);
    auto waiting = Desk::takeTurn(desk, site);
    const Turn turn = co_await std::move(waiting);
    prompt::DialogFacts facts;
    facts.language = language;
    facts.origin = origin;
    facts.operation = "operation.meet";
    facts.notes.push_back(message(language, "dialog.meeting-code", {{"code", code}}));
    auto asking = Desk::judged(
        desk, site,
        Desk::confirm(desk, language, prompt::dialogText(facts), "dialog.same", "dialog.different"));
    co_await std::move(asking);
}

asio::awaitable<void> Consent::hosted(std::string origin, HostedDialog dialog) {
    const auto desk = desk_;
    const std::string site = siteOf(origin);
    auto waiting = Desk::takeTurn(desk, site);
    Turn turn = co_await std::move(waiting);
    auto asking = Desk::judged(desk, site, dialog(std::move(turn)));
    co_await std::move(asking);
}

}  // namespace ukey::consent
