// A system bus of the test's own, with somebody on it who speaks as logind does.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>

#include "tests/daemon/ukeyd/test_bus.hpp"

struct sd_bus;

namespace ukey::test {

/// While it lives, DBUS_SYSTEM_BUS_ADDRESS names its bus. Single-threaded: it answers while one of its
/// functions waits.
class FakeLogind {
  public:
    FakeLogind();
    ~FakeLogind();
    FakeLogind(const FakeLogind&) = delete;
    FakeLogind& operator=(const FakeLogind&) = delete;

    /// A session of this user; "s1" and so on.
    void addSession(const std::string& name, uid_t user);

    void emitLock(const std::string& session);
    void emitUnlock(const std::string& session);
    /// PropertiesChanged with one of them.
    void emitChanged(const std::string& session, const std::string& property, bool value);
    void emitPrepareForSleep(bool begins);

    /// Answers until somebody has asked once more whose a session is.
    void answerOneQuestion();

    /// Ends the bus.
    void endBus();

  private:
    TestBus busOfIts_;
    std::shared_ptr<sd_bus> bus_;
    std::map<std::string, uid_t> owners_;  ///< By object path.
    unsigned questions_ = 0;
};

}  // namespace ukey::test
