// What a host process on Linux is shut off from.
#include <cerrno>
#include <filesystem>

#include "tests/daemon/hosts/hosts_fixture.hpp"

namespace ukey::hosts {
namespace {

TEST_F(HostsTest, hostProcess_hasOnlyItsOwnDescriptors_S42) {
    use({fake("a")});
    const int pid = hostPid("a");
    std::size_t sockets = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
        std::error_code ignored;
        const std::string target = std::filesystem::read_symlink(entry.path(), ignored).string();
        if (target.starts_with("socket:")) ++sockets;
    }
    EXPECT_EQ(sockets, 1U);
}

TEST_F(HostsTest, driver_hasNoNetwork_S42) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the sanitizers need what is given up";
#endif
    use({fake("a")});
    (void)tokens();
    EXPECT_EQ(sign("a", "network"), (Bytes{EPERM, EPERM, EPERM, 0, 0}));
}

}  // namespace
}  // namespace ukey::hosts
