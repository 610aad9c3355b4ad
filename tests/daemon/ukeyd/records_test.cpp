// Grants, PINs and the audit log of the real program, and what ukeyctl says of them.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "daemon/audit/audit_log.hpp"
#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/eventually.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/daemon/ukeyd/soft_token.hpp"
#include "tokenlib/softtoken/admin.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

std::string plugSoftToken() {
    softtoken::TokenSpec spec;
    spec.serial = "SOFT1";
    softtoken::createToken(spec);
    softtoken::plug(spec.serial);
    return spec.serial;
}

std::vector<json> exported(const RunningDaemon& daemon) {
    std::istringstream lines(daemon.ctl("audit export").second);
    std::vector<json> rows;
    for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
    return rows;
}

TEST(RealRecords, loginAndRefusals_areListedExportedAndVerified_S69) {
    RunningDaemon daemon;
    EXPECT_EQ(daemon.ctl("audit list"), (std::pair{1, std::string()}));
    plugSoftToken();
    daemon.pinentry().add("pin 999999");
    daemon.pinentry().add("pin 111111");
    {
        Client client(daemon.port());
        client.hello();
        const std::string token = waitForToken(client);
        EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "pin-incorrect");
        EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "");
    }
    EXPECT_EQ(handshakeStatus(daemon.port(), {.origin = "https://evil.example"}), "403");
    EXPECT_EQ(daemon.stop(), 0);

    const std::vector<json> rows = exported(daemon);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].at("outcome"), "pin-incorrect");
    EXPECT_EQ(rows[0].at("token"), "SOFT1");
    EXPECT_EQ(rows[1].at("operation"), "pin.verify");
    EXPECT_EQ(rows[1].at("outcome"), "ok");
    EXPECT_EQ(rows[1].at("origin"), "https://portal.example");
    EXPECT_EQ(rows[2].at("operation"), "connect");
    EXPECT_EQ(rows[2].at("origin"), "https://evil.example");
    EXPECT_NE(daemon.ctl("audit list --last 1").second.find("origin-denied"), std::string::npos);
    EXPECT_EQ(daemon.ctl("audit verify"), (std::pair{0, std::string("The audit log is intact: 3 rows.\n")}));

    sqlite::Database(audit::AuditLog::fileIn(daemon.stateDir()), 1000)
        .execute("UPDATE entries SET outcome = 'ok' WHERE number = 1");
    const auto [code, text] = daemon.ctl("audit verify");
    EXPECT_EQ(code, 1);
    EXPECT_NE(text.find("from row 1"), std::string::npos);
}

TEST(RealRecords, grantOfTheUser_isListedSurvivesARestartAndIsRevoked_S66) {
    RunningDaemon daemon(json{{"unknownOrigins", "ask"}});
    daemon.pinentry().add("ok");
    {
        Client client(daemon.port(), kNew);
        EXPECT_EQ(client.hello().at("grants"), json::array());
        EXPECT_EQ(client.codeOf("tokens.list"), "scope-denied");
        EXPECT_EQ(client.result("bridge.requestAccess", {{"scopes", {"tokens", "sign"}}}).at("grants"),
                  (json{"tokens", "sign"}));
    }
    const auto dialogs = daemon.pinentry().dialogs();
    ASSERT_EQ(dialogs.size(), 1U);
    EXPECT_NE(dialogs[0].at("text").get<std::string>().find(kNew), std::string::npos);
    EXPECT_EQ(daemon.stop(), 0);
    daemon.start();
    Client client(daemon.port(), kNew);
    EXPECT_EQ(client.hello().at("grants"), (json{"tokens", "sign"}));
    // Whoever has put a row there meanwhile is seen.
    waitUntil([&] {
        return daemon.ctl("audit export").second.find("grant-found tokens sign") != std::string::npos;
    });
    const std::string listed = daemon.ctl("origins list").second;
    EXPECT_NE(listed.find("policy  https://portal.example"), std::string::npos);
    EXPECT_NE(listed.find("user    https://new.example  tokens,sign  since 20"), std::string::npos);
    EXPECT_EQ(client.codeOf("tokens.list"), "");
    EXPECT_EQ(daemon.ctl("origins revoke https://new.example --scope sign").first, 0);
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", "t"}}), "scope-denied");
    EXPECT_EQ(client.codeOf("tokens.list"), "");
    EXPECT_EQ(daemon.ctl("origins revoke https://new.example").first, 0);
    EXPECT_EQ(client.codeOf("tokens.list"), "scope-denied");
}

TEST(RealRecords, refusedQuestion_grantsNothing_S66) {
    RunningDaemon daemon(json{{"unknownOrigins", "ask"}});
    daemon.pinentry().add("cancel");
    Client client(daemon.port(), kNew);
    client.hello();
    EXPECT_EQ(client.codeOf("bridge.requestAccess", {{"scopes", {"tokens"}}}), "user-cancelled");
    EXPECT_EQ(client.codeOf("tokens.list"), "scope-denied");
    EXPECT_EQ(daemon.ctl("origins list").second.find(kNew), std::string::npos);
}

TEST(RealRecords, initialPin_isChangedBeforeItsFirstUseWherePolicySaysSo_S18) {
    RunningDaemon daemon(json{{"defaultPin", "change"}});
    plugSoftToken();
    for (const char* answer : {"pin 123456", "pin 246813"}) daemon.pinentry().add(answer);
    Client client(daemon.port());
    client.hello();
    const std::string token = waitForToken(client);
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "");
    const auto dialogs = daemon.pinentry().dialogs();
    ASSERT_EQ(dialogs.size(), 2U)
        << "a new one that is too easy, and another; neither the old one nor a login";
    const std::string text = dialogs[0].at("text");
    EXPECT_NE(text.find("the initial PIN must be changed"), std::string::npos) << text;
    EXPECT_NE(text.find("111111"), std::string::npos) << text;
    EXPECT_NE(text.find("This allows the site"), std::string::npos) << text;
    EXPECT_NE(client.result("tokens.list").at("tokens").at(0).at("pin").at("state"), "default");
    daemon.pinentry().add("pin 246813");
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "");
    EXPECT_EQ(daemon.pinentry().dialogs().size(), 3U) << "changed once, not each time";
    EXPECT_EQ(daemon.stop(), 0);
    const std::vector<json> rows = exported(daemon);
    ASSERT_EQ(rows.size(), 3U) << "the change has a row of its own";
    EXPECT_EQ(rows[0].at("operation"), "pin.change");
    EXPECT_EQ(rows[0].at("outcome"), "ok");
    EXPECT_EQ(rows[0].at("token"), "SOFT1");
    EXPECT_EQ(rows[1].at("operation"), "pin.verify");
}

TEST(RealRecords, initialPin_isChangedFirstWhereThePageAsksForIt_S18) {
    RunningDaemon daemon;
    plugSoftToken();
    daemon.pinentry().add("pin 246813");
    Client client(daemon.port());
    client.hello();
    const json params{{"token", waitForToken(client)}, {"changeInitial", true}};
    EXPECT_EQ(client.codeOf("pin.verify", params), "");
    EXPECT_EQ(daemon.pinentry().dialogs().at(0).at("label"), "New PIN:");
    daemon.pinentry().add("pin 246813");
    EXPECT_EQ(client.codeOf("pin.verify", params), "");
    EXPECT_EQ(daemon.pinentry().dialogs().at(1).at("label"), "PIN:") << "there is nothing to change any more";
    EXPECT_EQ(daemon.pinentry().dialogs().size(), 2U);
}

TEST(RealRecords, initialPinOfTheAdministrator_goesOverTheTables_S18) {
    const json driver{
        {"name", "soft"}, {"kind", "skf"}, {"library", softTokenLibrary()}, {"initialPin", "20240815"}};
    RunningDaemon daemon(json{{"defaultPin", "change"}, {"drivers", {driver}}});
    plugSoftToken();
    for (const char* answer : {"pin 111111", "pin 246813"}) daemon.pinentry().add(answer);
    Client client(daemon.port());
    client.hello();
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", waitForToken(client)}}), "");
    const auto dialogs = daemon.pinentry().dialogs();
    ASSERT_EQ(dialogs.size(), 2U);
    EXPECT_NE(dialogs[0].at("error").get<std::string>().find("20240815"), std::string::npos) << dialogs[0];
}

TEST(RealRecords, initialPinWithFewTriesLeft_isStillChangedFirst_S18) {
    RunningDaemon daemon;
    plugSoftToken();
    {
        Client client(daemon.port());
        client.hello();
        const std::string token = waitForToken(client);
        for (int i = 0; i < 4; ++i) {
            daemon.pinentry().add("pin 999999");
            EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "pin-incorrect");
        }
    }
    EXPECT_EQ(daemon.stop(), 0);
    daemon.reconfigure({{"defaultPin", "change"}});
    daemon.start();
    Client client(daemon.port());
    client.hello();
    const std::string token = waitForToken(client);
    EXPECT_EQ(client.result("tokens.list").at("tokens").at(0).at("pin").at("state"), "default");
    for (const char* answer : {"pin 111111", "pin 246813"}) daemon.pinentry().add(answer);
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "");
    const auto dialogs = daemon.pinentry().dialogs();
    ASSERT_EQ(dialogs.size(), 6U) << "the old one, for no try is spent unasked, and the new one";
    EXPECT_NE(dialogs[4].at("text").get<std::string>().find("set by the factory, 111111"), std::string::npos);
}

TEST(RealRecords, cancelledChangeOfTheInitialPin_logsNobodyIn) {
    RunningDaemon daemon(json{{"defaultPin", "change"}});
    plugSoftToken();
    daemon.pinentry().add("cancel");
    Client client(daemon.port());
    client.hello();
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", waitForToken(client)}}), "user-cancelled");
    EXPECT_EQ(daemon.pinentry().dialogs().size(), 1U);
    EXPECT_EQ(daemon.stop(), 0);
    const std::vector<json> rows = exported(daemon);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].at("operation"), "pin.change");
    EXPECT_EQ(rows[0].at("outcome"), "user-cancelled");
}

TEST(RealRecords, wrongPinsOfAPage_areCappedByTheHour_S18) {
    RunningDaemon daemon(json{{"limits", {{"wrongPinsPerHour", 2}}}});
    plugSoftToken();
    for (int i = 0; i < 3; ++i) daemon.pinentry().add("pin 999999");
    Client client(daemon.port());
    client.hello();
    const std::string token = waitForToken(client);
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "pin-incorrect");
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "pin-incorrect");
    EXPECT_EQ(client.codeOf("pin.verify", {{"token", token}}), "rate-limited");
    EXPECT_EQ(daemon.pinentry().dialogs().size(), 2U);
}

}  // namespace
}  // namespace ukey::test
