// enrolment.* as a page sees it.
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "portal.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

class Enrolment : public Portal {
  protected:
    /// As answerTo, for the renewal of kept keys; of somebody else, so that the user is asked in the middle.
    json answerOfAnotherHolder(const json& begun) {
        json answer = answerTo(begun, "keep");
        pki::test::CertificateSpec spec;
        spec.subject = {{"C", "CN"}, {"CN", "Somebody Else"}};
        const auto key =
            pki::Certificate::fromPem(answer.at("signCertificate").get<std::string>()).publicKey();
        answer["signCertificate"] = issuer_.signCertificate(key.value(), spec);
        return answer;
    }
    /// Until there are more dialogs than so many.
    void waitForDialog(Client& beside, std::size_t before) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (pinentry_.dialogs().size() == before && std::chrono::steady_clock::now() < until)
            (void)beside.result("enrolment.list");
    }
};

std::vector<json> progressOf(Client& page) {
    std::vector<json> all;
    while (page.notificationsSeen() > 0) {
        const json message = page.notification();
        if (message.at("method") == "progress") all.push_back(message.at("params"));
    }
    return all;
}

TEST_F(Enrolment, firstCertificate_isIssuedInStepsAndSigns) {
    const auto client = page();
    const json begun = client->result("enrolment.begin", beginParams(*client, "issue"));
    EXPECT_FALSE(begun.contains("proof"));
    EXPECT_EQ(begun.at("token").at("serial"), "S1");
    EXPECT_EQ(progressOf(*client).size(), 2U);

    const json pending = client->result("enrolment.list").at("enrolments");
    ASSERT_EQ(pending.size(), 1U);
    EXPECT_EQ(pending.at(0).at("id"), begun.at("enrolment"));
    EXPECT_EQ(pending.at(0).at("state"), "waiting");
    EXPECT_EQ(pending.at(0).at("csr"), begun.at("csr"));
    EXPECT_EQ(pending.at(0).at("reference"), "20261124-7");
    EXPECT_EQ(pending.at(0).at("token"), tokenOf(*client));

    const json written = client->result("enrolment.complete", answerTo(begun)).at("certificates");
    EXPECT_EQ(written.size(), 2U);
    const auto progress = progressOf(*client);
    ASSERT_EQ(progress.size(), 5U);
    for (std::size_t i = 0; i < progress.size(); ++i) {
        EXPECT_EQ(progress[i].at("operation"), begun.at("enrolment"));
        EXPECT_EQ(progress[i].at("step"), i + 1);
        EXPECT_EQ(progress[i].at("steps"), 5);
    }
    EXPECT_EQ(certificates(*client), written);
    EXPECT_EQ(signingFault(*client), "");
    EXPECT_TRUE(client->result("enrolment.list").at("enrolments").empty());
}

TEST_F(Enrolment, answerHandedInAgain_getsTheSameCertificatesAlsoAfterARestart) {
    auto client = page();
    const json begun = client->result("enrolment.begin", beginParams(*client, "issue"));
    const json answer = answerTo(begun);
    const json written = client->result("enrolment.complete", answer);
    EXPECT_EQ(client->result("enrolment.complete", answer), written);
    stopDaemon();
    startDaemon();
    client = pageWithoutLogin();
    EXPECT_EQ(client->result("enrolment.complete", answer), written)
        << "nothing is done, so no PIN is needed";
    json another = answer;
    another["chain"] = json::array();
    EXPECT_EQ(client->codeOf("enrolment.complete", another), "enrolment-not-found");
    const auto other = pageWithoutLogin("https://other.example");
    EXPECT_EQ(other->codeOf("enrolment.complete", answer), "enrolment-not-found");
}

TEST_F(Enrolment, renewalWithNewKeys_showsTheOldEncryptionCertificateAsHistory) {
    const auto client = page();
    enrol(*client, "issue");
    const json before = certificates(*client);
    const json begun = client->result("enrolment.begin", beginParams(*client, "renew"));
    EXPECT_TRUE(begun.contains("proof"));
    // Not before it counts.
    EXPECT_EQ(certificates(*client), before);
    client->result("enrolment.complete", answerTo(begun));
    const json after = certificates(*client);
    EXPECT_EQ(after.size(), 3U);
    unsigned history = 0;
    for (const json& certificate : after) {
        if (!certificate.contains("history")) continue;
        ++history;
        EXPECT_EQ(certificate.at("usage"), "encrypt");
    }
    EXPECT_EQ(history, 1U);
    EXPECT_EQ(signingFault(*client), "");
}

/// The encryption certificate that is not history, as PEM.
std::string encryptionCertificate(const json& certificates) {
    for (const json& certificate : certificates) {
        if (certificate.at("usage") == "encrypt" && !certificate.contains("history"))
            return certificate.at("pem");
    }
    throw std::runtime_error("no encryption certificate");
}

TEST_F(Enrolment, bidSealedBeforeRenewalsWithNewKeys_isOpenedAfterThem) {
    auto client = page();
    enrol(*client, "issue");
    const std::string bid = toBase64Url(Bytes(5000, 0x42));
    std::vector<std::string> sealed;
    for (const bool renew : {false, true, true}) {
        if (renew) enrol(*client, "renew");
        const std::string pem = encryptionCertificate(certificates(*client));
        const json how{{"layers", {{pem}}}, {"data", bid}};
        sealed.push_back(client->result("envelope.seal", how).at("envelope"));
    }
    stopDaemon();
    startDaemon();
    client = page();
    std::set<std::string> openers;
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        const json opened = client->result("envelope.open", {{"envelope", sealed[i]}});
        EXPECT_EQ(opened.at("data"), bid) << "sealed after renewal " << i;
        const json seen =
            client->result("envelope.inspect", {{"envelope", sealed[i]}}).at("recipients").at(0);
        EXPECT_EQ(seen.at("certificate"), opened.at("certificate"));
        EXPECT_EQ(seen.contains("history"), i + 1 < sealed.size()) << "the last is the current one";
        openers.insert(opened.at("certificate").get<std::string>());
    }
    EXPECT_EQ(openers.size(), sealed.size());
}

TEST_F(Enrolment, pageThatWasReloaded_findsTheRequestWithItsProof) {
    auto client = page();
    enrol(*client, "issue");
    const json begun = client->result("enrolment.begin", beginParams(*client, "renew"));
    client->close();
    client = page();
    const json pending = client->result("enrolment.list").at("enrolments");
    ASSERT_EQ(pending.size(), 1U);
    EXPECT_EQ(pending.at(0).at("csr"), begun.at("csr"));
    EXPECT_EQ(pending.at(0).at("proof"), begun.at("proof"));
    client->result("enrolment.complete", answerTo(begun));
    EXPECT_EQ(signingFault(*client), "");
}

TEST_F(Enrolment, renewalWithKeptKeys_replacesTheCertificates) {
    const auto client = page();
    enrol(*client, "issue");
    const json before = certificates(*client);
    enrol(*client, "renew", "keep");
    const json after = certificates(*client);
    EXPECT_EQ(after.size(), 2U);
    EXPECT_NE(after, before);
    EXPECT_EQ(signingFault(*client), "");
}

TEST_F(Enrolment, dialog_saysSiteOrderTokenAndConsequences_S11) {
    const auto client = page();
    enrol(*client, "issue");
    client->result("enrolment.begin", beginParams(*client, "renew"));
    const json dialog = pinentry_.dialogs().back();
    EXPECT_EQ(dialog.at("kind"), "confirm");
    const std::string text = dialog.at("text");
    for (const char* part :
         {kPortal, "20261124-7", "S1", "Renew the certificate", "old encryption key stays"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;
}

TEST_F(Enrolment, keptKeysForAnotherHolder_areShownAndAskedAbout_S11) {
    const auto client = page();
    enrol(*client, "issue");
    const json begun = client->result("enrolment.begin", beginParams(*client, "renew", "keep"));
    const json answer = answerOfAnotherHolder(begun);
    const std::string before = enrolment::test::contentsOf(tokenFolder());
    pinentry_.add("cancel");
    EXPECT_EQ(client->codeOf("enrolment.complete", answer), "user-cancelled");
    EXPECT_TRUE(enrolment::test::contentsOf(tokenFolder()) == before);
    const std::string text = pinentry_.dialogs().back().at("text");
    for (const char* part :
         {kPortal, "Holder so far: 张三, 测试单位", "New holder: Somebody Else", " (unchanged)"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;
    EXPECT_EQ(text.find("New issuer"), std::string::npos) << "two equal lines look like a change: " << text;
    client->result("enrolment.complete", answer);
    EXPECT_EQ(certificates(*client).at(0).at("subjectText"), "Somebody Else");
}

TEST_F(Enrolment, renewalThatKeepsTheKey_stillOpensWhatWasSealedBefore) {
    const auto client = page();
    enrol(*client, "issue");
    const auto encryption = [&] {
        return client->result("certificates.list", {{"usage", "encrypt"}}).at("certificates").at(0);
    };
    const json before = encryption();
    const json envelope = client
                              ->result("envelope.seal", {{"layers", {{before.at("pem")}}},
                                                         {"data", toBase64Url(asBytes("a bid"))}})
                              .at("envelope");
    for (int renewal = 0; renewal < 2; ++renewal) {
        const json begun = client->result("enrolment.begin", beginParams(*client, "renew", "keep"));
        client->result("enrolment.complete", answerTo(begun, "keep"));
        if (renewal == 1) {
            stopDaemon();
            startDaemon();
        }
        const auto later = renewal == 1 ? page() : nullptr;
        Client& asking = later ? *later : *client;
        const json seen = asking.result("envelope.inspect", {{"envelope", envelope}}).at("recipients").at(0);
        EXPECT_NE(seen.at("serialNumber"), asking.result("certificates.list", {{"usage", "encrypt"}})
                                               .at("certificates")
                                               .at(0)
                                               .at("serialNumber"));
        EXPECT_TRUE(seen.contains("token"));
        EXPECT_EQ(seen.value("history", false), true);
        const json opened = asking.result("envelope.open", {{"envelope", envelope}});
        EXPECT_EQ(opened.at("data"), toBase64Url(asBytes("a bid")));
    }
}

TEST_F(Enrolment, refusedDialog_changesNothing) {
    const auto client = page();
    const std::string before = enrolment::test::contentsOf(tokenFolder());
    pinentry_.add("cancel");
    EXPECT_EQ(client->codeOf("enrolment.begin", beginParams(*client, "issue")), "user-cancelled");
    EXPECT_TRUE(enrolment::test::contentsOf(tokenFolder()) == before);
    EXPECT_TRUE(client->result("enrolment.list").at("enrolments").empty());
}

TEST_F(Enrolment, withoutALogin_isRefused_S17) {
    const auto client = pageWithoutLogin();
    EXPECT_EQ(client->codeOf("enrolment.begin", beginParams(*client, "issue")), "pin-required");
}

TEST_F(Enrolment, foreignOrigin_seesAndTouchesNothing_S7) {
    const auto client = page();
    const json begun = client->result("enrolment.begin", beginParams(*client, "issue"));
    const auto other = page("https://other.example");
    EXPECT_TRUE(other->result("enrolment.list").at("enrolments").empty());
    EXPECT_EQ(other->codeOf("enrolment.complete", answerTo(begun)), "enrolment-not-found");
    EXPECT_EQ(other->codeOf("enrolment.abort", {{"enrolment", begun.at("enrolment")}}),
              "enrolment-not-found");
    EXPECT_EQ(other->codeOf("enrolment.begin", beginParams(*other, "issue")), "busy");
    client->result("enrolment.complete", answerTo(begun));
}

TEST_F(Enrolment, progress_goesToThePageThatAskedAlone_S35) {
    const auto client = page();
    const auto sameOrigin = page();
    const auto other = page("https://other.example");
    const json begun = client->result("enrolment.begin", beginParams(*client, "issue"));
    client->result("enrolment.complete", answerTo(begun));
    // What was sent to them before comes before these answers.
    certificates(*sameOrigin);
    certificates(*other);
    EXPECT_FALSE(progressOf(*client).empty());
    EXPECT_TRUE(progressOf(*sameOrigin).empty());
    EXPECT_TRUE(progressOf(*other).empty());
}

TEST_F(Enrolment, pageThatComesInTheMiddle_isToldHowFarItIsAndTheRest_S35) {
    const auto client = page();
    const auto subscribes = page();
    const auto asksAgain = page();
    const auto asksForNothing = page();
    const auto stranger = page("https://other.example");
    enrol(*client, "issue");
    const json begun = client->result("enrolment.begin", beginParams(*client, "renew", "keep"));
    const json answer = answerOfAnotherHolder(begun);
    (void)progressOf(*client);
    const auto gate = folder_.path() / "gate";
    pinentry_.add("when " + gate.string());
    const std::size_t dialogs = pinentry_.dialogs().size();
    const int call = client->start("enrolment.complete", answer);
    waitForDialog(*asksForNothing, dialogs);
    subscribes->result("tokens.subscribe");
    stranger->result("tokens.subscribe");
    EXPECT_EQ(asksAgain->codeOf("enrolment.complete", answer), "busy");
    EXPECT_EQ(asksAgain->codeOf("enrolment.complete", answer), "busy") << "and is told no step twice";
    std::ofstream(gate) << "go";
    EXPECT_TRUE(client->finish(call).contains("result"));
    // What was sent to them before comes before these answers.
    for (Client* each : {subscribes.get(), asksAgain.get(), asksForNothing.get(), stranger.get()})
        (void)each->result("enrolment.list");
    const std::vector<json> all = progressOf(*client);
    ASSERT_GT(all.size(), 2U);
    EXPECT_EQ(all.front().at("step"), 1);
    EXPECT_EQ(all.back().at("enrolment"), begun.at("enrolment"));
    EXPECT_EQ(progressOf(*subscribes), all);
    EXPECT_EQ(progressOf(*asksAgain), all);
    EXPECT_TRUE(progressOf(*asksForNothing).empty());
    EXPECT_TRUE(progressOf(*stranger).empty());
}

TEST_F(Enrolment, secondTab_isToldThatTheTokenIsBusy) {
    const auto first = page();
    const auto second = page();
    const auto gate = folder_.path() / "gate";
    pinentry_.add("when " + gate.string());
    const std::size_t dialogs = pinentry_.dialogs().size();
    const int call = first->start("enrolment.begin", beginParams(*first, "issue"));
    waitForDialog(*second, dialogs);
    EXPECT_EQ(second->codeOf("enrolment.begin", beginParams(*second, "issue")), "busy");
    std::ofstream(gate) << "go";
    EXPECT_TRUE(first->finish(call).contains("result"));
}

TEST_F(Enrolment, wrongRequests_areRefused) {
    const auto client = page();
    EXPECT_EQ(client->codeOf("enrolment.begin", beginParams(*client, "issue", "keep")), "bad-request");
    EXPECT_EQ(client->codeOf("enrolment.begin", beginParams(*client, "renew")), "certificate-not-found");
    json params = beginParams(*client, "issue");
    params["algorithm"] = "p256";
    EXPECT_EQ(client->codeOf("enrolment.begin", params), "unsupported");
    EXPECT_EQ(client->codeOf("enrolment.abort", {{"enrolment", "none"}}), "enrolment-not-found");
    EXPECT_TRUE(containers().empty());
}

TEST_F(Enrolment, wrongAnswer_isRefusedAndTheRightOneTaken_S26) {
    const auto client = page();
    const json begun = client->result("enrolment.begin", beginParams(*client, "issue"));
    const json good = answerTo(begun);
    json wrong = good;
    wrong["signCertificate"] = good.at("encryptCertificate");
    const std::string before = enrolment::test::contentsOf(tokenFolder());
    EXPECT_EQ(client->codeOf("enrolment.complete", wrong), "certificate-mismatch");
    EXPECT_TRUE(enrolment::test::contentsOf(tokenFolder()) == before);
    client->result("enrolment.complete", good);
    EXPECT_EQ(signingFault(*client), "");
}

TEST_F(Enrolment, answerWithoutPemArmour_isTakenAsWell) {
    const auto client = page();
    const json begun = client->result("enrolment.begin", beginParams(*client, "issue"));
    json answer = answerTo(begun);
    std::istringstream pem(answer.at("signCertificate").get<std::string>());
    std::string base64;
    for (std::string line; std::getline(pem, line);) {
        if (!line.starts_with("-----")) base64 += line;
    }
    answer["signCertificate"] = base64;
    EXPECT_EQ(client->result("enrolment.complete", answer).at("certificates").size(), 2U);
    EXPECT_EQ(signingFault(*client), "");
}

TEST_F(Enrolment, abort_leavesNothingOnTheToken) {
    const auto client = page();
    const json begun = client->result("enrolment.begin", beginParams(*client, "issue"));
    EXPECT_EQ(containers().size(), 1U);
    client->result("enrolment.abort", {{"enrolment", begun.at("enrolment")}});
    EXPECT_TRUE(containers().empty());
    EXPECT_TRUE(client->result("enrolment.list").at("enrolments").empty());
}

TEST_F(Enrolment, everyStep_isRecordedWithItsToken_S69) {
    {
        const auto client = page();
        enrol(*client, "issue");
        const json begun = client->result("enrolment.begin", beginParams(*client, "renew"));
        client->result("enrolment.abort", {{"enrolment", begun.at("enrolment")}});
    }
    stopDaemon();
    std::istringstream lines(ukeyctl("audit export"));
    std::vector<std::string> steps;
    for (std::string line; std::getline(lines, line);) {
        const json row = json::parse(line);
        const std::string operation = row.at("operation");
        if (!operation.starts_with("enrolment.")) continue;
        steps.push_back(operation);
        EXPECT_EQ(row.at("token"), "S1") << operation;
        EXPECT_EQ(row.value("certificate", "").empty(), operation != "enrolment.complete") << line;
    }
    EXPECT_EQ(steps, (std::vector<std::string>{"enrolment.begin", "enrolment.complete", "enrolment.begin",
                                               "enrolment.abort"}));
}

TEST_F(Enrolment, ukeyctl_listsAndRollsBackWhatWasLeft) {
    std::string id;
    {
        const auto client = page();
        id = client->result("enrolment.begin", beginParams(*client, "issue")).at("enrolment");
        client->close();
    }
    const std::string listed = ukeyctl("enrolments list");
    for (const std::string& part : {id, std::string(kPortal), std::string("S1"), std::string("waiting")})
        EXPECT_NE(listed.find(part), std::string::npos) << listed;
    EXPECT_NE(ukeyctl("enrolments abort " + id).find("as it was before"), std::string::npos);
    EXPECT_TRUE(containers().empty());
    EXPECT_NE(ukeyctl("enrolments list").find("No enrolment"), std::string::npos);
    EXPECT_NE(ukeyctl("enrolments abort " + id).find("enrolment-not-found"), std::string::npos);
}

TEST_F(Enrolment, ukeyctl_forgetsTheEnrolmentOfALostToken) {
    const auto client = page();
    const std::string id = client->result("enrolment.begin", beginParams(*client, "issue")).at("enrolment");
    EXPECT_NE(ukeyctl("enrolments abort --forget " + id).find("forgotten"), std::string::npos);
    EXPECT_TRUE(client->result("enrolment.list").at("enrolments").empty());
}

}  // namespace
}  // namespace ukey::test
