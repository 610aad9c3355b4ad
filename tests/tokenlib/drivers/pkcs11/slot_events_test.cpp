// Waiting for a token to come or go.
#include <future>

#include "fake.hpp"

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::fake;  // NOLINT(google-build-using-namespace)

namespace {

class SlotEvents : public test::FakeTest {
  protected:
    std::future<void> waiting() {
        (void)driver();
        return std::async(std::launch::async, [this] { driver().waitForChange(); });
    }
};

}  // namespace

TEST_F(SlotEvents, event_whileWaiting_endsTheWaitAndCallsGoOnBesideIt) {
    state().events = Events::blocking;
    addPair(test::ecKey());
    auto wait = waiting();
    login();
    for (int i = 0; i < 10; ++i) EXPECT_NO_THROW(sign());
    {
        const std::lock_guard lock(state().mutex);
        state().pull();
    }
    state().raiseEvent();
    wait.get();
    EXPECT_TRUE(driver().listTokens({}).empty());
    auto again = waiting();
    {
        const std::lock_guard lock(state().mutex);
        state().plug();
    }
    state().raiseEvent();
    again.get();
    EXPECT_EQ(driver().listTokens({}).size(), 1U);
}

TEST_F(SlotEvents, stop_endsTheWaitThoughTheModuleStillBlocks) {
    state().events = Events::blocking;
    for (int i = 0; i < 5; ++i) {
        auto wait = waiting();
        driver().stopWaiting();
        wait.get();
    }
    EXPECT_EQ(driver().listTokens({}).size(), 1U);
    EXPECT_LE(calls("C_WaitForSlotEvent"), 1U);
}

TEST_F(SlotEvents, stop_beforeTheWait_isNotLost) {
    state().events = Events::blocking;
    driver().stopWaiting();
    driver().waitForChange();
    SUCCEED();
}

TEST_F(SlotEvents, driver_endedWhileTheModuleBlocks_ends) {
    state().events = Events::blocking;
    auto wait = waiting();
    driver().stopWaiting();
    wait.get();
    end();
    EXPECT_EQ(calls("C_Finalize"), 1U);
    EXPECT_FALSE(state().started);
}

TEST_F(SlotEvents, module_withoutEvents_isUnsupportedAtOnce) {
    EXPECT_ERROR(driver().waitForChange(), ErrorCode::unsupported);
    EXPECT_ERROR(driver().waitForChange(), ErrorCode::unsupported);
    EXPECT_EQ(calls("C_WaitForSlotEvent"), 1U);
}

TEST_F(SlotEvents, module_thatMustNotBeAsked_isNotAsked) {
    state().events = Events::blocking;
    restart({.slotEvents = false});
    EXPECT_ERROR(driver().waitForChange(), ErrorCode::unsupported);
    state().version = {2, 0};  // Its list ends before C_WaitForSlotEvent.
    restart();
    EXPECT_ERROR(driver().waitForChange(), ErrorCode::unsupported);
    EXPECT_EQ(calls("C_WaitForSlotEvent"), 0U);
}

TEST_F(SlotEvents, module_thatReportsEventsForEver_isFoundOut) {
    state().events = Events::spurious;
    const auto waitManyTimes = [&] {
        for (int i = 0; i < 100; ++i) driver().waitForChange();
    };
    EXPECT_ERROR(waitManyTimes(), ErrorCode::unsupported);
    EXPECT_LT(calls("C_WaitForSlotEvent"), 20U);
}
