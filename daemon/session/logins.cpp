#include "daemon/session/logins.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <list>
#include <map>
#include <optional>

#include "daemon/policy/install_secret.hpp"
#include "tokenlib/async/deadline.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/reasons.hpp"

namespace ukey::session {

using Clock = std::chrono::steady_clock;
using hosts::TokenAddress;

class Logins::Book : public std::enable_shared_from_this<Book> {
  public:
    Book(const boost::asio::any_io_executor& executor, std::shared_ptr<hosts::TokenHosts> hosts,
         LoginTimes times)
        : executor_(executor),
          deadline_(executor,
                    [this] {
                        expire();
                        arm();
                    }),
          hosts_(std::move(hosts)),
          times_(times) {}

    boost::asio::awaitable<void> verify(std::shared_ptr<const Session> session, std::string driver,
                                        token::VerifyPin operation, hosts::DialogTurn turn) {
        const auto self = shared_from_this();
        const TokenAddress address{std::move(driver), operation.token};
        const Verification running(*this, address);
        const unsigned removals = tokens_[address].removals;
        const unsigned endings = endings_;
        const bool changes = operation.changeFirst;
        // Whatever ends it; who gets the login in the end takes this back.
        if (changes) tokens_[address].logoutDue = true;
        auto asking = hosts_->call(address.driver, std::move(operation), std::move(turn));
        co_await std::move(asking);
        const auto refusal = [changes](ErrorCode code, const char* why) {
            Error error(code, why);
            if (changes) error.withReason(kPinChanged);
            return error;
        };
        // The answer came before the token went, but its turn comes after: by now another token may be there.
        if (tokens_[address].removals != removals)
            throw refusal(ErrorCode::tokenRemoved, "the token was removed during the login");
        // A page that left while its dialog was open gets nothing, and what it opened is closed again; so do
        // all when the user left the screen meanwhile.
        if (session->closed || endings_ != endings) {
            tokens_[address].logoutDue = true;
            throw refusal(ErrorCode::userCancelled, session->closed
                                                        ? "the connection closed during the dialog"
                                                        : "the screen was locked during the dialog");
        }
        tokens_[address].logins[session->id] = Clock::now();
        arm();
    }

    boost::asio::awaitable<void> change(std::string driver, token::ChangePin operation,
                                        hosts::DialogTurn turn) {
        const auto self = shared_from_this();
        const TokenAddress address{std::move(driver), operation.token};
        const Verification running(*this, address);
        tokens_[address].logoutDue = true;
        auto changing = hosts_->call(address.driver, std::move(operation), std::move(turn));
        co_await std::move(changing);
    }

    bool has(SessionId session, const TokenAddress& address) const {
        const auto token = tokens_.find(address);
        return token != tokens_.end() && token->second.logins.contains(session);
    }

    bool use(SessionId session, const TokenAddress& address) {
        const auto token = tokens_.find(address);
        if (token == tokens_.end()) return false;
        const auto login = token->second.logins.find(session);
        if (login == token->second.logins.end()) return false;
        const auto now = Clock::now();
        if (now - login->second >= times_.idle) return false;  // The timer is about to say the same.
        login->second = now;
        return true;
    }

    void logout(SessionId session, const TokenAddress& address) {
        const auto token = tokens_.find(address);
        if (token != tokens_.end() && token->second.logins.erase(session) > 0) release(address);
    }

    void forget(const TokenAddress& address) {
        const auto token = tokens_.find(address);
        if (token == tokens_.end()) return;
        token->second.logins.clear();
        token->second.logoutDue = false;
        if (token->second.verifying == 0) tokens_.erase(token);
    }

    void tokenGone(const TokenAddress& address) {
        const auto token = tokens_.find(address);
        if (token != tokens_.end()) ++token->second.removals;
        forget(address);
    }

    void close(const Session& session) {
        if (!hasLogin(session.id)) return;
        if (times_.resume.count() == 0 || session.resume.empty()) {
            endThoseOf(session.id);
            return;
        }
        parked_.push_back({session.resume, session.id, session.originText, Clock::now() + times_.resume});
        arm();
    }

    void endAll() {
        ++endings_;
        parked_.clear();
        std::vector<TokenAddress> addresses;
        for (auto& [address, token] : tokens_) {
            if (token.logins.empty()) continue;
            token.logins.clear();
            addresses.push_back(address);
        }
        for (const TokenAddress& address : addresses) release(address);
        arm();
    }

    bool resume(const Session& session, std::string_view secret) {
        const auto parked = std::find_if(parked_.begin(), parked_.end(), [&](const Parked& p) {
            return equalInConstantTime(asBytes(p.secret), asBytes(secret));
        });
        if (parked == parked_.end()) return false;
        const Parked taken = std::move(*parked);
        parked_.erase(parked);
        if (taken.origin != session.originText || Clock::now() >= taken.deadline) {
            endThoseOf(taken.session);
            return false;
        }
        bool any = false;
        for (auto& [address, token] : tokens_) {
            auto login = token.logins.extract(taken.session);
            if (login.empty()) continue;
            login.key() = session.id;
            token.logins.insert(std::move(login));
            any = true;
        }
        return any;
    }

    /// From now on nothing is started any more.
    void stop() {
        stopped_ = true;
        deadline_.clear();
    }

  private:
    struct Token {
        std::map<SessionId, Clock::time_point> logins;  ///< With their last use.
        unsigned verifying = 0;                         ///< Dialogs that are open now.
        unsigned removals = 0;                          ///< While a dialog was open.
        bool logoutDue = false;  ///< The library is to be logged out once no dialog is open.
    };

    struct Parked {
        std::string secret;
        SessionId session;
        std::string origin;
        Clock::time_point deadline;
    };

    /// While a PIN is being asked for, a logout of somebody else's must not overtake it and end the new
    /// login.
    class Verification {
      public:
        Verification(Book& book, const TokenAddress& address) : book_(book), address_(address) {
            ++book_.tokens_[address_].verifying;
        }
        Verification(const Verification&) = delete;
        Verification& operator=(const Verification&) = delete;
        ~Verification() {
            Token& token = book_.tokens_[address_];
            --token.verifying;
            if (!token.logins.empty()) {
                token.logoutDue = false;
            } else if (token.verifying == 0) {
                if (token.logoutDue) {
                    book_.release(address_);
                } else {
                    book_.tokens_.erase(address_);
                }
            }
        }

      private:
        Book& book_;
        TokenAddress address_;
    };

    bool hasLogin(SessionId session) const {
        return std::any_of(tokens_.begin(), tokens_.end(),
                           [&](const auto& entry) { return entry.second.logins.contains(session); });
    }

    void endThoseOf(SessionId session) {
        std::vector<TokenAddress> addresses;
        for (const auto& [address, token] : tokens_) {
            if (token.logins.contains(session)) addresses.push_back(address);
        }
        for (const TokenAddress& address : addresses) logout(session, address);
    }

    /// Logs the library out if nobody needs it logged in.
    void release(const TokenAddress& address) {
        const auto token = tokens_.find(address);
        if (token == tokens_.end() || !token->second.logins.empty()) return;
        if (token->second.verifying > 0) {
            token->second.logoutDue = true;
            return;
        }
        tokens_.erase(token);
        if (stopped_) return;
        boost::asio::co_spawn(executor_, hosts_->run(address.driver, token::Logout{address.token}),
                              [](const std::exception_ptr&, const token::OperationResult&) {
                                  // A token that cannot be logged out is gone, or its host is: nobody is
                                  // logged in.
                              });
    }

    std::optional<Clock::time_point> nextDeadline() const {
        std::optional<Clock::time_point> next;
        const auto consider = [&](Clock::time_point time) {
            if (!next || time < *next) next = time;
        };
        for (const auto& [address, token] : tokens_) {
            for (const auto& [session, lastUse] : token.logins) consider(lastUse + times_.idle);
        }
        for (const Parked& parked : parked_) consider(parked.deadline);
        return next;
    }

    /// It may pass too early (a login was used since): then it is simply set again.
    void arm() {
        const auto next = nextDeadline();
        if (!next) return deadline_.clear();
        deadline_.setNoLater(*next);
    }

    void expire() {
        const auto now = Clock::now();
        while (!parked_.empty() && parked_.front().deadline <= now) {
            const SessionId session = parked_.front().session;
            parked_.pop_front();
            endThoseOf(session);
        }
        std::vector<std::pair<SessionId, TokenAddress>> idle;
        for (const auto& [address, token] : tokens_) {
            for (const auto& [session, lastUse] : token.logins) {
                if (now - lastUse >= times_.idle) idle.emplace_back(session, address);
            }
        }
        for (const auto& [session, address] : idle) logout(session, address);
    }

    boost::asio::any_io_executor executor_;
    Deadline deadline_;
    std::shared_ptr<hosts::TokenHosts> hosts_;
    LoginTimes times_;
    std::map<TokenAddress, Token> tokens_;
    std::list<Parked> parked_;  ///< Oldest first.
    unsigned endings_ = 0;      ///< How often all logins were ended.
    bool stopped_ = false;
};

Logins::Logins(const boost::asio::any_io_executor& executor, std::shared_ptr<hosts::TokenHosts> hosts,
               LoginTimes times)
    : book_(std::make_shared<Book>(executor, std::move(hosts), times)) {}
Logins::~Logins() { book_->stop(); }

boost::asio::awaitable<void> Logins::verify(std::shared_ptr<const Session> session, std::string driver,
                                            token::VerifyPin operation, hosts::DialogTurn turn) {
    return book_->verify(std::move(session), std::move(driver), std::move(operation), std::move(turn));
}
boost::asio::awaitable<void> Logins::change(std::string driver, token::ChangePin operation,
                                            hosts::DialogTurn turn) {
    return book_->change(std::move(driver), std::move(operation), std::move(turn));
}
bool Logins::use(SessionId session, const TokenAddress& address) { return book_->use(session, address); }
bool Logins::has(SessionId session, const TokenAddress& address) const {
    return book_->has(session, address);
}
void Logins::logout(SessionId session, const TokenAddress& address) { book_->logout(session, address); }
void Logins::forget(const TokenAddress& address) { book_->forget(address); }
void Logins::tokenGone(const TokenAddress& address) { book_->tokenGone(address); }
void Logins::endAll() { book_->endAll(); }
void Logins::close(const Session& session) { book_->close(session); }
bool Logins::resume(const Session& session, std::string_view secret) {
    return book_->resume(session, secret);
}

std::string makeResumeSecret() { return toBase64Url(policy::randomBytes(32)); }

}  // namespace ukey::session
