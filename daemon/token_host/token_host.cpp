#include "daemon/token_host/token_host.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "daemon/token_host/change_watcher.hpp"
#include "daemon/token_host/pin_dialogs.hpp"
#include "daemon/token_host/platform/hardening.hpp"
#include "daemon/token_host/platform/pictures.hpp"
#include "tokenlib/base/platform/idle_memory.hpp"
#include "tokenlib/pipe/ends.hpp"
#include "tokenlib/process/channel.hpp"
#include "tokenlib/prompt/prompt.hpp"
#include "tokenlib/token/driver_call.hpp"

namespace ukey::token_host {
namespace {

namespace asio = boost::asio;

constexpr unsigned kCleanUpSeconds = 3;

void log(const char* what, const std::string& detail) {
    (void)std::fprintf(stderr, "ukey-token-host: %s: %s\n", what, detail.c_str());
}

/// Any exception as the error that goes to ukeyd.
Error asError(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const Error& error) {
        return error;
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) {
            return {ErrorCode::userCancelled, "request withdrawn"};
        }
        return {ErrorCode::internal, error.what()};
    } catch (const std::exception& error) {
        return {ErrorCode::internal, error.what()};
    } catch (...) {
        return {ErrorCode::internal, "unknown exception"};
    }
}

class TokenHost {
  public:
    TokenHost(asio::io_context& context, pipe::HostEnd& ukeyd, std::unique_ptr<token::Driver> driver,
              const prompt::PromptSettings& settings)
        : context_(context),
          ukeyd_(ukeyd),
          driver_(std::move(driver)),
          prompter_(prompt::makePrompter(context.get_executor(), settings)),
          pinDialogs_(*driver_, *prompter_) {}

    asio::awaitable<void> serve() {
        ukeyd_.send(pipe::Ready{});
        watcher_.emplace(
            context_, *driver_, [this] { return lookAgain(); }, [this] { ukeyd_.send(pipe::NoEvents{}); });
        platform::releaseIdleMemory();
        while (auto request = co_await ukeyd_.receive()) handle(*request);
    }

    /// Stops the context, after an open dialog is closed: its coroutine uses this object.
    void end() {
        ending_ = true;
        if (!active_) return context_.stop();
        active_->signal.emit(asio::cancellation_type::terminal);
    }

  private:
    /// The dialog that is open, with its request.
    struct ActivePrompt {
        std::uint64_t id;
        std::string token;
        asio::cancellation_signal signal;
        bool tokenGone = false;
    };

    void handle(pipe::Request& request) {
        const std::uint64_t id = request.id;
        std::visit(
            [&]<class Op>(Op& op) {
                if constexpr (std::same_as<Op, pipe::Cancel>) {
                    cancel(id);
                } else if constexpr (token::AsksUser<Op>) {
                    ask(id, std::move(op));
                } else {
                    run(id, op);
                }
            },
            request.command);
    }

    template <class Op>
    void run(std::uint64_t id, const Op& op) {
        pipe::Reply reply{.id = id, .outcome = {}};
        try {
            reply.outcome = token::DriverCall{*driver_}(op);
        } catch (...) {
            reply.outcome = asError(std::current_exception());
        }
        if constexpr (std::same_as<Op, token::ListTokens>) remember(reply);
        answer(reply);
        // The last page that used the token has left.
        if constexpr (std::same_as<Op, token::Logout>) platform::releaseIdleMemory();
    }

    /// One dialog at a time: a second question would cover the first.
    template <class Op>
    void ask(std::uint64_t id, Op op) {
        if (active_) {
            answer({.id = id, .outcome = Error(ErrorCode::busy, "another dialog is open")});
            return;
        }
        active_ = std::make_unique<ActivePrompt>();
        active_->id = id;
        active_->token = op.token;
        PinDialogs::Told told{
            .dialog = [this,
                       id](pipe::Dialog dialog) { ukeyd_.send(pipe::Prompt{.id = id, .dialog = dialog}); },
            .pinChanged = [this, id] { ukeyd_.send(pipe::PinChanged{.id = id}); }};
        asio::co_spawn(
            context_, pinDialogs_.run(std::move(op), std::move(told)),
            asio::bind_cancellation_slot(active_->signal.slot(),
                                         [this](const std::exception_ptr& exception) { asked(exception); }));
    }

    void asked(const std::exception_ptr& exception) {
        const std::unique_ptr<ActivePrompt> ended = std::move(active_);
        pipe::Reply reply{.id = ended->id, .outcome = token::Nothing{}};
        if (exception) reply.outcome = asError(exception);
        if (ended->tokenGone)
            reply.outcome = Error(ErrorCode::tokenRemoved, "unplugged while its dialog was open");
        if (ending_) return context_.stop();
        // First, so that a token which was unplugged unnoticed takes the old logins with it, not this one.
        tellState(ended->token);
        answer(reply);
    }

    /// The tries left are another number now.
    void tellState(const std::string& token) {
        try {
            ukeyd_.send(pipe::Updated{driver_->describeToken({token})});
        } catch (const std::exception&) {
            // Gone or out of order: whoever asks next will hear so.
        }
    }

    void cancel(std::uint64_t id) {
        if (active_ && active_->id == id) active_->signal.emit(asio::cancellation_type::terminal);
    }

    void answer(const pipe::Reply& reply) {
        try {
            ukeyd_.send(reply);
        } catch (const Error& error) {
            // The driver's result breaks the limits of the pipe.
            ukeyd_.send(pipe::Reply{.id = reply.id, .outcome = error});
        }
    }

    void remember(const pipe::Reply& reply) {
        const auto* result = std::get_if<pipe::Result>(&reply.outcome);
        if (result != nullptr) setKnown(std::get<std::vector<token::TokenInfo>>(*result));
    }

    void setKnown(std::vector<token::TokenInfo> tokens) {
        const std::vector<token::TokenInfo> before = std::exchange(known_, std::move(tokens));
        if (active_) closePromptOfMissingToken(before);
    }

    /// After an event: tells ukeyd what is there. Whether it differs from before.
    bool lookAgain() {
        try {
            std::vector<token::TokenInfo> tokens = driver_->listTokens({});
            if (tokens == known_) return false;
            setKnown(std::move(tokens));
            ukeyd_.send(pipe::Changed{known_});
        } catch (const std::exception& error) {
            log("cannot list tokens", error.what());
        }
        return true;
    }

    /// Missing is also one that was unplugged and is there again.
    void closePromptOfMissingToken(const std::vector<token::TokenInfo>& before) {
        const auto find = [&](const std::vector<token::TokenInfo>& tokens) {
            return std::find_if(tokens.begin(), tokens.end(),
                                [&](const token::TokenInfo& t) { return t.id == active_->token; });
        };
        const auto was = find(before);
        const auto is = find(known_);
        if (is != known_.end() && (was == before.end() || token::isSameConnection(*was, *is))) return;
        active_->tokenGone = true;
        active_->signal.emit(asio::cancellation_type::terminal);
    }

    asio::io_context& context_;
    pipe::HostEnd& ukeyd_;
    std::unique_ptr<token::Driver> driver_;
    std::unique_ptr<prompt::Prompter> prompter_;
    PinDialogs pinDialogs_;
    std::unique_ptr<ActivePrompt> active_;
    bool ending_ = false;
    std::vector<token::TokenInfo> known_;
    std::optional<ChangeWatcher> watcher_;
};

}  // namespace

int runHost(const pipe::HostArguments& arguments, const DriverLoader& loadDriver) {
    process::Handle channel = process::inheritedChannel(arguments.channel);
    hardenProcess(channel);
    keepMemorySmall();
    asio::io_context context(1);
    pipe::HostEnd ukeyd(context.get_executor(), std::move(channel));
    std::unique_ptr<token::Driver> driver;
    try {
        driver = loadDriver(arguments);
    } catch (...) {
        const Error error = asError(std::current_exception());
        log("cannot load the driver", error.what());
        ukeyd.send(pipe::Failed{error});
        return 1;
    }
    int exitCode = 0;
    TokenHost host(context, ukeyd, std::move(driver),
                   {.program = arguments.pinentry,
                    .terminal = arguments.terminal,
                    .terminalType = arguments.terminalType,
                    .pictureOf = pictures()});
    asio::co_spawn(context, host.serve(), [&](const std::exception_ptr& exception) {
        if (exception) {
            log("ukeyd speaks nonsense", asError(exception).what());
            exitCode = 1;
        }
        host.end();
    });
    context.run();
    endWithin(kCleanUpSeconds);
    return exitCode;
}

}  // namespace ukey::token_host
