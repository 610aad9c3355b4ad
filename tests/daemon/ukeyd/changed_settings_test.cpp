// What the administrator changes while the real program runs.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <stdexcept>

#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/eventually.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

class ChangedSettings : public testing::Test {
  protected:
    /// As an editor does it: all at once.
    void change(const std::function<void(json&)>& how) {
        json settings = json::parse(std::ifstream(file()));
        how(settings);
        write(settings.dump());
    }
    void write(const std::string& text) {
        const auto fresh = daemon_.folder() / "fresh.json";
        std::ofstream(fresh) << text;
        std::filesystem::rename(fresh, file());
    }
    void waitForLog(const std::string& words) {
        try {
            waitUntil([&] { return daemon_.log().find(words) != std::string::npos; });
        } catch (const std::runtime_error&) {
            throw std::runtime_error("never said: " + words + "\n" + daemon_.log());
        }
    }
    bool admits(const std::string& origin) {
        return handshakeStatus(daemon_.port(), Handshake{.origin = origin}) == "101";
    }
    std::filesystem::path file() const { return daemon_.folder() / "ukeyd.json"; }

    RunningDaemon daemon_;
};

TEST_F(ChangedSettings, siteThatIsNamedNow_getsInWithoutARestart) {
    ASSERT_FALSE(admits("https://new.example"));
    change([](json& settings) {
        settings["origins"].push_back({{"origin", "https://new.example"}, {"scopes", {"tokens"}}});
    });
    waitForLog("was read again");
    EXPECT_TRUE(admits("https://new.example"));
}

TEST_F(ChangedSettings, pageWhoseScopesWereTakenAway_isSentAway_othersStay) {
    change([](json& settings) {
        settings["origins"].push_back({{"origin", "https://stays.example"}, {"scopes", {"tokens"}}});
    });
    waitForLog("was read again");
    Client stays(daemon_.port(), "https://stays.example");
    stays.hello();
    Client client(daemon_.port());
    client.hello();
    ASSERT_EQ(client.codeOf("tokens.list"), "");
    change([](json& settings) { settings["origins"].at(0)["scopes"] = json::array({"certificates"}); });
    EXPECT_EQ(client.closeCode(), 1001);
    EXPECT_EQ(stays.codeOf("tokens.list"), "");
    Client again(daemon_.port());
    again.hello();
    EXPECT_EQ(again.codeOf("tokens.list"), "scope-denied");
}

TEST_F(ChangedSettings, mistake_isSaidAndChangesNothing) {
    write("{ no JSON");
    waitForLog("stays as it was");
    Client client(daemon_.port());
    client.hello();
    EXPECT_EQ(client.codeOf("tokens.list"), "");
}

}  // namespace
}  // namespace ukey::test
