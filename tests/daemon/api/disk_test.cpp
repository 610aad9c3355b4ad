// A disk that keeps a call waiting, and all others that it does not.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/audit/audit_log.hpp"
#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

/// A file of the daemon's state that another program has locked: whoever wants to read or write it waits.
class HeldUp {
  public:
    explicit HeldUp(const std::filesystem::path& file) : database_(file) {
        database_.execute("BEGIN EXCLUSIVE");
    }

  private:
    sqlite::Database database_;
};

config::Config withState(const std::filesystem::path& folder) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    configuration.stateDir = folder;
    return configuration;
}

struct WaitingCall {
    const char* file;
    const char* method;
    json params;          ///< The token's name is added to those that have an empty one.
    const char* outcome;  ///< The code of the error, when the file is free again.
};

class DiskThatKeepsWaiting : public testing::TestWithParam<WaitingCall> {
  protected:
    ScratchFolder folder_;
    BridgeUnderTest bridge_{withState(folder_.path())};
};

TEST_P(DiskThatKeepsWaiting, callOfOnePage_holdsUpNoOther) {
    const WaitingCall& call = GetParam();
    bridge_.plug("SN1");
    Client page(bridge_.port());
    Client other(bridge_.port(), kOther);
    page.hello();
    other.hello();
    json params = call.params;
    const json token = page.result("tokens.list").at("tokens").at(0).at("id");
    if (params.contains("token")) params["token"] = token;
    if (std::string_view(call.method) == "enrolment.begin") page.result("pin.verify", {{"token", token}});

    std::optional<HeldUp> held(std::in_place, folder_.path() / call.file);
    const int waiting = page.start(call.method, params);
    // Several, for the call has some way to go before it comes to the disk.
    for (int i = 0; i < 20; ++i) {
        const int quick = page.start("tokens.list");
        ASSERT_EQ(json::parse(page.receive()).at("id"), quick) << "round " << i;
        ASSERT_EQ(other.codeOf("tokens.list"), "");
    }
    held.reset();
    const json answer = page.finish(waiting);
    EXPECT_EQ(answer.contains("error") ? answer.at("error").at("data").at("code") : json(""), call.outcome)
        << answer;
}

INSTANTIATE_TEST_SUITE_P(
    Files, DiskThatKeepsWaiting,
    testing::Values(WaitingCall{"enrolments.db", "enrolment.list", json::object(), ""},
                    WaitingCall{"enrolments.db", "certificates.list", json::object(), ""},
                    WaitingCall{
                        "enrolments.db", "enrolment.abort", {{"enrolment", "none"}}, "enrolment-not-found"},
                    // The fake makes no keys.
                    WaitingCall{"enrolments.db",
                                "enrolment.begin",
                                {{"kind", "issue"}, {"token", ""}, {"algorithm", "p256"}, {"keys", "new"}},
                                "unsupported"},
                    WaitingCall{"answered.db",
                                "enrolment.complete",
                                {{"enrolment", "none"}, {"signCertificate", "none"}},
                                "enrolment-not-found"},
                    WaitingCall{"temporary-pins.db", "pin.verify", {{"token", ""}}, ""},
                    WaitingCall{"temporary-pins.db", "pin.change", {{"token", ""}}, ""},
                    WaitingCall{"temporary-pins.db", "pin.unlock", {{"token", ""}, {"method", "local"}}, ""}),
    [](const auto& one) {
        std::string name = one.param.method;
        std::replace(name.begin(), name.end(), '.', '_');
        return name;
    });

TEST(DiskAtTheEnd, callThatWaitsForIt_isStillRecorded) {
    const ScratchFolder folder;
    {
        BridgeUnderTest bridge(withState(folder.path()));
        bridge.plug("SN1");
        Client page(bridge.port());
        page.hello();
        const json token = page.result("tokens.list").at("tokens").at(0).at("id");
        const HeldUp held(folder.path() / "temporary-pins.db");
        page.start("pin.change", {{"token", token}});
        bridge.waitUntil([&] { return bridge.hosts().count("change-pin") == 1; });
        page.drop();
    }
    const auto rows = audit::AuditLog(folder.path(), Bytes(32, 7)).newest(1);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().entry.operation, "pin.change");
}

}  // namespace
}  // namespace ukey::test
