// Dialogs in windows of this process, each on a thread of its own.
#include <windows.h>
//
#include <boost/asio/post.hpp>
#include <exception>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "tokenlib/async/event.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/prompt/platform/windows/dialog_window.hpp"
#include "tokenlib/prompt/prompt.hpp"

namespace ukey::prompt {
namespace {

namespace asio = boost::asio;
using windows::Answer;
using windows::Kind;
using windows::Outcome;
using windows::Question;

/// A window with its thread. When it goes, both have ended.
class Sitting {
  public:
    Sitting(const asio::any_io_executor& executor, Question question)
        : question_(std::move(question)),
          bell_(std::make_shared<Bell>(executor, question_.dialog.onOverlooked)) {
        const std::weak_ptr<Bell> bell = bell_;
        try {
            thread_ = std::jthread([this, executor, bell] {
                const OnOverlooked told = [&](bool isOverlooked) {
                    asio::post(executor, [bell, isOverlooked] {
                        const auto waiting = bell.lock();
                        if (waiting && waiting->onOverlooked) waiting->onOverlooked(isOverlooked);
                    });
                };
                try {
                    answer_ = windows::ask(question_, withdrawal_, told);
                } catch (...) {
                    failure_ = std::current_exception();
                }
                asio::post(executor, [bell] {
                    if (const auto waiting = bell.lock()) waiting->ring();
                });
            });
        } catch (const std::system_error& error) {
            throw Error(ErrorCode::promptUnavailable, std::string("window: no thread: ") + error.what());
        }
    }
    Sitting(const Sitting&) = delete;
    Sitting& operator=(const Sitting&) = delete;
    ~Sitting() { withdrawal_.withdraw(); }

    /// Waits until the window has closed. Throws system_error where the coroutine is cancelled before.
    asio::awaitable<void> ended() {
        while (!bell_->rang) {
            auto closed = bell_->closed.wait();
            co_await std::move(closed);
        }
    }

    Answer answer() {
        const bool isOver = bell_->rang;
        bell_->onOverlooked = nullptr;
        withdrawal_.withdraw();
        thread_.join();
        if (!isOver) throw Error(ErrorCode::userCancelled, "request withdrawn");
        if (failure_) std::rethrow_exception(failure_);
        if (answer_.outcome == Outcome::timedOut) throw Error(ErrorCode::promptTimeout, "timed out");
        if (answer_.outcome == Outcome::withdrawn) throw Error(ErrorCode::userCancelled, "request withdrawn");
        return std::move(answer_);
    }

  private:
    struct Bell {
        Bell(const asio::any_io_executor& executor, OnOverlooked told)
            : closed(executor), onOverlooked(std::move(told)) {}
        void ring() {
            rang = true;
            closed.notify();
        }
        Event closed;
        OnOverlooked onOverlooked;
        bool rang = false;
    };

    Question question_;
    std::shared_ptr<Bell> bell_;
    windows::Withdrawal withdrawal_;
    Answer answer_;
    std::exception_ptr failure_;
    std::jthread thread_;  // Last: it uses all of the above.
};

asio::awaitable<Answer> answerTo(asio::any_io_executor executor, Question question) {
    Sitting sitting(executor, std::move(question));
    try {
        auto ended = sitting.ended();
        co_await std::move(ended);
    } catch (const boost::system::system_error&) {
        // Cancelled: answer() sees that.
    }
    co_return sitting.answer();
}

void requireYes(const Answer& answer) {
    if (answer.outcome == Outcome::cancelled) throw Error(ErrorCode::userCancelled, "cancelled by the user");
}

class WindowPrompter : public Prompter {
  public:
    WindowPrompter(asio::any_io_executor executor, const PromptSettings& settings)
        : executor_(std::move(executor)), pictureOf_(settings.pictureOf) {}

    asio::awaitable<Secret> pin(Dialog dialog) override {
        return typed(question(Kind::pin, std::move(dialog)));
    }
    asio::awaitable<Secret> newPin(Dialog dialog, NewPinCheck check) override {
        Question asked = question(Kind::newPin, std::move(dialog));
        asked.check = std::move(check);
        return typed(std::move(asked));
    }
    asio::awaitable<void> confirm(Dialog dialog) override {
        auto asked = answerTo(executor_, question(Kind::confirm, std::move(dialog)));
        const Answer answer = co_await std::move(asked);
        requireYes(answer);
    }
    asio::awaitable<void> message(Dialog dialog) override {
        auto asked = answerTo(executor_, question(Kind::message, std::move(dialog)));
        // However it was closed, it was seen.
        (void)co_await std::move(asked);
    }
    asio::awaitable<std::size_t> choose(Dialog dialog, std::vector<std::string> items) override {
        if (items.empty()) throw Error(ErrorCode::internal, "nothing to choose from");
        Question choice = question(Kind::choose, std::move(dialog));
        choice.items = std::move(items);
        auto asked = answerTo(executor_, std::move(choice));
        const Answer answer = co_await std::move(asked);
        requireYes(answer);
        co_return answer.chosen;
    }

  private:
    Question question(Kind kind, Dialog dialog) const {
        Question asked;
        asked.kind = kind;
        if (pictureOf_ != nullptr) asked.picture = pictureOf_(dialog.model);
        asked.dialog = std::move(dialog);
        return asked;
    }

    asio::awaitable<Secret> typed(Question question) {
        auto asked = answerTo(executor_, std::move(question));
        Answer answer = co_await std::move(asked);
        requireYes(answer);
        co_return std::move(answer.pin);
    }

    asio::any_io_executor executor_;
    PictureOf pictureOf_;
};

}  // namespace

std::unique_ptr<Prompter> makePrompter(asio::any_io_executor executor, PromptSettings settings) {
    return std::make_unique<WindowPrompter>(std::move(executor), settings);
}

}  // namespace ukey::prompt
