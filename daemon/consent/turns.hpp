// The place of the one dialog, which goes round among the sites that want it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

namespace ukey::consent {

/// Whoever holds it has the turn; the next one's begins when it goes.
using Place = std::shared_ptr<void>;

class Turns {
  public:
    explicit Turns(boost::asio::any_io_executor executor);

    /// Waits for the turn, first come first served. A site has one question waiting, so that each gets its
    /// turn however many one of them asks: throws busy for a second.
    boost::asio::awaitable<Place> take(std::string site);

  private:
    class Queue;
    std::shared_ptr<Queue> queue_;
};

}  // namespace ukey::consent
