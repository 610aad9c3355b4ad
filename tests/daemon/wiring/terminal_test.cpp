// Where the PIN is asked for without a display: the terminal that the daemon was started from.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "daemon/wiring/platform/program_folder.hpp"

namespace ukey::platform {
namespace {

class TerminalOfAProcess : public testing::Test {
  protected:
    void SetUp() override {
        master_ = ::posix_openpt(O_RDWR | O_NOCTTY);
        if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0)
            GTEST_SKIP() << "no pseudo terminals here";
        name_ = ::ptsname(master_);
    }
    ~TerminalOfAProcess() override { ::close(master_); }

    /// Whether a process that has the terminal as this descriptor alone, or as none, finds what is expected.
    bool finds(int descriptor, const std::string& expected) const {
        const pid_t child = ::fork();
        if (child == 0) {
            const int nothing = ::open("/dev/null", O_RDWR);
            const int terminal = ::open(name_.c_str(), O_RDWR | O_NOCTTY);
            for (const int one : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
                ::dup2(one == descriptor ? terminal : nothing, one);
            ::_exit(terminalDevice() == expected ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

    int master_ = -1;
    std::string name_;
};

TEST_F(TerminalOfAProcess, onAnyOfItsStreams_isFound) {
    EXPECT_TRUE(finds(STDIN_FILENO, name_));
    EXPECT_TRUE(finds(STDOUT_FILENO, name_)) << "as a shell starts a program in the background";
    EXPECT_TRUE(finds(STDERR_FILENO, name_));
}

TEST_F(TerminalOfAProcess, nowhere_isNone) { EXPECT_TRUE(finds(-1, "")); }

}  // namespace
}  // namespace ukey::platform
