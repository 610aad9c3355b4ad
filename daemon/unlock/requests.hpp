// Remote unlocks that wait for the RA's answer. Each has a key of its own, which is wiped when it is used,
// when it is replaced and when its time is over; so a response serves once, in time, and for nothing else.
//
// A request belongs to its origin, not to its connection: approval takes time, and a page may be reloaded
// meanwhile.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/pki/unlock_authority.hpp"

namespace ukey::unlock {

/// Who asks for what. `token` is its lasting identity: it may be plugged in again, elsewhere.
struct Subject {
    std::string origin;
    std::string token;
    bool operator==(const Subject&) const = default;
};

struct Made {
    Bytes der;     ///< Goes to the RA.
    Bytes digest;  ///< Names the request in the audit log.
};

/// What a response gives the right to unlock with.
using Right = std::variant<Secret,  ///< The administrator PIN.
                           Bytes>;  ///< The maker's own answer.

class Requests;

/// A response that was opened. Unless it is spent, the request waits again when this goes: a dialog that was
/// cancelled has cost nothing.
class Claim {
  public:
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    Claim(Claim&& other) noexcept;
    Claim& operator=(Claim&&) = delete;
    ~Claim();

    Right& right() noexcept { return right_; }
    const Bytes& digest() const noexcept { return digest_; }

    /// The token was asked, whatever it said: the request is gone for good.
    void spend() noexcept;

  private:
    friend class Requests;
    class Hold;
    Claim(std::unique_ptr<Hold> hold, Right right, Bytes digest);

    std::unique_ptr<Hold> hold_;
    Right right_;
    Bytes digest_;
};

/// One for the daemon, on the network thread. Its timer runs only while a request waits.
class Requests {
  public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    Requests(const boost::asio::any_io_executor& executor, std::chrono::seconds lifetime, Clock clock);
    ~Requests();
    Requests(const Requests&) = delete;
    Requests& operator=(const Requests&) = delete;

    /// A new request, in the place of an older one of the same subject. `challenge` is the maker's; may be
    /// empty.
    Made make(Subject subject, std::string serial, std::string model, Bytes challenge);

    /// Opens a response. Throws unlock-invalid (none, not for that request, or signed by nobody who may
    /// answer), unlock-not-found (no such
    /// request of this origin, or used), unlock-mismatch (another token's), unlock-expired, busy (being used
    /// right now). All of these leave the request as it is.
    Claim claim(const Subject& subject, ByteView response, const pki::UnlockAuthorities& authorities);

  private:
    friend class Claim;
    class Book;
    std::shared_ptr<Book> book_;
};

}  // namespace ukey::unlock
