// Unlocks through ukeyd, its token host and a soft token: locked by wrong tries, unlocked, and what is left
// in memory.
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "ra.hpp"
#include "tests/daemon/enrolment/portal.hpp"
#include "tests/daemon/support/secret_search.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

constexpr const char* kFactoryAdministratorPin = "ukeyadmin1";
constexpr const char* kNewPin = "246813";

class Unlocked : public Portal {
  protected:
    void SetUp() override { page_ = pageWithoutLogin(); }

    void answers(const std::vector<std::string>& all) {
        for (const std::string& answer : all) pinentry_.add(answer);
    }
    std::string verifyWith(const std::string& pin) {
        pinentry_.add("pin " + pin);
        return page_->codeOf("pin.verify", {{"token", tokenOf(*page_)}});
    }
    void lock() {
        for (int i = 0; i < 5; ++i) EXPECT_EQ(verifyWith("999999"), "pin-incorrect");
        EXPECT_EQ(verifyWith("999999"), "rate-limited") << "the last try is not a page's";
        // What was not typed stays in front of the answers.
        std::ofstream(pinentry_.folder() / "answers", std::ios::trunc);
        answers({"ok", "pin 999999", std::string("pin ") + kNewPin});
        (void)ukeyctl("pin change S1");
        EXPECT_EQ(page_->result("tokens.list").at("tokens").at(0).at("state"), "locked");
    }
    json ask() { return {{"token", tokenOf(*page_)}, {"method", "remote"}}; }
    std::string request() { return page_->result("pin.unlock", ask()).at("request"); }
    json params(const std::string& response) {
        json all = ask();
        all["response"] = response;
        return all;
    }
    json finish(const std::string& response) { return page_->call("pin.unlock", params(response)); }
    static std::string codeOf(const json& answer) {
        return answer.contains("error") ? answer.at("error").at("data").at("code").get<std::string>() : "";
    }
    /// The bridge comes first, then its only host.
    pid_t host() const { return processesBelow(daemon()).at(1); }
    void waitForDialog(std::size_t count) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (pinentry_.dialogs().size() < count && std::chrono::steady_clock::now() < until)
            (void)page_->result("tokens.list");
    }

    std::unique_ptr<Client> page_;
};

TEST_F(Unlocked, tokenLockedByWrongTries_isUnlockedByTheRaAndTheOldPinIsDead) {
    lock();
    const std::string response = sealedAnswer(request(), kFactoryAdministratorPin);
    answers({"pin 111111", "pin 555555", "pin 345678", std::string("pin ") + kNewPin});
    EXPECT_EQ(finish(response).at("result"), json::object());
    const json dialog = pinentry_.dialogs().back();
    EXPECT_EQ(dialog.at("label"), "New PIN:");
    for (const char* part : {kPortal, "S1", "Unlock"})
        EXPECT_NE(dialog.at("text").get<std::string>().find(part), std::string::npos) << part;
    EXPECT_EQ(codeOf(finish(response)), "unlock-not-found") << "once";
    EXPECT_EQ(page_->result("tokens.list").at("tokens").at(0).at("pin").at("state"), "ok");
    EXPECT_EQ(verifyWith("111111"), "pin-incorrect");
    EXPECT_EQ(verifyWith(kNewPin), "");
}

TEST_F(Unlocked, makersWay_setsATemporaryPinThatIsChangedAtOnce) {
    lock();
    const std::string asked = request();
    EXPECT_EQ(requestIn(asked).challenge.size(), 72U);
    answers({"ok", "pin 135792", std::string("pin ") + kNewPin});
    const std::string response = vendorAnswer(asked, kFactoryAdministratorPin, "135792");
    EXPECT_EQ(finish(response).at("result"), json::object());
    const auto dialogs = pinentry_.dialogs();
    EXPECT_EQ(dialogs.at(dialogs.size() - 3).at("kind"), "confirm");
    EXPECT_NE(dialogs.back().at("text").get<std::string>().find("temporary PIN"), std::string::npos);
    EXPECT_EQ(codeOf(finish(response)), "unlock-not-found");
    EXPECT_EQ(verifyWith("135792"), "pin-incorrect");
    EXPECT_EQ(verifyWith(kNewPin), "");
}

TEST_F(Unlocked, makersWayNotConfirmed_leavesTheTokenLockedAndTheAnswerGood_S15) {
    lock();
    const std::string response = vendorAnswer(request(), kFactoryAdministratorPin, "135792");
    pinentry_.add("cancel");
    EXPECT_EQ(codeOf(finish(response)), "user-cancelled");
    EXPECT_EQ(page_->result("tokens.list").at("tokens").at(0).at("state"), "locked");
    answers({"ok", "cancel"});
    EXPECT_EQ(finish(response).at("result"), json({{"temporaryPin", true}}));
    answers({"pin 135792", std::string("pin ") + kNewPin});
    EXPECT_EQ(verifyWith(kNewPin), "") << "the next login begins with the change";
}

TEST_F(Unlocked, wrongAdministratorPinOfTheRa_costsOneOfItsTriesAndSaysSo_S18) {
    for (const bool vendors : {false, true}) {
        const std::string asked = request();
        const std::string response =
            vendors ? vendorAnswer(asked, "wrong-so-1", "135792") : sealedAnswer(asked, "wrong-so-1");
        pinentry_.add(vendors ? "ok" : std::string("pin ") + kNewPin);
        const json error = finish(response).at("error");
        EXPECT_EQ(error.at("data").at("code"), "pin-incorrect");
        EXPECT_EQ(error.at("data").at("pin"), "administrator");
        EXPECT_EQ(error.at("data").at("triesLeft"), vendors ? 4 : 5);
        EXPECT_EQ(codeOf(finish(response)), "unlock-not-found");
    }
    EXPECT_EQ(page_->result("tokens.list").at("tokens").at(0).at("pin").at("state"), "default")
        << "the user's PIN is as it was";
}

TEST_F(Unlocked, localWay_takesTheAdministratorPinFromTheDialog) {
    lock();
    answers({"pin wrong-so-1", std::string("pin ") + kNewPin});
    const json error =
        page_->call("pin.unlock", {{"token", tokenOf(*page_)}, {"method", "local"}}).at("error");
    EXPECT_EQ(error.at("data").at("code"), "pin-incorrect");
    EXPECT_EQ(error.at("data").at("pin"), "administrator");
    EXPECT_EQ(error.at("data").at("triesLeft"), 5);
    answers({std::string("pin ") + kFactoryAdministratorPin, std::string("pin ") + kNewPin});
    page_->result("pin.unlock", {{"token", tokenOf(*page_)}, {"method", "local"}});
    EXPECT_EQ(verifyWith(kNewPin), "");
}

TEST_F(Unlocked, ukeyctl_unlocksAndChangesAPinWithoutTheDaemonsHelp) {
    lock();
    answers({std::string("pin ") + kFactoryAdministratorPin, std::string("pin ") + kNewPin});
    EXPECT_NE(ukeyctl("unlock S1").find("S1 is unlocked"), std::string::npos);
    EXPECT_NE(pinentry_.dialogs().back().at("text").get<std::string>().find("Program: ukeyctl"),
              std::string::npos);
    EXPECT_EQ(verifyWith(kNewPin), "");
    answers({std::string("pin ") + kNewPin, "pin 975310"});
    EXPECT_NE(ukeyctl("pin change S1").find("is changed"), std::string::npos);
    EXPECT_EQ(verifyWith("975310"), "");
    answers({"pin wrong-so-1", std::string("pin ") + kNewPin});
    EXPECT_NE(ukeyctl("unlock S1").find("[pin-incorrect]"), std::string::npos);
    EXPECT_NE(ukeyctl("unlock S9").find("[token-not-found]"), std::string::npos);
}

TEST_F(Unlocked, requestsAndOutcomes_areRowsOfTheAuditLog_S69) {
    const std::string response = sealedAnswer(request(), kFactoryAdministratorPin);
    answers({"cancel", std::string("pin ") + kNewPin});
    EXPECT_EQ(codeOf(finish(response)), "user-cancelled");
    EXPECT_EQ(codeOf(finish(response)), "");
    EXPECT_EQ(codeOf(finish(response)), "unlock-not-found");
    std::vector<json> rows;
    for (unsigned round = 0; round < 1000 && rows.size() < 4; ++round) {
        rows.clear();
        std::istringstream lines(ukeyctl("audit export"));
        for (std::string line; std::getline(lines, line);) {
            const json row = json::parse(line, nullptr, false);
            if (row.is_object() && row.value("operation", "").starts_with("pin.unlock")) rows.push_back(row);
        }
    }
    ASSERT_EQ(rows.size(), 4U);
    const std::vector<std::pair<std::string, std::string>> expected{
        {"pin.unlock request", "ok"},
        {"pin.unlock response", "user-cancelled"},
        {"pin.unlock response", "ok"},
        {"pin.unlock response", "unlock-not-found"}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].at("operation"), expected[i].first);
        EXPECT_EQ(rows[i].at("outcome"), expected[i].second);
        EXPECT_EQ(rows[i].at("token"), "S1");
    }
    EXPECT_EQ(rows[0].at("digest"), rows[2].at("digest")) << "the response is that of the request";
}

/// Not in this program's text either, so that nothing but the RA's answer can bring it there.
std::string secretPin() {
    std::string pin = "6284-os-7391";
    std::reverse(pin.begin(), pin.end());
    return pin;
}

class Traces : public Unlocked {
  protected:
    void SetUp() override {
#ifdef UKEY_SANITIZED
        GTEST_SKIP() << "the memory of the sanitizers is too large to search";
#endif
        if (::geteuid() != 0) GTEST_SKIP() << "reading another process needs root";
        // Made anew with this PIN, and used once, so that the factory's file does not hold it any more.
        softtoken::remove("S1");
        softtoken::TokenSpec spec;
        spec.serial = "S1";
        spec.adminPin = secretPin();
        softtoken::createToken(spec);
        softtoken::plug("S1");
        Unlocked::SetUp();
        (void)tokenOf(*page_);
        killDaemon();
        startDaemon();
        Unlocked::SetUp();
    }
    static bool isInMemory(pid_t process, const std::string& text) {
        return !SecretSearch(text).inProcess(process).empty();
    }
    bool isInFiles(const std::string& text) {
        const SecretSearch search(text);
        return !search.inFiles(folder_.path() / "state").empty() ||
               !search.inFiles(folder_.path() / "tokens").empty();
    }
};

TEST_F(Traces, remoteUnlock_leavesNoPinInAnyProcessOrFile_S21) {
    lock();
    const std::string response = sealedAnswer(request(), secretPin());
    pinentry_.add(std::string("pin ") + kNewPin);
    EXPECT_EQ(codeOf(finish(response)), "");
    for (const std::string& pin : {secretPin(), std::string(kNewPin)}) {
        for (const pid_t process : {daemon(), host()}) EXPECT_FALSE(isInMemory(process, pin)) << process;
        EXPECT_FALSE(isInFiles(pin));
    }
    EXPECT_TRUE(isInMemory(daemon(), kPortal)) << "the search finds what is there";
}

TEST_F(Traces, hostKilledDuringTheDialog_isAClearErrorAndTheAnswerStaysGood_S21) {
    const std::string response = sealedAnswer(request(), secretPin());
    pinentry_.add("hang");
    const std::size_t before = pinentry_.dialogs().size();
    Client second(page_->socket().remote_endpoint().port());
    second.hello();
    const int call = second.start("pin.unlock", params(response));
    waitForDialog(before + 1);
    EXPECT_FALSE(isInMemory(daemon(), secretPin())) << "wiped as soon as it was handed on";
    EXPECT_TRUE(isInMemory(host(), secretPin())) << "needed until the new PIN is chosen";
    ::kill(host(), SIGKILL);
    EXPECT_EQ(codeOf(second.finish(call)), "driver-crashed");
    EXPECT_FALSE(isInMemory(daemon(), secretPin()));
    pinentry_.add(std::string("pin ") + kNewPin);
    EXPECT_EQ(codeOf(finish(response)), "") << "nothing was tried";
    EXPECT_FALSE(isInMemory(daemon(), secretPin()));
    EXPECT_FALSE(isInMemory(host(), secretPin()));
}

}  // namespace
}  // namespace ukey::test
