// The place of the one dialog, which goes round among the sites that want it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>

namespace ukey::consent {

/// Whoever holds it has the turn; the next one's begins when it goes.
using Place = std::shared_ptr<void>;

/// Of sites: whether the administrator's policy names it.
enum class Kind : std::uint8_t { known, stranger };

class Turns {
  public:
    explicit Turns(boost::asio::any_io_executor executor);

    /// Waits for the turn. A site has one question waiting, so that each gets its turn however many one of
    /// them asks: throws busy for a second. Sites of the policy and others are called by turns, and among
    /// themselves in the order in which they came: however many strangers wait, only one is before a site of
    /// the policy.
    boost::asio::awaitable<Place> take(std::string site, Kind kind);

  private:
    class Queue;
    std::shared_ptr<Queue> queue_;
};

}  // namespace ukey::consent
