#include <sys/wait.h>

#include <future>
#include <optional>
#include <thread>

#include "skf_client.hpp"

namespace ukey::softtoken {
namespace {

struct Event {
    std::string name;
    ULONG event = 0;
    friend bool operator==(const Event&, const Event&) = default;
};

std::ostream& operator<<(std::ostream& out, const Event& event) {
    return out << event.name << (event.event == SKF_EVENT_INSERTED ? " in" : " out");
}

std::optional<Event> waitForEvent() {
    std::array<char, 64> name{};
    ULONG size = name.size();
    ULONG event = 0;
    const ULONG code = skf().WaitForDevEvent(name.data(), &size, &event);
    if (code == SAR_NOT_EVENTERR) return std::nullopt;
    EXPECT_SAR(SAR_OK, code);
    EXPECT_EQ('\0', name.at(size - 1));
    return Event{name.data(), event};
}

// Each in a process of its own: what is known to be plugged in lives as long as the library.
class EventsTest : public SoftTokenTest {
  protected:
    static void alone(const std::function<void()>& work) {
        const int status = inChild(work);
        EXPECT_TRUE(WIFEXITED(status));
        EXPECT_EQ(0, WEXITSTATUS(status));
    }
    static void look() {
        ULONG size = 0;
        EXPECT_SAR(SAR_OK, skf().EnumDev(TRUE, nullptr, &size));
    }
};

TEST_F(EventsTest, pluggedWhileWaiting_isReported) {
    alone([] {
        look();
        auto waiting = std::async(std::launch::async, &waitForEvent);
        unplug(kSerial);
        EXPECT_EQ((Event{kSerial, SKF_EVENT_REMOVED}), waiting.get());
        waiting = std::async(std::launch::async, &waitForEvent);
        plug(kSerial);
        EXPECT_EQ((Event{kSerial, SKF_EVENT_INSERTED}), waiting.get());
    });
}

TEST_F(EventsTest, newTokenWhileWaiting_isReportedOnceItIsPlugged) {
    alone([] {
        look();
        auto waiting = std::async(std::launch::async, &waitForEvent);
        createToken({.serial = "NEW"});
        plug("NEW");
        EXPECT_EQ((Event{"NEW", SKF_EVENT_INSERTED}), waiting.get());
        waiting = std::async(std::launch::async, &waitForEvent);
        remove("NEW");
        EXPECT_EQ((Event{"NEW", SKF_EVENT_REMOVED}), waiting.get());
    });
}

TEST_F(EventsTest, betweenTwoWaits_nothingIsLost) {
    alone([] {
        look();
        createToken({.serial = "B"});
        plug("B");
        unplug(kSerial);
        EXPECT_EQ((Event{kSerial, SKF_EVENT_REMOVED}), waitForEvent());
        EXPECT_EQ((Event{"B", SKF_EVENT_INSERTED}), waitForEvent());
        // Out and in again, unseen: still two events.
        unplug("B");
        plug("B");
        EXPECT_EQ((Event{"B", SKF_EVENT_REMOVED}), waitForEvent());
        EXPECT_EQ((Event{"B", SKF_EVENT_INSERTED}), waitForEvent());
    });
}

TEST_F(EventsTest, bufferTooSmall_keepsTheEvent) {
    alone([] {
        look();
        unplug(kSerial);
        std::array<char, 4> name{};
        ULONG size = name.size();
        ULONG event = 0;
        EXPECT_SAR(SAR_BUFFER_TOO_SMALL, skf().WaitForDevEvent(name.data(), &size, &event));
        EXPECT_EQ(sizeof "SOFT0001", size);
        EXPECT_EQ((Event{kSerial, SKF_EVENT_REMOVED}), waitForEvent());
        EXPECT_SAR(SAR_OK, skf().WaitForDevEvent(nullptr, &size, &event));
        EXPECT_GE(size, 32U);
    });
}

TEST_F(EventsTest, cancelled_allWaitersReturn) {
    alone([] {
        auto first = std::async(std::launch::async, &waitForEvent);
        auto second = std::async(std::launch::async, &waitForEvent);
        // A wait that begins after the call is cancelled as well, once: none is left hanging at the end of a
        // program.
        while (first.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready ||
               second.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready)
            EXPECT_SAR(SAR_OK, skf().CancelWaitForDevEvent());
        EXPECT_EQ(std::nullopt, first.get());
        EXPECT_EQ(std::nullopt, second.get());
    });
}

TEST_F(EventsTest, cancelledBeforeTheWait_theWaitReturns) {
    alone([] {
        EXPECT_SAR(SAR_OK, skf().CancelWaitForDevEvent());
        EXPECT_EQ(std::nullopt, waitForEvent());
        unplug(kSerial);
        EXPECT_EQ((Event{kSerial, SKF_EVENT_REMOVED}), waitForEvent());
    });
}

TEST_F(EventsTest, folderThatIsNotThere_isWaitedFor) {
    alone([this] {
        ::setenv("UKEY_SOFTTOKEN_DIR", (folder() + "/later/on").c_str(), 1);
        look();  // Or the token is there before the first wait is, and no event.
        auto waiting = std::async(std::launch::async, &waitForEvent);
        createToken({.serial = "LATE"});
        plug("LATE");
        EXPECT_EQ((Event{"LATE", SKF_EVENT_INSERTED}), waiting.get());
    });
}

}  // namespace
}  // namespace ukey::softtoken
