// How much memory the messages of all pages together may take, and how fast a site may leave some unfinished.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace ukey::server {

/// On the network thread. Counts what pages have sent and nobody has dealt with yet.
class OctetBudget {
  public:
    using Clock = std::chrono::steady_clock;

    explicit OctetBudget(std::size_t most);

    /// What one message, or one queue of answers, takes; given back when the object goes.
    class Share {
      public:
        Share() noexcept;
        Share(Share&& other) noexcept;
        Share& operator=(Share&& other) noexcept;
        ~Share();

        /// Takes `octets` in all. When there are not as many, the site that has most gives up what it began
        /// first. False when that is this one.
        bool resize(std::size_t octets);

        /// The message is complete: from now on nobody takes it away. False, and nothing is changed, when the
        /// site has a quarter of everything in such messages already.
        bool keep();

      private:
        friend class OctetBudget;
        struct Place;
        explicit Share(std::unique_ptr<Place> place);
        std::unique_ptr<Place> place_;
    };

    /// `giveUp` is called when the share is taken away for others; it may not touch the budget.
    Share open(std::string site, std::function<void()> giveUp);

    /// A message of the site ended unfinished after so many octets, whoever ended it.
    void wasted(const std::string& site, std::size_t octets, Clock::time_point now = Clock::now());
    /// How long the site has to wait for that before more of a large message is read: reading costs the time
    /// of all.
    Clock::duration pauseOf(const std::string& site, Clock::time_point now = Clock::now());

  private:
    class Book;
    std::shared_ptr<Book> book_;
};

}  // namespace ukey::server
