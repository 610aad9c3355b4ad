#include "daemon/session/screen_watch.hpp"

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
#include <wtsapi32.h>
// clang-format on

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/process/platform/windows/message_window.hpp"

namespace ukey::session {
namespace {

/// Whether the message says that the user is no longer before this screen.
bool meansLeft(UINT message, WPARAM event) {
    if (message == WM_POWERBROADCAST) return event == PBT_APMSUSPEND;
    return message == WM_WTSSESSION_CHANGE && (event == WTS_SESSION_LOCK || event == WTS_CONSOLE_DISCONNECT ||
                                               event == WTS_REMOTE_DISCONNECT || event == WTS_SESSION_LOGOFF);
}

/// Both end with the window.
void registerForSession(HWND window) {
    if (::WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) == FALSE)
        spdlog::warn("a locked screen is not noticed: Windows error {}", ::GetLastError());
    if (::RegisterSuspendResumeNotification(window, DEVICE_NOTIFY_WINDOW_HANDLE) == nullptr)
        spdlog::warn("the computer's sleep is not noticed: Windows error {}", ::GetLastError());
}

}  // namespace

class ScreenWatch::Source {
  public:
    Source(const boost::asio::any_io_executor& executor, std::function<void()> left)
        : left_(std::make_shared<std::function<void()>>(std::move(left))),
          window_(&registerForSession, [executor, told = left_](UINT message, WPARAM event, LPARAM) {
              if (!meansLeft(message, event)) return;
              boost::asio::post(executor, [told] {
                  if (*told) (*told)();
              });
          }) {}
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    ~Source() { *left_ = nullptr; }

  private:
    /// Empty when the owner has gone; of the executor's thread alone.
    std::shared_ptr<std::function<void()>> left_;
    platform::MessageWindow window_;
};

ScreenWatch::ScreenWatch(const boost::asio::any_io_executor& executor, std::function<void()> left) {
    try {
        source_ = std::make_unique<Source>(executor, std::move(left));
    } catch (const Error& error) {
        spdlog::warn("a locked screen is not noticed: {}", error.what());
    }
}

ScreenWatch::~ScreenWatch() = default;

}  // namespace ukey::session
