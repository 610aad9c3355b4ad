// No PIN is left behind: every process of a real bridge is searched through after a login, a change and an
// unlock.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "tests/daemon/support/account.hpp"
#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/eventually.hpp"
#include "tests/daemon/support/secret_search.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/daemon/ukeyd/soft_token.hpp"
#include "tests/daemon/unlock/ra.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

constexpr auto kFirstPin = "274859";
constexpr auto kSecondPin = "936170485";
constexpr auto kThirdPin = "Xk7-pq19";
constexpr auto kAdminPin = "Rv4!zt62Qm";
/// Six of one length and one beginning, so that one search finds each.
constexpr auto kWrongPin = "5072913846";

class Secrets : public testing::Test {
  protected:
    void SetUp() override {
#ifdef UKEY_SANITIZED
        GTEST_SKIP()
            << "the memory of the sanitizers is too large to search, and they need a dumpable process";
#endif
        if (::geteuid() != 0) GTEST_SKIP() << "reading another process needs root";
        softtoken::TokenSpec spec;
        spec.serial = "MINTED1";
        spec.adminPin = kAdminPin;
        daemon_.emplace(json{{"logLevel", "trace"}});
        // A token that is being made knows its PINs as text. That is the factory's, not the bridge's.
        daemon_->stop();
        softtoken::createToken(spec);
        mintSoftToken(daemon_->folder(), kFirstPin);
        softtoken::plug(spec.serial);
        daemon_->start();
        client_.emplace(daemon_->port());
        client_->hello();
        token_ = waitForToken(*client_);
    }

    std::string call(const std::string& method) { return client_->codeOf(method, params()); }
    json params() const { return {{"token", token_}}; }
    /// The host has done it when it answers something else.
    void logOut() {
        EXPECT_EQ(call("pin.logout"), "");
        daemon_->pinentry().add("cancel");
        EXPECT_EQ(call("pin.verify"), "user-cancelled");
    }
    void types(const std::string& pin) { daemon_->pinentry().add("pin " + pin); }

    /// The bridge itself, and then its token hosts, when all dialogs are gone.
    std::vector<pid_t> processes() {
        for (const json& dialog : daemon_->pinentry().dialogs()) {
            waitUntil([&] { return ScriptedPinentry::isGone(dialog); });
        }
        return processesBelow(daemon_->process());
    }

    void expectNowhere(const std::string& secret) {
        const SecretSearch search(secret);
        for (const pid_t process : processes()) EXPECT_EQ(search.inProcess(process), kNothing) << secret;
        EXPECT_EQ(search.inFiles(daemon_->stateDir()), kNothing) << secret;
        EXPECT_EQ(search.inText(daemon_->log(), "log"), kNothing) << secret;
        EXPECT_EQ(search.inText(daemon_->ctl("audit export").second, "audit log"), kNothing) << secret;
    }
    void expectNotInTheBridge(const std::string& secret) {
        EXPECT_EQ(SecretSearch(secret).inProcess(daemon_->process()), kNothing) << secret;
    }

    const std::vector<std::string> kNothing{};
    std::optional<RunningDaemon> daemon_;
    std::optional<Client> client_;
    std::string token_;
};

TEST_F(Secrets, afterALoginAndALogout_noPinIsAnywhere_S21) {
    types(kFirstPin);
    EXPECT_EQ(call("pin.verify"), "");
    EXPECT_EQ(signWith(*client_, token_), "");
    expectNotInTheBridge(kFirstPin);
    logOut();
    ASSERT_GE(processes().size(), 2U) << "the bridge and a token host";
    expectNowhere(kFirstPin);
}

TEST_F(Secrets, afterAWrongPin_itIsNowhere_S21) {
    types(kWrongPin);
    EXPECT_EQ(call("pin.verify"), "pin-incorrect");
    expectNowhere(kWrongPin);
}

TEST_F(Secrets, afterAChange_neitherPinIsAnywhere_S21) {
    types(kFirstPin);
    types(kSecondPin);
    EXPECT_EQ(call("pin.change"), "");
    expectNotInTheBridge(kSecondPin);
    types(kSecondPin);
    EXPECT_EQ(call("pin.verify"), "");
    logOut();
    expectNowhere(kFirstPin);
    expectNowhere(kSecondPin);
}

TEST_F(Secrets, afterALocalUnlock_neitherPinIsAnywhere_S21) {
    std::string outcome;
    for (int i = 0; i < 20 && outcome != "rate-limited"; ++i) {
        types(kWrongPin);
        outcome = call("pin.verify");
    }
    ASSERT_EQ(outcome, "rate-limited") << "the last try is not a page's";
    std::ofstream(daemon_->pinentry().folder() / "answers", std::ios::trunc);
    daemon_->pinentry().add("ok");
    types(kWrongPin);
    types(kThirdPin);
    EXPECT_NE(daemon_->ctl("pin change MINTED1").first, 0);
    ASSERT_EQ(call("pin.verify"), "pin-locked");
    types(kAdminPin);
    types(kThirdPin);
    json unlock = params();
    unlock["method"] = "local";
    EXPECT_EQ(client_->codeOf("pin.unlock", unlock), "");
    expectNotInTheBridge(kAdminPin);
    types(kThirdPin);
    EXPECT_EQ(call("pin.verify"), "");
    logOut();
    expectNowhere(kAdminPin);
    expectNowhere(kThirdPin);
    expectNowhere(kWrongPin);
}

TEST_F(Secrets, afterARemoteUnlock_neitherPinIsAnywhere_S21) {
    json unlock = params();
    unlock["method"] = "remote";
    unlock["response"] =
        sealedAnswer(client_->result("pin.unlock", unlock).at("request").get<std::string>(), kAdminPin);
    types(kThirdPin);
    EXPECT_EQ(client_->codeOf("pin.unlock", unlock), "");
    expectNotInTheBridge(kAdminPin);
    expectNotInTheBridge(kThirdPin);
    types(kThirdPin);
    EXPECT_EQ(call("pin.verify"), "");
    logOut();
    expectNowhere(kAdminPin);
    expectNowhere(kThirdPin);
}

TEST_F(Secrets, afterAnUnlockInTheMakersWay_noPinIsAnywhere_S21) {
    json unlock = params();
    unlock["method"] = "remote";
    unlock["response"] = vendorAnswer(client_->result("pin.unlock", unlock).at("request").get<std::string>(),
                                      kAdminPin, kSecondPin);
    daemon_->pinentry().add("ok");
    types(kSecondPin);
    types(kThirdPin);
    EXPECT_EQ(client_->call("pin.unlock", unlock).at("result"), json::object());
    types(kThirdPin);
    EXPECT_EQ(call("pin.verify"), "");
    logOut();
    for (const char* pin : {kAdminPin, kSecondPin, kThirdPin}) expectNowhere(pin);
}

TEST_F(Secrets, search_findsWhatIsThere_S21) {
    ASSERT_GE(processes().size(), 2U);
    EXPECT_NE(SecretSearch(kPortal).inProcess(processes().at(0)), kNothing);
    EXPECT_NE(SecretSearch("MINTED1").inProcess(processes().at(1)), kNothing);
    EXPECT_NE(SecretSearch("secret").inText(std::string("s\0e\0c\0r\0e\0t\0", 12), "here"), kNothing);
}

TEST_F(Secrets, crash_leavesNoCore_S21) {
    rlimit cores{};
    ASSERT_EQ(::getrlimit(RLIMIT_CORE, &cores), 0);
    cores.rlim_cur = cores.rlim_max;
    ASSERT_EQ(::setrlimit(RLIMIT_CORE, &cores), 0);
    const RunningDaemon daemon;
    int status = 0;
    ASSERT_EQ(::kill(daemon.process(), SIGABRT), 0);
    ASSERT_EQ(::waitpid(daemon.process(), &status, 0), daemon.process());
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_FALSE(WCOREDUMP(status));
}

TEST_F(Secrets, memory_isClosedToOtherProcessesOfTheSameUser_S21) {
    const Account account;
    RunningDaemon daemon(json::object(), &account);
    account.run([&] {
        Client client(daemon.port());
        client.hello();
        return client.codeOf("tokens.list");
    });
    const auto processes = processesBelow(daemon.process());
    ASSERT_GE(processes.size(), 2U) << "the bridge and a token host";
    for (const pid_t process : processes) {
        const std::string memory = "/proc/" + std::to_string(process) + "/mem";
        EXPECT_EQ(account.run([&] {
            const bool opens = ::open(memory.c_str(), O_RDONLY) >= 0;
            const bool attaches = ::ptrace(PTRACE_SEIZE, process, nullptr, nullptr) == 0;
            return std::string(opens || attaches ? "open" : "closed");
        }),
                  "closed");
    }
}

}  // namespace
}  // namespace ukey::test
