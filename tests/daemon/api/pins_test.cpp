// pin.* through a running server: what the dialog says of whom, and what a page is told of trouble.
#include "tests/daemon/api/tokens_fixture.hpp"

namespace ukey::test {
namespace {

TEST_F(Tokens, pinDialog_namesTheVerifiedOriginAndSpeaksTheCallersLanguage_S11) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello({{"client", {{"name", "https://bank.example"}, {"version", "1"}}}, {"locale", "zh-CN"}});
    EXPECT_EQ(client.result("pin.verify", {{"token", firstToken(client)}}), json::object());
    const auto prompt = bridge_.inLoop([&] { return bridge_.hosts().prompts().at(0); });
    EXPECT_EQ(prompt.origin, kPortal);
    EXPECT_EQ(prompt.locale, "zh-CN");
    EXPECT_EQ(prompt.operation, "operation.login");
}

TEST_F(Tokens, pinDialog_namesTheHolder_S11) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const json certificate = client.result("certificates.list").at("certificates").at(0);
    client.result("pin.verify", {{"token", certificate.at("token")}});
    const std::string holder = bridge_.inLoop([&] { return bridge_.hosts().prompts().at(0).certificate; });
    EXPECT_FALSE(holder.empty());
    EXPECT_EQ(holder, certificate.at("subjectText"));
}

TEST_F(Tokens, pinDialogOfAPageThatReadNoCertificate_namesTheHolderAllTheSame_S11) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const json token{{"token", firstToken(client)}};
    client.result("pin.verify", token);
    client.result("pin.change", token);
    const std::string holder = client.result("certificates.list").at("certificates").at(0).at("subjectText");
    for (std::size_t dialog = 0; dialog < 2; ++dialog)
        EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().prompts().at(dialog).certificate; }), holder);
}

TEST_F(Tokens, pinDialogOfARenewedUkey_namesTheHolderOfTheNewestCertificateInForce_S11) {
    using namespace std::chrono_literals;
    const auto address = bridge_.plug("SN1");
    const auto named = [](const char* name, std::chrono::seconds from, std::chrono::seconds to) {
        pki::test::CertificateSpec spec;
        spec.subject = {{"CN", name}};
        spec.validFrom = from;
        spec.validTo = to;
        return spec;
    };
    bridge_.inLoop([&] {
        bridge_.hosts().addCertificate(address, named("the present one", -60s, 3600s));
        bridge_.hosts().addCertificate(address, named("an expired one", -30s, -10s));
        bridge_.hosts().addCertificate(address, named("an earlier one", -600s, 3600s));
    });
    Client client(bridge_.port());
    client.hello();
    client.result("pin.verify", {{"token", firstToken(client)}});
    const std::string holder = bridge_.inLoop([&] { return bridge_.hosts().prompts().at(0).certificate; });
    EXPECT_NE(holder.find("the present one"), std::string::npos) << holder;
}

TEST_F(Tokens, troubleWithThePin_isToldApart_S19) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const std::string token = firstToken(client);
    for (const ErrorCode code :
         {ErrorCode::userCancelled, ErrorCode::promptTimeout, ErrorCode::promptUnavailable,
          ErrorCode::pinIncorrect, ErrorCode::pinLocked, ErrorCode::pinTooShort, ErrorCode::tokenRemoved,
          ErrorCode::driverTimeout, ErrorCode::driverCrashed, ErrorCode::driverError}) {
        bridge_.inLoop([&] { bridge_.hosts().answerPin(Error(code, "scripted").withTriesLeft(2)); });
        const json error = client.call("pin.verify", {{"token", token}}).at("error");
        EXPECT_EQ(error.at("data").at("code"), toString(code));
        EXPECT_EQ(error.at("data").at("triesLeft"), 2);
        EXPECT_EQ(error.at("data").at("token"), token);
    }
}

TEST_F(Tokens, pageThatLeaves_closesItsDialog_S20) {
    bridge_.plug("SN1");
    Client client(bridge_.port());
    client.hello();
    const std::string token = firstToken(client);
    bridge_.inLoop([&] { bridge_.hosts().hold("verify-pin"); });
    client.start("pin.verify", {{"token", token}});
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 1; });
    client.drop();
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("verify-pin") == 0; });
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().cancelled(); }), 1U);
}

}  // namespace
}  // namespace ukey::test
