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
#include <system_error>

namespace ukey::process {
namespace {

constexpr std::chrono::seconds kPatience{30};

/// Runs a shell line with a stream as its input and output, and returns what it wrote.
std::string outputOf(const std::string& line, std::vector<std::string> environment = {}) {
    const StreamPair pair = makeStreamPair();
    Child child = Child::spawn({.program = "/bin/sh",
                                .arguments = {"-c", line},
                                .environment = std::move(environment),
                                .descriptors = {{pair.second, 0}, {pair.second, 1}}});
    closeDescriptor(pair.second);
    std::string output;
    char buffer[512];
    for (ssize_t got = 0; (got = ::read(pair.first, buffer, sizeof buffer)) > 0;) {
        output.append(buffer, static_cast<std::size_t>(got));
    }
    closeDescriptor(pair.first);
    EXPECT_TRUE(child.waitFor(kPatience));
    return output;
}

TEST(ChildProcess, exitCodeAndSignal_areToldApart) {
    Child exits = Child::spawn({.program = "/bin/sh", .arguments = {"-c", "exit 3"}});
    const auto exited = exits.waitFor(kPatience);
    ASSERT_TRUE(exited);
    EXPECT_EQ(exited->exitCode, 3);
    EXPECT_EQ(exited->signal, 0);

    Child hangs = Child::spawn({.program = "/bin/sh", .arguments = {"-c", "exec sleep 1000"}});
    EXPECT_FALSE(hangs.poll());
    hangs.kill();
    const auto killed = hangs.waitFor(kPatience);
    ASSERT_TRUE(killed);
    EXPECT_EQ(killed->signal, SIGKILL);
}

TEST(ChildProcess, programThatCannotRun_isAnErrorOfTheCaller) {
    EXPECT_THROW((void)Child::spawn({.program = "/nonexistent/program"}), std::system_error);
    EXPECT_THROW((void)Child::spawn({.program = "/"}), std::system_error);
}

TEST(ChildProcess, descriptors_onlyTheGivenOnesReachTheChild) {
    const int stray = ::open("/dev/null", O_RDONLY);  // Not close-on-exec.
    ASSERT_GE(stray, 0);
    const std::string seen =
        outputOf("ls -l /proc/$$/fd | wc -l; [ -e /proc/$$/fd/" + std::to_string(stray) + " ] && echo stray");
    closeDescriptor(stray);
    EXPECT_EQ(seen.find("stray"), std::string::npos) << seen;
}

TEST(ChildProcess, environmentAndFolder_areThoseGiven) {
    const std::string seen = outputOf("echo $MARK:$HOME; pwd", {"MARK=yes", "PATH=/usr/bin:/bin"});
    EXPECT_EQ(seen, "yes:\n/\n");
}

TEST(ChildProcess, ignoredSignals_areNotInherited) {
    (void)std::signal(SIGINT, SIG_IGN);
    const std::string seen = outputOf("grep SigIgn /proc/$$/status");
    (void)std::signal(SIGINT, SIG_DFL);
    EXPECT_NE(seen.find("0000000000000000"), std::string::npos) << seen;
}

TEST(ChildProcess, ignoredSignalsOfTheCLibrary_areNotInheritedEither) {
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

TEST(ChildProcess, abandonedChild_isKilledAndReaped) {
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

TEST(ChildProcess, endLater_reapsByTheExecutor) {
    boost::asio::io_context context;
    Child child = Child::spawn({.program = "/bin/sh", .arguments = {"-c", "exec sleep 1000"}});
    const int pid = child.id();
    endLater(context.get_executor(), std::move(child));
    context.run();
    EXPECT_FALSE(std::filesystem::exists("/proc/" + std::to_string(pid)));
}

TEST(ChildProcess, parentThatDies_takesItsChildWithIt) {
    int report[2];
    ASSERT_EQ(::pipe2(report, O_CLOEXEC), 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
        const Child child = Child::spawn({.program = "/bin/sh", .arguments = {"-c", "exec sleep 1000"}});
        const int pid = child.id();
        (void)!::write(report[1], &pid, sizeof pid);
        (void)std::raise(SIGKILL);
    }
    closeDescriptor(report[1]);
    int orphan = 0;
    ASSERT_EQ(::read(report[0], &orphan, sizeof orphan), static_cast<ssize_t>(sizeof orphan));
    (void)::waitpid(parent, nullptr, 0);
    const auto ends = std::chrono::steady_clock::now() + kPatience;
    const auto gone = [&] {
        std::error_code ignored;
        const auto exe = std::filesystem::read_symlink("/proc/" + std::to_string(orphan) + "/exe", ignored);
        return exe.empty();  // Gone, or a zombie until its new parent reaps it.
    };
    while (!gone() && std::chrono::steady_clock::now() < ends) (void)::usleep(1000);
    EXPECT_TRUE(gone());
    closeDescriptor(report[0]);
}

}  // namespace
}  // namespace ukey::process
