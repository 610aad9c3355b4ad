#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/daemon/support/bridge_under_test.hpp"

namespace ukey::test {
namespace {

TEST(ServerOfOneUser, otherUsersProcess_isRefused_S48) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
    BridgeUnderTest bridge;
    const std::uint16_t port = bridge.port();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        // Another user's process, with a handshake that would do for ours.
        if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(99);
        const std::string status = handshakeStatus(port, {});
        ::_exit(status == "403" ? 0 : 1);
    }
    int outcome = 0;
    ASSERT_EQ(::waitpid(child, &outcome, 0), child);
    EXPECT_TRUE(WIFEXITED(outcome));
    EXPECT_EQ(WEXITSTATUS(outcome), 0);
    EXPECT_EQ(handshakeStatus(port, {}), "101");
}

}  // namespace
}  // namespace ukey::test
