// Dialogs by a pinentry program: one process a dialog (or a pair of dialogs that belong together), ended with
// it.
#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "tokenlib/async/deadline.hpp"
#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/process/channel.hpp"
#include "tokenlib/process/child_process.hpp"
#include "tokenlib/prompt/assuan.hpp"
#include "tokenlib/prompt/find_pinentry.hpp"
#include "tokenlib/prompt/prompt.hpp"

namespace ukey::prompt {
namespace {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;

constexpr std::size_t kLongestModel = 64;

/// Texts that a pinentry has of its own, and ours for them.
constexpr std::array<std::pair<const char*, const char*>, 7> kOwnTexts{
    {{"default-ok", "dialog.ok"},
     {"default-cancel", "dialog.cancel"},
     {"default-prompt", "dialog.pin"},
     {"default-tt-visi", "dialog.make-visible"},
     {"default-tt-hide", "dialog.hide"},
     {"default-cf-visi", "dialog.confirm-visible"},
     {"default-capshint", "dialog.caps-lock"}}};
// pinentry's own timer is meant to fire first; ours is for a program that has none.
constexpr std::chrono::seconds kGrace{2};

[[noreturn]] void fail(ErrorCode code, const std::string& detail) {
    throw Error(code, "pinentry: " + detail);
}

/// One running pinentry. Ends the program, and wipes what was read, when it goes.
class RunningPinentry {
  public:
    RunningPinentry(asio::any_io_executor executor, const PromptSettings& settings)
        : executor_(executor),
          socket_(executor),
          deadline_(executor,
                    [this] {
                        isOver_ = true;
                        socket_.cancel();
                    }),
          input_(2 * assuan::kMaxLine) {
        const PinentryProgram program = findPinentry(settings);
        if (program.onTerminal) terminal_ = guardTerminal(settings.terminal);
        start(program.path);
    }
    RunningPinentry(const RunningPinentry&) = delete;
    RunningPinentry& operator=(const RunningPinentry&) = delete;
    ~RunningPinentry() { process::endLater(executor_, std::move(child_)); }

    /// From now on; its conversation ends then.
    void limit(std::chrono::seconds time) {
        isOver_ = false;
        deadline_.set(time);
    }

    /// Told when the program says that its window is overlooked.
    void onOverlooked(OnOverlooked told) { told_ = std::move(told); }

    /// Reads the greeting.
    asio::awaitable<void> greet() { (void)co_await answer(nullptr); }

    /// Throws unless the program says OK.
    asio::awaitable<void> command(std::string line) {
        const std::uint32_t code = co_await ask(std::move(line), nullptr);
        if (code != 0) throwFor(code);
    }
    /// For what old programs do not know.
    asio::awaitable<bool> tryCommand(std::string line) {
        co_return (co_await ask(std::move(line), nullptr)) == 0;
    }
    /// The error code, 0 for OK.
    asio::awaitable<std::uint32_t> ask(std::string line, Secret* data) {
        line += '\n';
        boost::system::error_code error;
        co_await asio::async_write(socket_, asio::buffer(line),
                                   asio::redirect_error(asio::use_awaitable, error));
        throwIf(error);
        co_return co_await answer(data);
    }

    /// Whether the last answer said that the user typed the new PIN twice.
    bool repeated() const { return repeated_; }

    [[noreturn]] static void throwFor(std::uint32_t code) {
        if (assuan::isRefusal(code)) fail(ErrorCode::userCancelled, "cancelled by the user");
        if (code == assuan::kTimeout) fail(ErrorCode::promptTimeout, "timed out");
        fail(ErrorCode::promptUnavailable, "error " + std::to_string(code));
    }

  private:
    void start(const std::string& program) {
        try {
            process::ChannelPair ends = process::makeChannelPair();
            socket_.assign(asio::local::stream_protocol(), static_cast<int>(ends.ours.release()));
            child_ = process::Child::spawn(
                {.program = program, .environment = pinentryEnvironment(), .standardStream = &ends.childs});
        } catch (const std::system_error& error) {
            fail(ErrorCode::promptUnavailable, error.what());
        }
    }

    void throwIf(const boost::system::error_code& error) const {
        if (!error) return;
        if (isOver_) fail(ErrorCode::promptTimeout, "timed out");
        if (error == asio::error::operation_aborted) fail(ErrorCode::userCancelled, "request withdrawn");
        fail(ErrorCode::promptUnavailable, "ended without an answer");
    }

    /// Reads to the line that ends the answer; data lines go into `data`, or are an error.
    asio::awaitable<std::uint32_t> answer(Secret* data) {
        repeated_ = false;
        for (;;) {
            const std::size_t length = co_await fillLine();
            const assuan::Line line = assuan::parseLine(asText(input_.view()).substr(0, length));
            bool done = false;
            switch (line.kind) {
                case assuan::LineKind::ok:
                case assuan::LineKind::error:
                    done = true;
                    break;
                case assuan::LineKind::data:
                    if (data == nullptr || !assuan::appendData(*data, line.rest)) {
                        fail(ErrorCode::promptUnavailable, "data out of place, broken or too long");
                    }
                    break;
                case assuan::LineKind::status:
                    noteStatus(line.rest);
                    break;
                case assuan::LineKind::comment:
                    break;
                case assuan::LineKind::inquire:
                case assuan::LineKind::unknown:
                    fail(ErrorCode::promptUnavailable, "not an answer");
            }
            const std::uint32_t code = line.errorCode;
            dropLine(length + 1);
            if (done) co_return code;
        }
    }

    /// What other programs say beside is none of ours.
    void noteStatus(std::string_view status) {
        if (status.starts_with("PIN_REPEATED")) repeated_ = true;
        if (!told_) return;
        if (status == assuan::kOverlooked) told_(true);
        if (status == assuan::kInSight) told_(false);
    }

    /// The length of the first line in `input_`, read when it is not there yet.
    asio::awaitable<std::size_t> fillLine() {
        for (;;) {
            const std::size_t end = asText(input_.view()).find('\n');
            if (end != std::string_view::npos) co_return end;
            const std::size_t held = input_.size();
            if (held == input_.capacity()) fail(ErrorCode::promptUnavailable, "line too long");
            boost::system::error_code error;
            const std::size_t got =
                co_await socket_.async_read_some(asio::buffer(input_.data() + held, input_.capacity() - held),
                                                 asio::redirect_error(asio::use_awaitable, error));
            throwIf(error);
            input_.resize(held + got);
        }
    }

    void dropLine(std::size_t length) {
        const std::size_t rest = input_.size() - length;
        std::copy_n(input_.data() + length, rest, input_.data());
        input_.resize(rest);  // Wipes what lies behind.
    }

    asio::any_io_executor executor_;
    Socket socket_;
    Deadline deadline_;
    bool isOver_ = false;
    std::unique_ptr<TerminalGuard> terminal_;
    process::Child child_;
    OnOverlooked told_;
    Secret input_;
    bool repeated_ = false;
};

/// A cancelled coroutine throws at its next wait, wherever that is.
template <class T>
asio::awaitable<T> withdrawable(asio::awaitable<T> dialog) {
    try {
        co_return co_await std::move(dialog);
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted)
            fail(ErrorCode::userCancelled, "request withdrawn");
        fail(ErrorCode::promptUnavailable, error.what());
    }
}

class PinentryPrompter : public Prompter {
  public:
    PinentryPrompter(asio::any_io_executor executor, PromptSettings settings)
        : executor_(std::move(executor)), settings_(std::move(settings)) {}

    asio::awaitable<Secret> pin(Dialog dialog) override { return withdrawable(askPin(std::move(dialog))); }
    asio::awaitable<Secret> newPin(Dialog dialog, NewPinCheck check) override {
        return withdrawable(askNewPin(std::move(dialog), std::move(check)));
    }
    asio::awaitable<void> confirm(Dialog dialog) override {
        return withdrawable(askConfirm(std::move(dialog)));
    }
    asio::awaitable<void> message(Dialog dialog) override { return withdrawable(show(std::move(dialog))); }
    asio::awaitable<std::size_t> choose(Dialog dialog, std::vector<std::string> items) override {
        return withdrawable(askChoice(std::move(dialog), std::move(items)));
    }

  private:
    asio::awaitable<Secret> askPin(Dialog dialog) {
        RunningPinentry conversation(executor_, settings_);
        co_await open(conversation, dialog);
        co_return co_await getPin(conversation);
    }

    asio::awaitable<Secret> askNewPin(Dialog dialog, NewPinCheck check) {
        RunningPinentry conversation(executor_, settings_);
        co_await open(conversation, dialog);
        for (int round = 0; round < kNewPinRounds; ++round) {
            std::optional<Secret> entered = co_await getPinTwice(conversation, dialog);
            std::string refusal =
                entered ? check(*entered) : ukey::message(dialog.language, "dialog.pins-differ");
            if (refusal.empty()) co_return std::move(*entered);
            dialog.error = std::move(refusal);
            co_await conversation.command("SETERROR " + assuan::escaped(dialog.error));
        }
        fail(ErrorCode::userCancelled, "no acceptable new PIN was entered");
    }

    asio::awaitable<void> askConfirm(Dialog dialog) {
        RunningPinentry conversation(executor_, settings_);
        co_await open(conversation, dialog);
        co_await conversation.command("CONFIRM");
    }

    asio::awaitable<void> show(Dialog dialog) {
        RunningPinentry conversation(executor_, settings_);
        co_await open(conversation, dialog);
        std::uint32_t code = co_await conversation.ask("MESSAGE", nullptr);
        if (code == assuan::kUnknownCommand)
            code = co_await conversation.ask("CONFIRM --one-button", nullptr);
        // However it was closed, it was seen.
        if (code != 0 && !assuan::isRefusal(code)) RunningPinentry::throwFor(code);
    }

    asio::awaitable<std::size_t> askChoice(Dialog dialog, std::vector<std::string> items) {
        if (items.empty()) throw Error(ErrorCode::internal, "nothing to choose from");
        RunningPinentry conversation(executor_, settings_);
        if (items.size() <= 2) {
            dialog.ok = items.front();
            co_await open(conversation, dialog);
            if (items.size() == 2) co_await conversation.command("SETNOTOK " + assuan::escaped(items[1]));
            co_return (co_await agreed(conversation)) ? 0 : 1;
        }
        co_return co_await chooseOneByOne(conversation, std::move(dialog), items);
    }

    /// A pinentry has three buttons and no list: it goes through the items, round and round.
    asio::awaitable<std::size_t> chooseOneByOne(RunningPinentry& conversation, Dialog dialog,
                                                const std::vector<std::string>& items) {
        co_await open(conversation, dialog);
        co_await conversation.command("SETNOTOK " +
                                      assuan::escaped(ukey::message(dialog.language, "dialog.next")));
        for (std::size_t i = 0;; i = (i + 1) % items.size()) {
            const std::string place = std::to_string(i + 1) + "/" + std::to_string(items.size());
            co_await conversation.command("SETDESC " +
                                          assuan::escaped(dialog.text + "\n\n" + place + "  " + items[i]));
            if (co_await agreed(conversation)) co_return i;
        }
    }

    /// OK or the third button.
    asio::awaitable<bool> agreed(RunningPinentry& conversation) {
        const std::uint32_t code = co_await conversation.ask("CONFIRM", nullptr);
        if (code == 0) co_return true;
        if (code == assuan::kNotConfirmed) co_return false;
        RunningPinentry::throwFor(code);
    }

    asio::awaitable<void> open(RunningPinentry& conversation, const Dialog& dialog) {
        conversation.limit(dialog.timeout + kGrace);
        conversation.onOverlooked(dialog.onOverlooked);
        co_await conversation.greet();
        co_await setOptions(conversation, dialog);
        const auto& language = dialog.language;
        const auto orElse = [&](const std::string& text, const char* key) {
            return assuan::escaped(text.empty() ? ukey::message(language, key) : text);
        };
        (void)co_await conversation.tryCommand("SETTIMEOUT " + std::to_string(dialog.timeout.count()));
        (void)co_await conversation.tryCommand("SETTITLE " + orElse({}, "dialog.title"));
        co_await conversation.command("SETDESC " + assuan::escaped(dialog.text));
        co_await conversation.command("SETPROMPT " + orElse(dialog.label, "dialog.pin") + ":");
        co_await conversation.command("SETOK " + orElse(dialog.ok, "dialog.ok"));
        co_await conversation.command("SETCANCEL " + orElse(dialog.cancel, "dialog.cancel"));
        if (!dialog.error.empty()) {
            co_await conversation.command("SETERROR " + assuan::escaped(dialog.error));
        }
    }

    asio::awaitable<void> setOptions(RunningPinentry& conversation, const Dialog& dialog) {
        // The keyboard is grabbed, so that what is typed goes nowhere else (security.md 14).
        std::vector<std::string> options{"grab"};
        if (!settings_.terminal.empty()) options.push_back("ttyname=" + settings_.terminal);
        if (!settings_.terminalType.empty()) options.push_back("ttytype=" + settings_.terminalType);
        if (const std::string locale = characterLocale(); !locale.empty())
            options.push_back("lc-ctype=" + locale);
        // What pinentry would say itself, in the language of who asks, not of the machine.
        options.emplace_back(dialog.language == Language::chinese ? "lc-messages=zh_CN.UTF-8"
                                                                  : "lc-messages=C.UTF-8");
        for (const auto& [option, key] : kOwnTexts)
            options.push_back(std::string(option) + "=" + ukey::message(dialog.language, key));
        options.push_back("ukey-language=" + std::string(toString(dialog.language)));
        if (!dialog.model.empty()) options.push_back("ukey-model=" + printable(dialog.model, kLongestModel));
        for (const std::string& option : options) {
            (void)co_await conversation.tryCommand("OPTION " + assuan::escaped(option));
        }
    }

    asio::awaitable<Secret> getPin(RunningPinentry& conversation) {
        Secret entered(kMaxPin);
        const std::uint32_t code = co_await conversation.ask("GETPIN", &entered);
        if (code != 0) RunningPinentry::throwFor(code);
        co_return entered;
    }

    /// Nothing when the two entries differ.
    asio::awaitable<std::optional<Secret>> getPinTwice(RunningPinentry& conversation, const Dialog& dialog) {
        const std::string label =
            dialog.label.empty() ? ukey::message(dialog.language, "dialog.new-pin") : dialog.label;
        co_await conversation.command("SETPROMPT " + assuan::escaped(label) + ":");
        const std::string again = assuan::escaped(ukey::message(dialog.language, "dialog.repeat-pin")) + ":";
        if (co_await conversation.tryCommand("SETREPEAT " + again)) {
            (void)co_await conversation.tryCommand(
                "SETREPEATERROR " + assuan::escaped(ukey::message(dialog.language, "dialog.pins-differ")));
        }
        Secret first = co_await getPin(conversation);
        if (conversation.repeated()) co_return std::move(first);
        // A program without a second field: ask again.
        co_await conversation.command("SETPROMPT " + again);
        const Secret second = co_await getPin(conversation);
        if (!equalInConstantTime(first.view(), second.view())) co_return std::nullopt;
        co_return std::move(first);
    }

    asio::any_io_executor executor_;
    PromptSettings settings_;
};

}  // namespace

std::unique_ptr<Prompter> makePrompter(asio::any_io_executor executor, PromptSettings settings) {
    return std::make_unique<PinentryPrompter>(std::move(executor), std::move(settings));
}

}  // namespace ukey::prompt
