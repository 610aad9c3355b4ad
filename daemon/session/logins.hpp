// Whose login is whose. A vendor library knows one login a token; here each belongs to the session that made
// it, outlives it only for a moment, and ends by itself (docs/protocol/README.md "resume"; security.md 17).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "daemon/hosts/token_hosts.hpp"
#include "daemon/session/session.hpp"

namespace ukey::session {

struct LoginTimes {
    std::chrono::seconds idle{900};   ///< Without a use, a login ends after this.
    std::chrono::seconds resume{30};  ///< So long after its session's end a login can be taken over.
};

/// One for the daemon, on the network thread. Its timers run only while there are logins.
class Logins {
  public:
    Logins(const boost::asio::any_io_executor& executor, std::shared_ptr<hosts::TokenHosts> hosts,
           LoginTimes times);
    ~Logins();
    Logins(const Logins&) = delete;
    Logins& operator=(const Logins&) = delete;

    /// Lets the host ask for the PIN; on success the session is logged in. Throws what the host answers, and
    /// user-cancelled when the session ended or the screen was locked in the meantime; with the reason
    /// pin-changed where the PIN was changed first.
    boost::asio::awaitable<void> verify(std::shared_ptr<const Session> session, std::string driver,
                                        token::VerifyPin operation, hosts::DialogTurn turn = nullptr);

    /// Lets the host change the PIN, and ends the login that it may have made for that, unless it is
    /// somebody's.
    boost::asio::awaitable<void> change(std::string driver, token::ChangePin operation,
                                        hosts::DialogTurn turn = nullptr);

    /// Whether the session is logged in on the token; counts as a use.
    bool use(SessionId session, const hosts::TokenAddress& address);

    /// The same, without using it.
    bool has(SessionId session, const hosts::TokenAddress& address) const;

    /// Ends the session's login; the library's too if nobody else has one.
    void logout(SessionId session, const hosts::TokenAddress& address);

    /// The library says that nobody is logged in: nobody is.
    void forget(const hosts::TokenAddress& address);

    /// The token is gone, and with it its logins, those that are being made included: another token may be at
    /// that address next.
    void tokenGone(const hosts::TokenAddress& address);

    /// Nobody is logged in any more, nor can anything be taken over: the user has left the screen.
    void endAll();

    /// The session ended: its logins wait for `resume` for a moment, if there is one.
    void close(const Session& session);

    /// Gives the logins that wait under `secret` to the session, once. False when there are none, or they
    /// were another origin's: then they end.
    bool resume(const Session& session, std::string_view secret);

  private:
    class Book;
    std::shared_ptr<Book> book_;
};

/// 256 random bits as base64url.
std::string makeResumeSecret();

}  // namespace ukey::session
