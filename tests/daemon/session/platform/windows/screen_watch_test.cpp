// The system's messages are posted to the window as the system does it: wine sends none of them.
#include "daemon/session/screen_watch.hpp"

#include <gtest/gtest.h>

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
#include <wtsapi32.h>
// clang-format on

#include <boost/asio/io_context.hpp>
#include <memory>

#include "tests/support/await.hpp"
#include "tests/support/platform/windows/message_windows.hpp"

namespace ukey::session {
namespace {

class WindowsScreen : public testing::Test {
  protected:
    void post(UINT message, WPARAM event) const {
        ASSERT_NE(::PostMessageW(window_, message, event, 0), FALSE);
    }

    boost::asio::io_context context_{1};
    int timesLeft_ = 0;
    std::unique_ptr<ScreenWatch> watch_ =
        std::make_unique<ScreenWatch>(context_.get_executor(), [this] { ++timesLeft_; });
    HWND window_ = test::messageWindowOf(::GetCurrentProcessId(), HWND_MESSAGE);
};

TEST_F(WindowsScreen, lockOtherSessionLogoffAndSleep_areToldAsLeaving_S17) {
    int expected = 0;
    for (const WPARAM event :
         {WTS_SESSION_LOCK, WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOGOFF}) {
        post(WM_WTSSESSION_CHANGE, event);
        ++expected;
        test::runUntil(context_, [&] { return timesLeft_ == expected; });
    }
    post(WM_POWERBROADCAST, PBT_APMSUSPEND);
    test::runUntil(context_, [&] { return timesLeft_ == expected + 1; });
}

TEST_F(WindowsScreen, comingBackAndOtherNews_areNot_S17) {
    for (const WPARAM event : {WTS_SESSION_UNLOCK, WTS_CONSOLE_CONNECT, WTS_SESSION_LOGON})
        post(WM_WTSSESSION_CHANGE, event);
    for (const WPARAM event : {PBT_APMRESUMEAUTOMATIC, PBT_APMPOWERSTATUSCHANGE})
        post(WM_POWERBROADCAST, event);
    // The window takes its messages in turn.
    post(WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK);
    test::runUntil(context_, [&] { return timesLeft_ > 0; });
    EXPECT_EQ(timesLeft_, 1);
}

TEST_F(WindowsScreen, watchThatHasGone_tellsNothing) {
    post(WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK);
    watch_.reset();
    context_.run();
    EXPECT_EQ(timesLeft_, 0);
    EXPECT_FALSE(::IsWindow(window_)) << "its window goes with it";
}

}  // namespace
}  // namespace ukey::session
