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

/// What a turn is made of.
struct Held {
    Place place;
    std::shared_ptr<prompt::Sight> sight;
};

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

class Consent::Dialogs {
  public:
    Dialogs(asio::any_io_executor executor, MakePrompter makePrompter, std::chrono::seconds timeout)
        : turns_(std::move(executor)), makePrompter_(std::move(makePrompter)), timeout_(timeout) {}

    static asio::awaitable<Place> takeTurn(std::shared_ptr<Dialogs> dialogs, const Asker& asker) {
        const std::string site = siteOf(asker.origin);
        dialogs->requirePatience(site);
        auto waiting = dialogs->turns_.take(site, asker.kind);
        Place place = co_await std::move(waiting);
        // The user may have said no to the one before.
        dialogs->requirePatience(site);
        co_return place;
    }

    /// Counts how the dialog ended.
    static asio::awaitable<void> judged(std::shared_ptr<Dialogs> dialogs, std::string site,
                                        std::shared_ptr<prompt::Sight> sight, asio::awaitable<void> dialog) {
        std::exception_ptr failed;
        try {
            co_await std::move(dialog);
        } catch (...) {
            failed = std::current_exception();
        }
        sight->over();
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            dialogs->patience_.withdrawn(site);
        } else if (!failed) {
            dialogs->patience_.answered(site);
        } else if (isUnanswered(failed)) {
            dialogs->patience_.refused(site);
        }
        if (failed) std::rethrow_exception(failed);
    }

    /// The caller has the turn.
    static asio::awaitable<void> confirm(std::shared_ptr<Dialogs> dialogs, Asker asker, std::string text,
                                         const char* yes, const char* no) {
        const auto sight = std::make_shared<prompt::Sight>(std::move(asker.onOverlooked));
        prompt::Dialog dialog;
        dialog.language = asker.language;
        dialog.text = std::move(text);
        dialog.ok = message(asker.language, yes);
        dialog.cancel = message(asker.language, no);
        dialog.timeout = dialogs->timeout_;
        dialog.onOverlooked = [sight](bool isOverlooked) { sight->overlooked(isOverlooked); };
        auto asking = judged(dialogs, siteOf(asker.origin), sight, shown(dialogs, std::move(dialog)));
        co_await std::move(asking);
    }

  private:
    static asio::awaitable<void> shown(std::shared_ptr<Dialogs> dialogs, prompt::Dialog dialog) {
        const auto prompter = dialogs->makePrompter_();
        auto asking = prompter->confirm(std::move(dialog));
        co_await std::move(asking);
    }

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
    : dialogs_(std::make_shared<Dialogs>(std::move(executor), std::move(makePrompter), timeout)) {}
Consent::~Consent() = default;

asio::awaitable<void> Consent::signature(SignatureQuestion question) {
    Asker& asker = question.asker;
    prompt::DialogFacts facts;
    facts.language = asker.language;
    facts.origin = asker.origin;
    facts.operation = question.operation;
    facts.tokenLabel = question.tokenLabel;
    facts.tokenSerial = question.tokenSerial;
    facts.certificate = question.certificate;
    if (!question.note.empty()) facts.notes.push_back(question.note);
    facts.pageText = question.pageText;
    const auto dialogs = dialogs_;
    auto waiting = Dialogs::takeTurn(dialogs, asker);
    const Place place = co_await std::move(waiting);
    std::string text = prompt::dialogText(facts);
    auto asking =
        Dialogs::confirm(dialogs, std::move(asker), std::move(text), "dialog.agree", "dialog.cancel");
    co_await std::move(asking);
}

asio::awaitable<void> Consent::access(Asker asker, const StillMissing& missing) {
    const auto dialogs = dialogs_;
    auto waiting = Dialogs::takeTurn(dialogs, asker);
    const Place place = co_await std::move(waiting);
    const policy::Scopes scopes = missing();
    if (scopes.list().empty()) co_return;
    prompt::DialogFacts facts;
    facts.language = asker.language;
    facts.origin = asker.origin;
    facts.operation = "operation.access";
    for (const policy::Scope scope : scopes.list())
        facts.notes.push_back("- " +
                              message(asker.language, "scope." + std::string(policy::toString(scope))));
    std::string text = prompt::dialogText(facts);
    auto asking = Dialogs::confirm(dialogs, std::move(asker), std::move(text), "dialog.allow", "dialog.deny");
    co_await std::move(asking);
}

asio::awaitable<void> Consent::identity(Asker asker, std::string code) {
    const auto dialogs = dialogs_;
    auto waiting = Dialogs::takeTurn(dialogs, asker);
    const Place place = co_await std::move(waiting);
    prompt::DialogFacts facts;
    facts.language = asker.language;
    facts.origin = asker.origin;
    facts.operation = "operation.meet";
    facts.notes.push_back(message(asker.language, "dialog.meeting-code", {{"code", code}}));
    std::string text = prompt::dialogText(facts);
    auto asking =
        Dialogs::confirm(dialogs, std::move(asker), std::move(text), "dialog.same", "dialog.different");
    co_await std::move(asking);
}

asio::awaitable<void> Consent::hosted(Asker asker, HostedDialog dialog) {
    const auto dialogs = dialogs_;
    const std::string site = siteOf(asker.origin);
    auto waiting = Dialogs::takeTurn(dialogs, asker);
    Place place = co_await std::move(waiting);
    const auto sight = std::make_shared<prompt::Sight>(std::move(asker.onOverlooked));
    auto held = std::make_shared<Held>(Held{std::move(place), sight});
    // The place is let go with the turn, while `sight` waits for the end of the call.
    Turn turn(std::move(held), sight.get());
    auto asking = Dialogs::judged(dialogs, site, sight, dialog(std::move(turn)));
    co_await std::move(asking);
}

}  // namespace ukey::consent
