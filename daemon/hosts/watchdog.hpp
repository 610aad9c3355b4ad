// The deadline of a host, with one timer that is touched as seldom as possible: it is set when work begins
// and none is set, and looks at the true deadline when it fires. Nothing wakes up when there is no work.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

#include "tokenlib/async/deadline.hpp"
#include "tokenlib/pipe/messages.hpp"

namespace ukey::hosts {

class Watchdog {
  public:
    Watchdog(const boost::asio::any_io_executor& executor, std::chrono::milliseconds limit);
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// `told` gets the limit that was overrun.
    void onOverrun(std::function<void(std::chrono::milliseconds)> told);

    /// A request went out. `prompt`: how long its dialogs may each stay open, 0 for one without. `patience`:
    /// see token::patienceFor. Ids grow: the host works on one request after the other.
    void begin(std::uint64_t id, std::chrono::seconds prompt, unsigned patience = 1);
    /// Its answer came.
    void end(std::uint64_t id);
    /// The host said something: it lives.
    void progress() { lastSign_ = Clock::now(); }
    /// A dialog of that request opens, is overlooked or closes. False when there is no such request, it has
    /// no dialogs, or none that is open could be overlooked.
    bool prompt(std::uint64_t id, pipe::Dialog dialog);
    /// Whether what the host works on now is known to take longer than others.
    bool isPatient() const { return patience() > 1; }
    /// Nothing is under way any more.
    void clear();

  private:
    using Clock = Deadline::Clock;
    struct Work {
        std::chrono::seconds prompt;
        std::optional<Clock::time_point> openSince;
        bool onToken = false;
    };
    struct Limit {
        Clock::time_point at;
        std::chrono::milliseconds time;
    };

    /// Of the request that has waited longest, and that of all behind it.
    unsigned patience() const { return calls_.empty() ? 1 : calls_.begin()->second; }
    std::optional<Limit> limit() const;
    void check();

    std::chrono::milliseconds limit_;
    std::function<void(std::chrono::milliseconds)> told_;
    std::unordered_map<std::uint64_t, Work> prompts_;  ///< Only requests that may open a dialog.
    std::map<std::uint64_t, unsigned> calls_;          ///< The others, with their patience.
    Clock::time_point lastSign_;
    Deadline alarm_;
};

}  // namespace ukey::hosts
