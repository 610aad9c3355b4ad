// The system's messages are sent to the window as the system does it: wine sends none of them.
#include "daemon/token_host/platform/device_events.hpp"

#include <gtest/gtest.h>

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
#include <dbt.h>
// clang-format on

#include <boost/asio/io_context.hpp>
#include <memory>

#include "tests/support/await.hpp"
#include "tests/support/platform/windows/message_windows.hpp"

namespace ukey::token_host {
namespace {

class WindowsDevices : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_NE(events_, nullptr);
        window_ = test::messageWindowOf(::GetCurrentProcessId(), HWND_MESSAGE);
    }
    /// Not posted: most of these bring a pointer along, and Windows posts none.
    void tell(WPARAM event) const {
        ASSERT_NE(window_, nullptr);
        ::SendMessageW(window_, WM_DEVICECHANGE, event, 0);
    }

    boost::asio::io_context context_{1};
    int changes_ = 0;
    std::unique_ptr<DeviceEvents> events_ =
        DeviceEvents::open(context_.get_executor(), [this] { ++changes_; });
    HWND window_ = nullptr;
};

TEST_F(WindowsDevices, deviceThatComesOrGoes_isToldTwiceForReadersTakeTheirTime) {
    for (const WPARAM event : {DBT_DEVICEARRIVAL, DBT_DEVICEREMOVECOMPLETE}) {
        changes_ = 0;
        tell(event);
        test::runUntil(context_, [&] { return changes_ == 2; });
    }
}

TEST_F(WindowsDevices, otherNewsOfDevices_areNone) {
    for (const WPARAM event : {DBT_CONFIGCHANGED, DBT_DEVICEQUERYREMOVE, DBT_CUSTOMEVENT}) tell(event);
    // Whoever waits for them waits on a timer.
    context_.run_for(std::chrono::milliseconds(500));
    EXPECT_EQ(changes_, 0);
}

TEST_F(WindowsDevices, watchThatHasGone_tellsNothing) {
    tell(DBT_DEVICEARRIVAL);
    events_.reset();
    context_.run();
    EXPECT_EQ(changes_, 0);
}

}  // namespace
}  // namespace ukey::token_host
