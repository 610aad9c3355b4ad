// What a running bridge writes into its audit log (security.md 69).
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "daemon/audit/audit_log.hpp"
#include "daemon/audit/recorder.hpp"
#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/support/scratch_folder.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

class Recorded : public testing::Test {
  protected:
    Recorded() {
        config::Config configuration = BridgeUnderTest::usualConfig();
        configuration.stateDir = folder_.path();
        bridge_.emplace(configuration);
    }
    /// The rows once the bridge has gone.
    std::vector<audit::Row> rows() {
        bridge_.reset();
        if (!std::filesystem::exists(audit::AuditLog::fileIn(folder_.path()))) return {};
        audit::AuditLog log(folder_.path(), Bytes(32, 7));
        EXPECT_TRUE(log.verify().intact);
        return log.newest(1000);
    }
    static json signing(const json& certificate) {
        return {{"certificate", certificate},
                {"digest", toBase64Url(Bytes(32, 5))},
                {"digestAlgorithm", "sha256"}};
    }

    ScratchFolder folder_;
    std::optional<BridgeUnderTest> bridge_;
};

TEST_F(Recorded, loginAndSignature_areRowsWithTokenCertificateAndDigest_S69) {
    bridge_->plug("SN1");
    std::string thumbprint;
    {
        Client client(bridge_->port());
        client.hello();
        const json certificate = client.result("certificates.list").at("certificates").at(0);
        thumbprint = certificate.at("thumbprint");
        client.result("pin.verify", {{"token", certificate.at("token")}});
        client.result("sign.digest", signing(certificate.at("id")));
        client.result("auth.sign",
                      {{"certificate", certificate.at("id")}, {"challenge", std::string(43, 'A') + "="}});
        client.result("pin.logout", {{"token", certificate.at("token")}});
    }
    const auto written = rows();
    ASSERT_EQ(written.size(), 4U);
    EXPECT_EQ(written[0].entry, (audit::Entry{kPortal, "pin.verify", "SN1", "", "", "ok"}));
    EXPECT_EQ(written[1].entry,
              (audit::Entry{kPortal, "sign.digest", "SN1", thumbprint, toHex(Bytes(32, 5)), "ok"}));
    EXPECT_EQ(written[2].entry.operation, "auth.sign");
    EXPECT_EQ(written[2].entry.digest.size(), 64U);
    EXPECT_EQ(written[3].entry.operation, "pin.logout");
}

TEST_F(Recorded, signatureThatDoesNotVerify_isARow_S22_S69) {
    bridge_->plug("SN1");
    {
        Client client(bridge_->port());
        client.hello();
        const json certificate = client.result("certificates.list").at("certificates").at(0);
        client.result("pin.verify", {{"token", certificate.at("token")}});
        bridge_->inLoop([&] { bridge_->hosts().spoilSignatures(); });
        EXPECT_EQ(client.codeOf("sign.digest", signing(certificate.at("id"))), "driver-error");
    }
    const auto written = rows();
    ASSERT_EQ(written.size(), 2U);
    EXPECT_EQ(written[1].entry.operation, "sign.digest");
    EXPECT_EQ(written[1].entry.token, "SN1");
    EXPECT_EQ(written[1].entry.outcome, "driver-error");
}

TEST_F(Recorded, refusals_areRowsWithTheirCodes_S69) {
    bridge_->plug("SN1");
    {
        Client client(bridge_->port());
        client.hello();
        const json certificate = client.result("certificates.list").at("certificates").at(0);
        EXPECT_EQ(client.codeOf("sign.digest", signing(certificate.at("id"))), "pin-required");
        bridge_->inLoop([&] { bridge_->hosts().answerPin(Error(ErrorCode::pinIncorrect, "wrong")); });
        EXPECT_EQ(client.codeOf("pin.verify", {{"token", certificate.at("token")}}), "pin-incorrect");
        Client poor(bridge_->port(), "https://poor.example");
        poor.hello();
        EXPECT_EQ(poor.codeOf("certificates.list"), "scope-denied");
    }
    EXPECT_EQ(handshakeStatus(bridge_->port(), {.origin = "https://evil.example"}), "403");
    EXPECT_EQ(handshakeStatus(bridge_->port(), {.host = "rebound.example"}), "421");
    const auto written = rows();
    ASSERT_EQ(written.size(), 5U);
    EXPECT_EQ(written[0].entry.outcome, "pin-required");
    EXPECT_EQ(written[0].entry.digest, toHex(Bytes(32, 5)));
    EXPECT_EQ(written[1].entry, (audit::Entry{kPortal, "pin.verify", "SN1", "", "", "pin-incorrect"}));
    EXPECT_EQ(written[2].entry,
              (audit::Entry{"https://poor.example", "certificates.list", "", "", "", "scope-denied"}));
    EXPECT_EQ(written[3].entry,
              (audit::Entry{"https://evil.example", "connect", "", "", "", "origin-denied"}));
    EXPECT_EQ(written[4].entry.outcome, "wrong-host");
}

TEST_F(Recorded, listsAndHellos_areNotForTheRecord) {
    bridge_->plug("SN1");
    {
        Client client(bridge_->port());
        client.hello();
        client.result("tokens.list");
        client.result("certificates.list");
    }
    EXPECT_TRUE(rows().empty());
}

TEST_F(Recorded, payloadAndPin_areNowhereInTheFiles_S69_S10) {
    bridge_->plug("SN1");
    const std::string payload = "the-bid-is-4711-million-yuan";
    {
        Client client(bridge_->port());
        client.hello();
        const json certificate = client.result("certificates.list").at("certificates").at(0);
        client.result("pin.verify", {{"token", certificate.at("token")}});
        client.result("sign.data", {{"certificate", certificate.at("id")},
                                    {"format", "raw"},
                                    {"data", toBase64Url(asBytes(payload))},
                                    {"description", "a very secret offer"}});
        EXPECT_EQ(client.codeOf("pin.verify", {{"token", "t"}, {"pin", "73915284"}}), "bad-request");
    }
    ASSERT_EQ(rows().size(), 3U);
    for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
        std::ifstream in(file.path(), std::ios::binary);
        const std::string content(std::istreambuf_iterator<char>(in), {});
        for (const std::string& secret : {payload, toBase64Url(asBytes(payload)),
                                          std::string("a very secret offer"), std::string("73915284")})
            EXPECT_EQ(content.find(secret), std::string::npos) << file.path();
    }
}

TEST_F(Recorded, floodOfRefusals_isCountedAndNotWrittenOneByOne_S69_S34) {
    constexpr int kRequests = 3000;
    {
        Client client(bridge_->port(), "https://poor.example");
        client.hello();
        std::vector<int> started;
        for (int i = 0; i < kRequests; ++i) {
            client.start("certificates.list");
            if (i % 100 == 99) {
                for (int answer = 0; answer < 100; ++answer) (void)client.receive();
            }
        }
    }
    const auto written = rows();
    EXPECT_GE(written.size(), 500U);
    EXPECT_LT(written.size(), static_cast<std::size_t>(kRequests));
    int told = 0;
    for (const audit::Row& row : written)
        told += row.entry.operation == "refusals-omitted" ? std::stoi(row.entry.outcome) : 1;
    EXPECT_EQ(told, kRequests);
}

TEST_F(Recorded, floodOfRefusals_hidesNeitherAnotherSitesNorAWrongPin_S69_S18) {
    bridge_->plug("SN1");
    constexpr int kRequests = 1500;
    {
        Client flooding(bridge_->port());
        flooding.hello();
        const json certificate = flooding.result("certificates.list").at("certificates").at(0);
        for (int i = 0; i < kRequests; ++i)
            EXPECT_EQ(flooding.codeOf("sign.digest", signing(certificate.at("id"))), "pin-required");
        bridge_->inLoop([&] { bridge_->hosts().answerPin(Error(ErrorCode::pinIncorrect, "wrong")); });
        EXPECT_EQ(flooding.codeOf("pin.verify", {{"token", certificate.at("token")}}), "pin-incorrect");
        Client poor(bridge_->port(), "https://poor.example");
        poor.hello();
        EXPECT_EQ(poor.codeOf("certificates.list"), "scope-denied");
    }
    const auto written = rows();
    const auto has = [&](const audit::Entry& entry) {
        return std::any_of(written.begin(), written.end(),
                           [&](const audit::Row& row) { return row.entry == entry; });
    };
    EXPECT_TRUE(has({"https://poor.example", "certificates.list", "", "", "", "scope-denied"}));
    EXPECT_TRUE(has({kPortal, "pin.verify", "SN1", "", "", "pin-incorrect"}));
    std::set<std::string> omitted;
    for (const audit::Row& row : written) {
        if (row.entry.operation == audit::kOmitted) omitted.insert(row.entry.origin);
    }
    EXPECT_EQ(omitted, std::set<std::string>{kPortal});
}

/// As many rows as signatures are kept would take a flood of strangers more than a year.
TEST_F(Recorded, floodOfStrangers_hasOneSmallBudgetForAllOfThem_S69_S34) {
    for (int i = 0; i < 600; ++i)
        EXPECT_EQ(handshakeStatus(bridge_->port(),
                                  {.origin = "https://s" + std::to_string(i % 200) + ".evil.example"}),
                  "403");
    const auto written = rows();
    EXPECT_LE(written.size(), 110U);
    int told = 0;
    for (const audit::Row& row : written)
        told += row.entry.operation == "refusals-omitted" ? std::stoi(row.entry.outcome) : 1;
    EXPECT_EQ(told, 600);
}

/// An answer waits for no row, so rows wait for the worker, for more to come, and for the executor: wherever
/// the end finds them, they are written.
TEST(RecorderAtItsEnd, rowsThatWait_areWritten_S69) {
    const ScratchFolder folder;
    const auto rowOf = [](const char* operation) {
        return audit::Entry{"https://a.example", operation, "", "", "", std::string(audit::kFine)};
    };
    {
        boost::asio::io_context context;
        std::optional<work::Worker> disk(std::in_place);
        audit::Recorder recorder(context.get_executor(), *disk, folder.path(), Bytes(32, 7));
        recorder.record(rowOf("with the worker"));
        context.poll();
        recorder.record(rowOf("gathered"));
        disk->drain();
        context.restart();
        context.poll();
        recorder.record(rowOf("with the executor"));
        disk.reset();
    }
    audit::AuditLog log(folder.path(), Bytes(32, 7));
    EXPECT_TRUE(log.verify().intact);
    std::vector<std::string> operations;
    for (const audit::Row& row : log.newest(10)) operations.push_back(row.entry.operation);
    EXPECT_EQ(operations, (std::vector<std::string>{"with the worker", "gathered", "with the executor"}));
}

TEST(JournalOfTheAudit, textsOfOthers_areQuoted_S69) {
    const ScratchFolder folder;
    std::ostringstream journal;
    const auto before = spdlog::default_logger();
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(journal)));
    {
        boost::asio::io_context context;
        std::optional<work::Worker> disk(std::in_place);
        audit::Recorder recorder(context.get_executor(), *disk, folder.path(), Bytes(32, 7));
        recorder.record({"https://a.example ok \"00\" audit 2 x", "connect", "", "", "", "origin-denied"});
        disk.reset();
    }
    spdlog::set_default_logger(before);
    EXPECT_NE(
        journal.str().find(R"(audit 1 "https://a.example ok \"00\" audit 2 x" "connect" "origin-denied" )"),
        std::string::npos)
        << journal.str();
}

}  // namespace
}  // namespace ukey::test
