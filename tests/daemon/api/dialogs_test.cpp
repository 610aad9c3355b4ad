// dialog.changed: the page whose call it is hears where the user finds the window.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tokenlib/base/messages.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

class OverlookedDialog : public testing::Test {
  protected:
    static config::Config asking() {
        config::Config configuration = BridgeUnderTest::usualConfig();
        configuration.unknownOrigins = policy::UnknownOrigins::ask;
        return configuration;
    }
    static std::string tokenOf(Client& page) {
        return page.result("tokens.list").at("tokens").at(0).at("id");
    }
    static void expectInSight(Client& page) {
        const json told = page.notification();
        EXPECT_EQ(told.at("method"), "dialog.changed");
        EXPECT_EQ(told.at("params"), (json{{"overlooked", false}}));
    }
    static void expectOverlooked(Client& page, Language language) {
        const json told = page.notification();
        EXPECT_EQ(told.at("method"), "dialog.changed");
        EXPECT_EQ(told.at("params"),
                  (json{{"overlooked", true}, {"text", message(language, "dialog.overlooked")}}));
    }
    int startPin(Client& page) {
        bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
        const int id = page.start("pin.verify", {{"token", tokenOf(page)}});
        bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
        return id;
    }
    void overlook(bool isOverlooked) {
        bridge_.inLoop([&] { bridge_.hosts().overlookDialogs(isOverlooked); });
    }

    BridgeUnderTest bridge_{asking()};
};

TEST_F(OverlookedDialog, pinsWindow_isToldToThePageThatAskedAloneInItsLanguage_S35) {
    bridge_.plug("SN1");
    Client page(bridge_.port());
    Client sibling(bridge_.port());
    page.hello({{"client", {{"name", "test"}, {"version", "1"}}}, {"locale", "zh-CN"}});
    sibling.hello();
    const int id = startPin(page);
    overlook(true);
    expectOverlooked(page, Language::chinese);
    overlook(false);
    expectInSight(page);
    bridge_.inLoop([&] { bridge_.hosts().release("verify-pin"); });
    EXPECT_TRUE(page.finish(id).contains("result"));
    (void)sibling.result("tokens.list");
    EXPECT_EQ(sibling.notificationsSeen(), 0U);
    EXPECT_EQ(page.notificationsSeen(), 0U);
}

TEST_F(OverlookedDialog, windowThatClosesOverlooked_isToldBeforeTheAnswer) {
    bridge_.plug("SN1");
    Client page(bridge_.port());
    page.hello();
    const int id = startPin(page);
    overlook(true);
    expectOverlooked(page, Language::english);
    bridge_.inLoop([&] {
        bridge_.hosts().answerPin(Error(ErrorCode::promptTimeout, "nobody came"));
        bridge_.hosts().release("verify-pin");
    });
    expectInSight(page);
    EXPECT_EQ(page.finish(id).at("error").at("data").at("code"), "prompt-timeout");
}

TEST_F(OverlookedDialog, pageThatLeaves_isNotWaitedFor) {
    bridge_.plug("SN1");
    {
        Client page(bridge_.port());
        page.hello();
        (void)startPin(page);
        overlook(true);
        page.drop();
    }
    bridge_.waitUntil([&] { return bridge_.hosts().cancelled() == 1; });
    Client next(bridge_.port());
    next.hello();
    EXPECT_EQ(next.notificationsSeen(), 0U);
}

TEST_F(OverlookedDialog, questionOfTheBridgeItself_isToldToo) {
    bridge_.inLoop([&] { bridge_.consent().hold = true; });
    Client page(bridge_.port(), "https://new.example");
    page.hello();
    const int id = page.start("bridge.requestAccess", {{"scopes", json::array({"tokens"})}});
    bridge_.waitUntil([&] { return bridge_.consent().open == 1; });
    bridge_.inLoop([&] { bridge_.consent().dialogs.back().onOverlooked(true); });
    expectOverlooked(page, Language::english);
    (void)page.start("bridge.cancel", {{"request", id}});
    expectInSight(page);
    EXPECT_EQ(page.finish(id).at("error").at("data").at("code"), "user-cancelled");
    bridge_.inLoop([&] { bridge_.consent().dialogs.back().onOverlooked(true); });
    (void)page.call("tokens.list");
    EXPECT_EQ(page.notificationsSeen(), 0U) << "told of a dialog that is no more";
}

}  // namespace
}  // namespace ukey::test
