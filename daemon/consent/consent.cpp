#include "daemon/consent/consent.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tokenlib/base/error.hpp"
#include "tokenlib/prompt/dialog_text.hpp"

namespace ukey::consent {

class Consent::Desk {
  public:
    Desk(const boost::asio::any_io_executor& executor, MakePrompter makePrompter,
         std::chrono::seconds timeout)
        : freed_(executor, boost::asio::steady_timer::time_point::max()),
          makePrompter_(std::move(makePrompter)),
          timeout_(timeout) {}

    /// Holds the place of the one dialog.
    class Seat {
      public:
        explicit Seat(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) { desk_->taken_ = true; }
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;
        ~Seat() {
            desk_->taken_ = false;
            desk_->freed_.cancel();
        }

      private:
        std::shared_ptr<Desk> desk_;
    };

    bool isTaken() const noexcept { return taken_; }

    static boost::asio::awaitable<std::unique_ptr<Seat>> waitForSeat(std::shared_ptr<Desk> desk) {
        while (desk->taken_) {
            boost::system::error_code woken;
            co_await desk->freed_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
        }
        co_return std::make_unique<Seat>(desk);
    }

    /// The caller has the seat.
    static boost::asio::awaitable<void> confirm(std::shared_ptr<Desk> desk, Language language,
                                                std::string text) {
        const auto prompter = desk->makePrompter_();
        prompt::Dialog dialog;
        dialog.language = language;
        dialog.text = std::move(text);
        dialog.timeout = desk->timeout_;
        co_await prompter->confirm(std::move(dialog));
    }

  private:
    boost::asio::steady_timer freed_;  ///< Never runs out; cancelled when the dialog is gone.
    MakePrompter makePrompter_;
    std::chrono::seconds timeout_;
    bool taken_ = false;
};

Consent::Consent(boost::asio::any_io_executor executor, MakePrompter makePrompter,
                 std::chrono::seconds timeout)
    : desk_(std::make_shared<Desk>(executor, std::move(makePrompter), timeout)) {}
Consent::~Consent() = default;

boost::asio::awaitable<void> Consent::signature(SignatureQuestion question) {
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
    auto waiting = Desk::waitForSeat(desk);
    const auto seat = co_await std::move(waiting);
    auto asking = Desk::confirm(desk, question.language, prompt::dialogText(facts));
    co_await std::move(asking);
}

boost::asio::awaitable<void> Consent::access(Language language, std::string origin,
                                             const StillMissing& missing) {
    const auto desk = desk_;
    auto waiting = Desk::waitForSeat(desk);
    const auto seat = co_await std::move(waiting);
    const policy::Scopes scopes = missing();
    if (scopes.list().empty()) co_return;
    prompt::DialogFacts facts;
    facts.language = language;
    facts.origin = origin;
    facts.operation = "operation.access";
    for (const policy::Scope scope : scopes.list())
        facts.notes.push_back("- " + message(language, "scope." + std::string(policy::toString(scope))));
    auto asking = Desk::confirm(desk, language, prompt::dialogText(facts));
    co_await std::move(asking);
}

std::shared_ptr<void> Consent::takeSeat() {
    if (desk_->isTaken()) throw Error(ErrorCode::busy, "another dialog is open");
    return std::make_shared<Desk::Seat>(desk_);
}

}  // namespace ukey::consent
