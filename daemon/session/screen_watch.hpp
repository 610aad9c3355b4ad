// When the user turns away from the screen: it is locked, another session takes it over, or the computer goes
// to sleep (security.md 17).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

namespace ukey::session {

/// Listens, and does nothing in between: no timer runs and nothing is asked while nothing happens. On the
/// network thread. On Linux the sources are logind on the system bus and the desktop's locker on the
/// session's. Without one of them it says so in the log, and the rest goes on.
class ScreenWatch {
  public:
    /// `left` is called each time the user turns away, and once when the source is lost, for from then on
    /// nothing would be heard.
    ScreenWatch(const boost::asio::any_io_executor& executor, std::function<void()> left);
    ~ScreenWatch();
    ScreenWatch(const ScreenWatch&) = delete;
    ScreenWatch& operator=(const ScreenWatch&) = delete;

  private:
    class Source;
    std::unique_ptr<Source> source_;
};

}  // namespace ukey::session
