// SIGKILL for the token host in each of its calls, and for the daemon at each step that it tells of.
#include <fstream>
#include <iostream>

#include "portal.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

class EnrolmentKills : public Portal {
  protected:
    /// Goes on or back, as a page would after a reload, until there is nothing pending.
    void recover(Client& client, const json& answer, bool resumes) {
        const json pending = client.result("enrolment.list").at("enrolments");
        if (pending.empty()) return;
        ASSERT_EQ(pending.size(), 1U);
        const json& one = pending.at(0);
        const bool isAnswered = !answer.is_null() && one.at("state") != "prepared";
        if (isAnswered && (resumes || one.at("state") == "finishing")) {
            json again = answer;
            again["enrolment"] = one.at("id");
            client.result("enrolment.complete", again);
        } else {
            client.result("enrolment.abort", {{"enrolment", one.at("id")}});
        }
    }

    /// One certificate that signs, at most one retired container beside it, no stray.
    void expectWhole(Client& client, const std::string& where) {
        EXPECT_EQ(signingFault(client), "") << where;
        EXPECT_TRUE(client.result("enrolment.list").at("enrolments").empty()) << where;
        std::size_t history = 0;
        for (const json& certificate : certificates(client))
            history += certificate.contains("history") ? 1 : 0;
        EXPECT_EQ(containers().size(), 1 + history) << where;
    }

    /// A renewal that may be cut short; its answer, as far as it got.
    json renew(Client& client, const std::string& keys) {
        json answer;
        const json begun = client.call("enrolment.begin", beginParams(client, "renew", keys));
        if (!begun.contains("result")) return answer;
        answer = answerTo(begun.at("result"), keys);
        (void)client.call("enrolment.complete", answer);
        return answer;
    }

    bool hasStruck() const {
        std::ifstream in(tokenFolder() + "/faults.json");
        if (!in) return true;
        const json left = json::parse(in, nullptr, false);
        return left.is_discarded() || left.empty();
    }
};

TEST_F(EnrolmentKills, hostKilledInEachOfItsCalls_isSurvived) {
    {
        const auto client = page();
        enrol(*client, "issue");
    }
    const auto first = folder_.path() / "first";
    killDaemon();
    enrolment::test::copyFolder(folder_.path() / "tokens", first / "tokens");
    enrolment::test::copyFolder(folder_.path() / "state", first / "state");

    unsigned points = 0;
    for (const std::string keys : {"new", "keep"}) {
        for (const char* function :
             {"CreateContainer", "GenECCKeyPair", "ECCSignData", "ImportECCKeyPair", "ImportCertificate",
              "ExportCertificate", "ExportPublicKey", "ECCPrvKeyDecrypt", "DeleteContainer"}) {
            for (unsigned nth = 1; nth <= 3; ++nth) {
                enrolment::test::copyFolder(first / "tokens", folder_.path() / "tokens");
                enrolment::test::copyFolder(first / "state", folder_.path() / "state");
                startDaemon();
                const std::string where = keys + " " + function + " " + std::to_string(nth);
                json answer;
                {
                    const auto client = page();
                    writeFaults(R"([{"function":")" + std::string(function) + R"(","action":"kill","nth":)" +
                                std::to_string(nth) + "}]");
                    answer = renew(*client, keys);
                }
                const bool struck = hasStruck();
                writeFaults("");
                const auto client = page();
                if (struck) {
                    ++points;
                    recover(*client, answer, points % 2 == 1);
                }
                expectWhole(*client, where);
                killDaemon();
                if (!struck) break;
            }
        }
    }
    EXPECT_GT(points, 15U);
    std::cout << "token host killed in " << points << " calls\n";
}

TEST_F(EnrolmentKills, daemonKilledAtEachStep_goesOnOrBackAfterItsRestart) {
    {
        const auto client = page();
        enrol(*client, "issue");
    }
    unsigned points = 0;
    for (const std::string keys : {"new", "keep"}) {
        for (unsigned step = 1; step <= 7; ++step) {
            for (const bool resumes : {false, true}) {
                json answer;
                {
                    const auto client = page();
                    const int begin = client->start("enrolment.begin", beginParams(*client, "renew", keys));
                    unsigned seen = 0;
                    if (step <= 2) {
                        while (seen < step) seen += client->notification().at("method") == "progress" ? 1 : 0;
                    } else {
                        answer = answerTo(client->finish(begin).at("result"), keys);
                        client->start("enrolment.complete", answer);
                        // Nothing is imported where the keys are kept: one step fewer is told.
                        const unsigned wanted = keys == "keep" ? std::min(step, 6U) : step;
                        while (seen < wanted)
                            seen += client->notification().at("method") == "progress" ? 1 : 0;
                    }
                    killDaemon();
                }
                ++points;
                startDaemon();
                const auto client = page();
                const std::string where = keys + " step " + std::to_string(step);
                recover(*client, answer, resumes);
                expectWhole(*client, where);
            }
        }
    }
    std::cout << "daemon killed at " << points << " steps\n";
}

}  // namespace
}  // namespace ukey::test
