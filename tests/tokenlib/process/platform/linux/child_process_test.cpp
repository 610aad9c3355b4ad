// What holds on Linux alone.
#include "tokenlib/process/child_process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <filesystem>

#include "tests/support/await.hpp"
#include "tokenlib/process/channel.hpp"

namespace ukey::process {
namespace {

using test::kPatience;

/// Runs a shell line with a stream as its input and output, and returns what it wrote.
std::string outputOf(const std::string& line, std::vector<std::string> environment = {}) {
    ChannelPair ends = makeChannelPair();
    Child child = Child::spawn({.program = "/bin/sh",
                                .arguments = {"-c", line},
                                .environment = std::move(environment),
                                .standardStream = &ends.childs});
    ends.childs.close();
    std::string output;
    char buffer[512];
    for (ssize_t got = 0; (got = ::read(static_cast<int>(ends.ours.value()), buffer, sizeof buffer)) > 0;) {
        output.append(buffer, static_cast<std::size_t>(got));
    }
    EXPECT_TRUE(child.waitFor(kPatience));
    return output;
}

TEST(LinuxChild, descriptors_onlyTheGivenOnesReachTheChild) {
    const int stray = ::open("/dev/null", O_RDONLY);  // Not close-on-exec.
    ASSERT_GE(stray, 0);
    const std::string seen =
        outputOf("ls -l /proc/$$/fd | wc -l; [ -e /proc/$$/fd/" + std::to_string(stray) + " ] && echo stray");
    (void)::close(stray);
    EXPECT_EQ(seen.find("stray"), std::string::npos) << seen;
}

TEST(LinuxChild, environmentAndFolder_areThoseGiven) {
    const std::string seen = outputOf("echo $MARK:$HOME; pwd", {"MARK=yes", "PATH=/usr/bin:/bin"});
    EXPECT_EQ(seen, "yes:\n/\n");
}

TEST(LinuxChild, ignoredSignals_areNotInherited) {
    (void)std::signal(SIGINT, SIG_IGN);
    const std::string seen = outputOf("grep SigIgn /proc/$$/status");
    (void)std::signal(SIGINT, SIG_DFL);
    EXPECT_NE(seen.find("0000000000000000"), std::string::npos) << seen;
}

TEST(LinuxChild, ignoredSignalsOfTheCLibrary_areNotInheritedEither) {
    // What starts us may have been linked with another C library, and ignore the signals that ours keeps for
    // itself.
    struct KernelAction {
        void (*handler)(int);
        std::array<unsigned long, 7> rest;
    };
    const auto set = [](int number, void (*handler)(int)) {
        const KernelAction action{.handler = handler, .rest = {}};
        ASSERT_EQ(::syscall(SYS_rt_sigaction, number, &action, nullptr, (NSIG - 1) / 8), 0);
    };
    set(32, SIG_IGN);
    set(33, SIG_IGN);
    const std::string seen = outputOf("grep SigIgn /proc/$$/status");
    set(32, SIG_DFL);
    set(33, SIG_DFL);
    EXPECT_NE(seen.find("0000000000000000"), std::string::npos) << seen;
}

TEST(LinuxChild, abandonedChild_isReaped) {
    int pid = 0;
    {
        const Child child = Child::spawn({.program = "/bin/sh", .arguments = {"-c", "exec sleep 1000"}});
        pid = child.id();
    }
    // Whether at once or by the next call of the module.
    int status = 0;
    while (::waitpid(pid, &status, 0) > 0) {
    }
    EXPECT_FALSE(std::filesystem::exists("/proc/" + std::to_string(pid)));
}

TEST(LinuxChild, endLater_reapsByTheExecutor) {
    boost::asio::io_context context;
    Child child = Child::spawn({.program = "/bin/sh", .arguments = {"-c", "exec sleep 1000"}});
    const int pid = child.id();
    endLater(context.get_executor(), std::move(child));
    context.run();
    EXPECT_FALSE(std::filesystem::exists("/proc/" + std::to_string(pid)));
}

}  // namespace
}  // namespace ukey::process
