// A D-Bus of the test's own.
#pragma once

#include <sys/types.h>

#include <string>

namespace ukey::test {

/// While it lives, the environment variable names it.
class TestBus {
  public:
    /// DBUS_SYSTEM_BUS_ADDRESS or DBUS_SESSION_BUS_ADDRESS.
    explicit TestBus(const char* variable);
    ~TestBus();
    TestBus(const TestBus&) = delete;
    TestBus& operator=(const TestBus&) = delete;

    void end();

  private:
    void start();

    const char* variable_;
    pid_t process_ = -1;
    std::string folder_;
};

}  // namespace ukey::test
