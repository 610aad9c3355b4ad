// The bridge calls nobody: every connection that it and its children try is watched through a login
// (security.md 68).
#include <gtest/gtest.h>

#include <fstream>

#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/secret_search.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/daemon/ukeyd/soft_token.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

class Network : public testing::Test {
  protected:
    void SetUp() override {
#ifdef UKEY_SANITIZED
        GTEST_SKIP() << "the sanitizers need what is given up, and cannot be traced";
#endif
    }
    static void logInAndSign(RunningDaemon& daemon) {
        daemon.pinentry().add("pin " + std::string(kMintedPin));
        Client client(daemon.port());
        client.hello();
        const std::string token = waitForToken(client);
        EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "");
        EXPECT_EQ(signWith(client, token), "");
    }
};

/// The lines of a trace that name an address of a network.
std::vector<std::string> linesOf(const std::filesystem::path& trace, const std::string& call) {
    std::ifstream file(trace);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        if (line.find(call + "(") != std::string::npos && line.find("sa_family=AF_INET") != std::string::npos)
            lines.push_back(line);
    }
    return lines;
}

TEST_F(Network, loginAndSignature_connectToNothingBeyondTheComputer_S68) {
    const ScratchFolder folder;
    const std::filesystem::path trace = folder.path() / "trace";
    RunningDaemon daemon(json::object(), nullptr,
                         {"strace", "-D", "-f", "-qq", "-e", "trace=%network", "-o", trace.string()});
    mintSoftToken(daemon.folder());
    logInAndSign(daemon);
    EXPECT_EQ(daemon.stop(), 0);
    const std::vector<std::string> nothing;
    EXPECT_EQ(linesOf(trace, "connect"), nothing);
    EXPECT_EQ(linesOf(trace, "sendto"), nothing);
    EXPECT_EQ(linesOf(trace, "sendmsg"), nothing);
    const auto bound = linesOf(trace, "bind");
    EXPECT_FALSE(bound.empty()) << "the trace shows what there was";
    for (const std::string& line : bound)
        EXPECT_TRUE(line.find("\"127.0.0.1\"") != std::string::npos ||
                    line.find("\"::1\"") != std::string::npos)
            << line;
}

std::string statusField(pid_t process, const std::string& name) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
    }
    return {};
}

TEST_F(Network, everyProcess_hasGivenUpSystemCalls_S42_S68) {
    RunningDaemon daemon;
    mintSoftToken(daemon.folder());
    logInAndSign(daemon);
    const auto processes = processesBelow(daemon.process());
    ASSERT_GE(processes.size(), 2U) << "the bridge and a token host";
    for (const pid_t process : processes) {
        EXPECT_EQ(statusField(process, "Seccomp"), "2") << process;
        EXPECT_EQ(statusField(process, "NoNewPrivs"), "1") << process;
    }
}

}  // namespace
}  // namespace ukey::test
