// Messages that are too large to be read on the network thread.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/daemon/support/eventually.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

class LargeMessages : public testing::Test {
  protected:
    static std::string codeIn(const std::string& answer) {
        return json::parse(answer).at("error").at("data").at("code");
    }
    /// The code of the answer to a message, and that it has the id 7.
    static std::string codeOf(Client& client, const std::string& message) {
        client.send(message);
        const std::string answer = client.receive();
        EXPECT_EQ(json::parse(answer).at("id"), 7);
        return codeIn(answer);
    }

    BridgeUnderTest bridge_;
};

const std::string kLong(100'000, 'x');

TEST_F(LargeMessages, whatThePageMayNotDo_isRefusedBeforeAnybodyReadsIt_S34) {
    Client poor(bridge_.port(), "https://poor.example");
    poor.hello();
    // Nobody who read it would answer with the scope: it is no JSON.
    EXPECT_EQ(codeOf(poor, R"({"jsonrpc":"2.0","id":7,"method":"sign.data","params":{"data":"])" + kLong),
              "scope-denied");
    EXPECT_EQ(codeOf(poor, R"({"jsonrpc":"2.0","id":7,"method":"no.such","params":{"data":"])" + kLong),
              "bad-request");
    // Whoever writes it in another order is refused all the same.
    EXPECT_EQ(
        codeOf(poor, R"({"params":{"data":")" + kLong + R"("},"method":"sign.data","id":7,"jsonrpc":"2.0"})"),
        "scope-denied");
    Client rich(bridge_.port());
    rich.hello();
    rich.send(R"({"jsonrpc":"2.0","id":7,"method":"sign.data","params":{"data":"])" + kLong);
    EXPECT_EQ(codeIn(rich.receive()), "bad-request");
}

TEST_F(LargeMessages, methodThatStandsTwice_isJudgedByTheOneThatCounts_S34) {
    Client poor(bridge_.port(), "https://poor.example");
    poor.hello();
    EXPECT_EQ(codeOf(poor, R"({"jsonrpc":"2.0","id":7,"method":"tokens.list","params":{"data":")" + kLong +
                               R"("},"method":"certificates.list"})"),
              "bad-request");
    EXPECT_EQ(
        codeOf(poor,
               R"({"jsonrpc":"2.0","id":7,"method":"tokens.list","params":{},"method":"certificates.list")"
               R"(,"params":{}})" +
                   std::string(100'000, ' ')),
        "scope-denied");
}

TEST_F(LargeMessages, dataThatIsTooLong_isToldSoWithoutBeingRead_S31) {
    Client client(bridge_.port());
    client.hello();
    EXPECT_EQ(codeOf(client, R"({"jsonrpc":"2.0","id":7,"method":"sign.data","params":{"data":")" +
                                 std::string(6'000'000, 'A')),
              "too-large");
}

TEST_F(LargeMessages, signedData_isTheSameAsSmall) {
    bridge_.plug("A");
    Client client(bridge_.port());
    client.hello();
    const json certificate = client.result("certificates.list").at("certificates").at(0);
    client.result("pin.verify", {{"token", certificate.at("token")}});
    const json answer = client.result(
        "sign.data",
        {{"certificate", certificate.at("id")}, {"format", "raw"}, {"data", std::string(5'592'404, 'A')}});
    EXPECT_FALSE(answer.at("signature").get<std::string>().empty());
    EXPECT_EQ(client.codeOf("sign.data", {{"certificate", certificate.at("id")},
                                          {"format", "raw"},
                                          {"data", std::string(100'001, '!')}}),
              "bad-request");
}

TEST_F(LargeMessages, pageThatLeavesWhileItsMessageIsRead_harmsNobody) {
    bridge_.plug("A");
    for (int i = 0; i < 10; ++i) {
        Client client(bridge_.port());
        client.hello();
        client.send(R"({"jsonrpc":"2.0","id":7,"method":"tokens.list","params":{"a":")" +
                    std::string(4'000'000, 'x') + R"("}})");
        client.drop();
    }
    Client next(bridge_.port());
    next.hello();
    EXPECT_EQ(next.result("tokens.list").at("tokens").size(), 1U);
}

}  // namespace
}  // namespace ukey::test
