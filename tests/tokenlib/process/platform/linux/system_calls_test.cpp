#include "tokenlib/process/platform/system_calls.hpp"

#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>

namespace ukey::platform {
namespace {

/// The exit status of a process of its own that has given up what `sockets` says and then does the work.
int afterGivingUp(Sockets sockets, const std::function<int()>& work, Programs programs = Programs::own) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(giveUpSystemCalls(sockets, programs) ? work() : 200);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 201;
}

/// 0, or the reason why it was refused.
int outcome(long result) { return result < 0 ? errno : 0; }

class SystemCalls : public testing::Test {
  protected:
    void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        GTEST_SKIP() << "the sanitizers need what is given up";
#endif
    }
};

TEST_F(SystemCalls, lookingIntoOthersAndChangingTheMachine_areRefused_S42) {
    EXPECT_EQ(
        afterGivingUp(Sockets::all, [] { return outcome(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }),
        EPERM);
    EXPECT_EQ(
        afterGivingUp(Sockets::all,
                      [] { return outcome(::syscall(SYS_process_vm_readv, ::getppid(), 0, 0, 0, 0, 0)); }),
        EPERM);
    EXPECT_EQ(
        afterGivingUp(Sockets::all, [] { return outcome(::mount("none", "/mnt", "tmpfs", 0, nullptr)); }),
        EPERM);
    EXPECT_EQ(afterGivingUp(Sockets::all, [] { return outcome(::unshare(CLONE_NEWUSER)); }), EPERM);
    io_uring_params params{};
    EXPECT_EQ(afterGivingUp(Sockets::all, [&] { return outcome(::syscall(SYS_io_uring_setup, 1, &params)); }),
              EPERM);
}

TEST_F(SystemCalls, network_isRefusedAndWhatIsLocalStays_S42_S68) {
    const auto open = [](int family) {
        return afterGivingUp(Sockets::local, [family] { return outcome(::socket(family, SOCK_DGRAM, 0)); });
    };
    EXPECT_EQ(open(AF_INET), EPERM);
    EXPECT_EQ(open(AF_INET6), EPERM);
    EXPECT_EQ(open(AF_UNIX), 0);
    EXPECT_EQ(open(AF_NETLINK), 0);
    EXPECT_EQ(afterGivingUp(Sockets::all, [] { return outcome(::socket(AF_INET, SOCK_DGRAM, 0)); }), 0);
}

TEST_F(SystemCalls, programsThatAreStarted_areAsLimited_S42) {
    EXPECT_EQ(afterGivingUp(Sockets::local, [] { return std::system("exit 7") == 7 << 8 ? 0 : 1; }), 0);
    EXPECT_NE(afterGivingUp(Sockets::local,
                            [] { return std::system("exec unshare --user true 2>/dev/null") == 0 ? 0 : 1; }),
              0);
}

#if defined(__x86_64__)
/// A call by the number and the way of 32-bit programs, which would go around a list of 64-bit numbers.
int thirtyTwoBitCall(long number, long argument = 0) {
    long result = number;
    asm volatile("int $0x80" : "+a"(result) : "b"(argument) : "memory");
    return result < 0 ? static_cast<int>(-result) : 0;
}
constexpr long kGetpid = 20;
constexpr long kUnshare = 310;

TEST_F(SystemCalls, thirtyTwoBitCalls_areRefusedWhereNobodyNeedsThem_S42) {
    EXPECT_EQ(afterGivingUp(Sockets::local, [] { return thirtyTwoBitCall(kGetpid); }), EPERM);
}

TEST_F(SystemCalls, thirtyTwoBitPrograms_areLimitedLikeOthers_S42) {
    const auto with = [](const std::function<int()>& work) {
        return afterGivingUp(Sockets::local, work, Programs::alsoThirtyTwoBit);
    };
    EXPECT_EQ(with([] { return thirtyTwoBitCall(kGetpid); }), 0);
    EXPECT_EQ(with([] { return thirtyTwoBitCall(kUnshare, CLONE_NEWUSER); }), EPERM);
    EXPECT_EQ(with([] { return outcome(::unshare(CLONE_NEWUSER)); }), EPERM);
}
#endif

TEST(SocketsOfDialogs, displayOverTheNetwork_keepsThem) {
    const auto with = [](const char* display) {
        ::setenv("DISPLAY", display, 1);
        return socketsThatDialogsNeed();
    };
    EXPECT_EQ(with(":0"), Sockets::local);
    EXPECT_EQ(with("unix:0"), Sockets::local);
    EXPECT_EQ(with("localhost:10.0"), Sockets::all);
    ::unsetenv("DISPLAY");
    EXPECT_EQ(socketsThatDialogsNeed(), Sockets::local);
}

}  // namespace
}  // namespace ukey::platform
