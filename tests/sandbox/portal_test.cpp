// The self-service portal and the registration authority behind it, over HTTP. Requests are made by OpenSSL's
// command line; answers are read by the bridge's own pki, and the encryption key is opened with the signing
// key.
#include <gmock/gmock.h>
#include <openssl/core_names.h>

#include "sandbox/ra/validity.hpp"
#include "tests/sandbox/portal_fixture.hpp"

namespace ukey::sandbox {
namespace {

using ::testing::HasSubstr;

TEST_F(PortalTest, newUser_registersLogsOutAndLogsInWithACode) {
    const auto reply = registerUser(*user_);
    ASSERT_EQ(reply.status, 201) << reply.body;
    EXPECT_EQ(reply.json().at("account").at("name"), "张三");
    EXPECT_EQ(reply.json().at("account").at("identified"), false);
    EXPECT_EQ(user_->get("/api/session").json(), reply.json());
    user_->post("/api/logout");
    EXPECT_EQ(user_->get("/api/session").json(), json::object());
    EXPECT_EQ(codeOf(user_->get("/api/orders")), "login-required");
    EXPECT_EQ(user_->post("/api/login", {{"phone", kPhone}, {"code", verificationCode(kPhone)}}).status, 200);
    EXPECT_EQ(user_->get("/api/session").json(), reply.json());
}

TEST_F(PortalTest, registrationWithAWrongOrLateOrForeignCode_isRefused) {
    const json form{{"kind", "person"}, {"name", "张三"}, {"identityNumber", "1"}, {"phone", kPhone}};
    const auto with = [&](const std::string& code) {
        auto filled = form;
        filled["code"] = code;
        return user_->post("/api/register", filled);
    };
    EXPECT_EQ(codeOf(with("000000")), "code-wrong");
    auto code = verificationCode(kPhone);
    clock_.advance(11min);
    EXPECT_EQ(codeOf(with(code)), "code-expired");
    code = verificationCode(kPhone);
    const std::string wrong = code == "111111" ? "222222" : "111111";
    for (int i = 0; i < 4; ++i) EXPECT_EQ(codeOf(with(wrong)), "code-wrong");
    EXPECT_EQ(codeOf(with(wrong)), "code-locked");
    EXPECT_EQ(codeOf(with(code)), "code-locked");
    verificationCode(kPhone);
    EXPECT_EQ(codeOf(with(verificationCode("13800000002"))), "code-wrong");
    EXPECT_EQ(codeOf(user_->post("/api/verification", {{"phone", "123"}})), "bad-phone");
}

TEST_F(PortalTest, phone_isRegisteredOnceAndNotFlooded) {
    ASSERT_EQ(registerUser(*user_).status, 201);
    EXPECT_EQ(codeOf(registerUser(*user_)), "phone-taken");
    std::string last;
    for (int i = 0; i < 9; ++i) last = codeOf(user_->post("/api/verification", {{"phone", kPhone}}));
    EXPECT_EQ(last, "too-many-messages");
}

TEST_F(PortalTest, newCodeThatCannotBeSent_leavesTheOneInHand) {
    std::string code;
    std::string refusal;
    while (refusal.empty()) {
        const auto reply = user_->post("/api/verification", {{"phone", kPhone}});
        if (reply.status == 200) {
            code = lastMessage("验证码是 ");
        } else {
            refusal = codeOf(reply);
        }
    }
    EXPECT_EQ(refusal, "too-many-messages");
    EXPECT_EQ(user_
                  ->post("/api/register", {{"kind", "person"},
                                           {"name", "张三"},
                                           {"identityNumber", "330106199001011234"},
                                           {"phone", kPhone},
                                           {"code", code}})
                  .status,
              201);
}

TEST_F(PortalTest, newAuthorisationCodeThatCannotBeSent_leavesTheOneInHand) {
    registerIdentified();
    const auto order = orderPaid({{"kind", "issue"}});
    while (user_->post("/api/orders/" + order + "/code").status == 200) {
    }
    const auto code = authorisationCode();
    EXPECT_EQ(codeOf(user_->post("/api/orders/" + order + "/check", {{"code", code}, {"tokenSerial", "T1"}})),
              "no error");
    // What comes with a code is not done without it either.
    const auto second = user_->post("/api/orders", {{"kind", "issue"}}).json().at("order").at("id").dump();
    EXPECT_EQ(codeOf(user_->post("/api/orders/" + second + "/pay")), "too-many-messages");
    EXPECT_EQ(user_->get("/api/orders/" + second).json().at("order").at("state"), "unpaid");
}

TEST_F(PortalTest, yearsOfACertificate_areCalendarYears) {
    registerIdentified();
    // There is a leap day in any four years.
    const auto order = orderPaid({{"kind", "issue"}, {"years", 4}});
    const auto issued = issue(order, authorisationCode(), "T1", makeCsr(KeyAlgorithm::sm2));
    ASSERT_EQ(issued.status, 200) << issued.body;
    confirm(order, issued);
    const auto today = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(clock_.now()));
    const auto certificate =
        pki::Certificate::fromPem(issued.json().at("signCertificate").get<std::string>());
    EXPECT_EQ(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(certificate.notAfterTime())),
              today + std::chrono::years(4));
}

TEST(Validity, year_isACalendarYearWithALeapDayAndWithout) {
    using namespace std::chrono;
    const auto at = [](year_month_day date) { return sys_days(date) + 13h + 7min; };
    EXPECT_EQ(ra::yearsAfter(at(2026y / November / 28), 2), at(2028y / November / 28));
    EXPECT_EQ(ra::yearsAfter(at(2028y / February / 28), 1), at(2029y / February / 28));
    EXPECT_EQ(ra::yearsAfter(at(2028y / February / 29), 1), at(2029y / February / 28));
    EXPECT_EQ(ra::yearsAfter(at(2028y / February / 29), 4), at(2032y / February / 29));
    EXPECT_EQ(ra::yearsAfter(at(2026y / December / 31), 1), at(2027y / December / 31));
}

class PortalWithPauseTest : public PortalTest {
  protected:
    PortalWithPauseTest() : PortalTest(WorldOptions{}) {}
};

TEST_F(PortalWithPauseTest, secondCode_isSentAfterAMinuteAndTheFirstServesUntilThen) {
    const auto first = user_->post("/api/verification", {{"phone", kPhone}});
    EXPECT_EQ(first.json().at("resendSeconds"), 60);
    const auto code = lastMessage("验证码是 ");
    clock_.advance(20s);
    const auto again = user_->post("/api/verification", {{"phone", kPhone}});
    EXPECT_EQ(codeOf(again), "too-soon");
    EXPECT_EQ(again.headers.at("retry-after"), "40");
    EXPECT_EQ(codeOf(user_->post("/api/login", {{"phone", kPhone}, {"code", code + "0"}})), "code-wrong");
    clock_.advance(40s);
    EXPECT_EQ(user_->post("/api/verification", {{"phone", kPhone}}).status, 200);
    EXPECT_EQ(codeOf(user_->post("/api/verification", {{"phone", kPhone}})), "too-soon");
    // Another purpose has a pause of its own.
    EXPECT_EQ(user_->post("/api/verification", {{"phone", "13800000002"}}).status, 200);
}

TEST_F(PortalTest, messagesOfAnHour_areToldWithTheTimeToWait) {
    for (int i = 0; i < 10; ++i) user_->post("/api/verification", {{"phone", kPhone}});
    clock_.advance(10min);
    const auto refused = user_->post("/api/verification", {{"phone", kPhone}});
    EXPECT_EQ(codeOf(refused), "too-many-messages");
    EXPECT_EQ(refused.headers.at("retry-after"), "3000");
}

TEST_F(PortalTest, orderOfAnAccountWithoutIdentityCheck_isNotPaid) {
    ASSERT_EQ(registerUser(*user_).status, 201);
    const auto order = user_->post("/api/orders", {{"kind", "issue"}}).json().at("order").at("id").dump();
    EXPECT_EQ(codeOf(user_->post("/api/orders/" + order + "/pay")), "identity-required");
    EXPECT_EQ(user_->get("/api/orders/" + order).json().at("order").at("state"), "unpaid");
    user_->post("/api/account/identity");
    EXPECT_EQ(user_->post("/api/orders/" + order + "/pay").json().at("order").at("state"), "ready");
}

TEST_F(PortalTest, buyerOfTwoTokens_issuesOnBothAndLogsInToTheTradingSite) {
    registerIdentified();
    const auto order = orderPaid({{"kind", "issue"}, {"algorithm", "sm2"}, {"quantity", 2}, {"years", 2}});
    const auto code = authorisationCode();
    EXPECT_EQ(code.size(), 10U);
    for (const std::string token : {"T1", "T2"}) {
        const auto csr = makeCsr(KeyAlgorithm::sm2);
        const auto issued = issue(order, code, token, csr);
        ASSERT_EQ(issued.status, 200) << issued.body;
        const auto answer = checked(issued.json(), csr.key.get());
        EXPECT_TRUE(answer.encryptionKey.has_value());
        EXPECT_EQ(answer.signCertificate.subject(), "CN=张三,C=CN");
        EXPECT_EQ(confirm(order, issued).status, 200);

        HttpClient bidder(world_->port());
        const auto challenge = bidder.post("/api/login/challenge").json().at("challenge").get<std::string>();
        sandbox_test::Holder holder;
        holder.key = ca::privateKeyFromPem(ca::privateKeyToPem(csr.key.get()));
        holder.certificate = ca::certificateFromPem(issued.json().at("signCertificate"));
        const auto signedAnswer = sandbox_test::answerOf(holder, bidder.origin(), challenge);
        EXPECT_EQ(bidder
                      .post("/api/login", {{"auth",
                                            {{"format", signedAnswer.format},
                                             {"algorithm", signedAnswer.algorithm},
                                             {"certificate", signedAnswer.certificate},
                                             {"signature", signedAnswer.signature}}},
                                           {"challenge", challenge}})
                      .status,
                  200);
    }
    EXPECT_EQ(user_->get("/api/orders/" + order).json().at("order").at("state"), "done");
    EXPECT_EQ(certificates().size(), 2U);
    EXPECT_EQ(codeOf(issue(order, code, "T3", makeCsr(KeyAlgorithm::sm2))), "order-used");
}

TEST_F(PortalTest, encryptionKey_opensWithTheSigningKeyAlone) {
    registerIdentified();
    issueOn("T1");
    const auto answer = checked(answer_, csr_.key.get());
    const auto& key = std::get<token::EnvelopedSm2Key>(answer.encryptionKey.value());
    const auto sm4 = sandbox_test::decryptSm2(csr_.key.get(), key.wrappedKey);
    ASSERT_EQ(sm4.size(), 16U);
    const auto plain = sandbox_test::decryptSm4Ecb(sm4, key.encryptedPrivateKey);
    ASSERT_EQ(plain.size(), 64U);
    EXPECT_EQ(sandbox_test::sm2PointOf({plain.begin() + 32, plain.end()}), key.publicKey);
    EXPECT_EQ(answer.encryptCertificate->publicKey()->point, key.publicKey);
}

TEST_F(PortalTest, rsaAndEcdsaOrders_getWhatTheirTokensCanTake) {
    registerIdentified();
    issueOn("T1", KeyAlgorithm::rsa2048);
    const auto rsa = checked(answer_, csr_.key.get());
    EXPECT_TRUE(std::holds_alternative<token::WrappedKeyPair>(rsa.encryptionKey.value()));
    issueOn("T2", KeyAlgorithm::p256);
    const auto ecdsa = checked(answer_, csr_.key.get());
    EXPECT_FALSE(ecdsa.encryptionKey.has_value());
    EXPECT_FALSE(ecdsa.encryptCertificate.has_value());

    const auto order = orderPaid({{"kind", "issue"}, {"algorithm", "rsa2048"}});
    const auto csr = makeCsr(KeyAlgorithm::rsa2048);
    const auto single = user_->post(
        "/api/orders/" + order + "/issue",
        {{"code", authorisationCode()}, {"tokenSerial", "T3"}, {"csr", csr.pem}, {"single", true}});
    EXPECT_FALSE(checked(single.json(), csr.key.get()).encryptCertificate.has_value());
}

TEST_F(PortalTest, codeThatIsWrongLateOrVoid_issuesNothing) {
    registerIdentified();
    const auto order = orderPaid({{"kind", "issue"}});
    const auto code = authorisationCode();
    const auto csr = makeCsr(KeyAlgorithm::sm2);
    EXPECT_EQ(codeOf(issue(order, "0", "T1", csr)), "code-wrong");
    clock_.advance(7 * 24h + 1min);
    user_->post("/api/login", {{"phone", kPhone}, {"code", verificationCode(kPhone)}});
    const auto late = issue(order, code, "T1", csr);
    EXPECT_EQ(late.status, 401);
    EXPECT_EQ(codeOf(late), "code-expired");
    EXPECT_THAT(late.json().at("error").at("message").at("zh-CN").get<std::string>(), HasSubstr("过期"));
    EXPECT_EQ(user_->post("/api/orders/" + order + "/code").status, 200);
    const auto fresh = authorisationCode();
    EXPECT_EQ(codeOf(issue(order, code, "T1", csr)), "code-wrong");
    EXPECT_EQ(issue(order, fresh, "T1", csr).status, 200);
}

TEST_F(PortalTest, unpaidOrUnidentifiedOrForeignOrder_issuesNothing) {
    ASSERT_EQ(registerUser(*user_).status, 201);
    const auto csr = makeCsr(KeyAlgorithm::sm2);
    const auto placed = user_->post("/api/orders", {{"kind", "issue"}});
    const auto order = std::to_string(placed.json().at("order").at("id").get<int>());
    EXPECT_EQ(codeOf(issue(order, "1", "T1", csr)), "order-state");
    EXPECT_EQ(codeOf(user_->post("/api/orders/" + order + "/pay")), "identity-required");
    user_->post("/api/account/identity");
    EXPECT_EQ(codeOf(issue(order, "1", "T1", csr)), "order-state");
    EXPECT_EQ(user_->post("/api/orders/" + order + "/pay").json().at("order").at("state"), "ready");
    EXPECT_EQ(codeOf(user_->post("/api/orders/" + order + "/pay")), "order-state");
    const auto code = authorisationCode();
    EXPECT_EQ(user_->get("/api/orders/" + order).json().at("order").at("state"), "ready");

    HttpClient other(world_->portalPort());
    ASSERT_EQ(registerUser(other, "13800000002", "李四").status, 201);
    EXPECT_EQ(codeOf(other.get("/api/orders/" + order)), "order-not-found");
    EXPECT_EQ(codeOf(other.post("/api/orders/" + order + "/issue",
                                {{"code", code}, {"tokenSerial", "T1"}, {"csr", csr.pem}})),
              "order-not-found");
    EXPECT_EQ(issue(order, code, "T1", csr).status, 200);
}

TEST_F(PortalTest, sameRequestAgain_getsTheSameAnswerToTheOctet) {
    registerIdentified();
    for (const auto* const algorithm : {"sm2", "rsa2048"}) {
        const auto order = orderPaid({{"kind", "issue"}, {"algorithm", algorithm}});
        const auto code = authorisationCode();
        const auto csr = makeCsr(token::keyAlgorithmFrom(algorithm).value());
        const std::string token = std::string("T-") + algorithm;
        const auto first = issue(order, code, token, csr);
        const auto second = issue(order, code, token, csr);
        EXPECT_EQ(second.body, first.body);
        EXPECT_TRUE(checked(second.json(), csr.key.get()).encryptionKey.has_value());
    }
}

TEST_F(PortalTest, codeAndToken_canBeCheckedBeforeAnythingIsIssued) {
    registerIdentified();
    issueOn("T0");
    const auto order = orderPaid({{"kind", "issue"}});
    const auto code = authorisationCode();
    const auto check = [&](const std::string& with, const std::string& token) {
        return codeOf(
            user_->post("/api/orders/" + order + "/check", {{"code", with}, {"tokenSerial", token}}));
    };
    EXPECT_EQ(check(code == "0000000000" ? "1111111111" : "0000000000", "T1"), "code-wrong");
    EXPECT_EQ(check(code, "T0"), "wrong-token");
    EXPECT_EQ(check(code, "T1"), "no error");
    EXPECT_EQ(certificates().size(), 1U);
    const auto issued = issue(order, code, "T1", makeCsr(KeyAlgorithm::sm2));
    EXPECT_EQ(check(code, "T1"), "no error");
    EXPECT_EQ(check(code, "T2"), "wrong-token");
    confirm(order, issued);
    EXPECT_EQ(check(code, "T1"), "order-used");
}

TEST_F(PortalTest, issueThatIsNotConfirmed_isListedAndCanBeWithdrawnForAnotherToken) {
    registerIdentified();
    const auto order = orderPaid({{"kind", "issue"}});
    const auto code = authorisationCode();
    const auto pending = [&] { return user_->get("/api/orders/" + order).json().at("order").at("pending"); };
    EXPECT_TRUE(pending().empty());
    const auto first = issue(order, code, "T1", makeCsr(KeyAlgorithm::sm2)).json();
    ASSERT_EQ(pending().size(), 1U);
    EXPECT_EQ(pending().at(0).at("issue"), first.at("issue"));
    EXPECT_EQ(pending().at(0).at("tokenSerial"), "T1");
    EXPECT_EQ(pending().at(0).at("serialNumber"),
              pki::Certificate::fromPem(first.at("signCertificate").get<std::string>()).serialNumber());

    const json one{{"issue", first.at("issue")}};
    EXPECT_EQ(user_->post("/api/orders/" + order + "/withdraw", one).status, 200);
    EXPECT_TRUE(isRevoked(first.at("signCertificate")));
    EXPECT_TRUE(isRevoked(first.at("encryptCertificate")));
    EXPECT_TRUE(pending().empty());
    const auto second = issue(order, code, "T2", makeCsr(KeyAlgorithm::sm2));
    ASSERT_EQ(second.status, 200) << second.body;
    EXPECT_EQ(confirm(order, second).json().at("order").at("state"), "done");
    const json confirmed{{"issue", second.json().at("issue")}};
    EXPECT_EQ(codeOf(user_->post("/api/orders/" + order + "/withdraw", confirmed)), "order-state");
    EXPECT_FALSE(isRevoked(second.json().at("signCertificate")));
}

TEST_F(PortalTest, courier_bringsTheTokensOfOrdersThatArePaid) {
    registerIdentified();
    const auto placed = user_->post("/api/orders", {{"kind", "issue"}}).json().at("order");
    EXPECT_EQ(placed.at("received"), false);
    const auto order = std::to_string(placed.at("id").get<std::int64_t>());
    EXPECT_EQ(codeOf(user_->post("/api/orders/" + order + "/receive")), "order-state");
    user_->post("/api/orders/" + order + "/pay");
    EXPECT_EQ(user_->post("/api/orders/" + order + "/receive").json().at("order").at("received"), true);
    EXPECT_EQ(user_->get("/api/orders/" + order).json().at("order").at("received"), true);
}

TEST_F(PortalTest, offer_isWhatAnOrderCosts) {
    registerIdentified();
    const auto offer = user_->get("/api/offer").json().at("offer");
    const auto placed = user_->post("/api/orders", {{"kind", "issue"}, {"quantity", 3}, {"years", 2}});
    const auto price = placed.json().at("order").at("priceYuan").get<int>();
    EXPECT_EQ(price, 3 * (offer.at("tokenPriceYuan").get<int>() + 2 * offer.at("yearPriceYuan").get<int>()));
    EXPECT_EQ(offer.at("renewalDays"), 60);
    for (const auto& algorithm : offer.at("algorithms")) {
        const json order{{"kind", "issue"}, {"algorithm", algorithm}};
        EXPECT_EQ(user_->post("/api/orders", order).status, 201) << algorithm;
    }
}

TEST_F(PortalTest, anotherKeyForTheSameToken_revokesTheCertificatesBefore) {
    registerIdentified();
    const auto order = orderPaid({{"kind", "issue"}});
    const auto code = authorisationCode();
    const auto first = issue(order, code, "T1", makeCsr(KeyAlgorithm::sm2));
    const auto second = issue(order, code, "T1", makeCsr(KeyAlgorithm::sm2));
    ASSERT_EQ(second.status, 200) << second.body;
    EXPECT_TRUE(isRevoked(first.json().at("signCertificate")));
    EXPECT_TRUE(isRevoked(first.json().at("encryptCertificate")));
    EXPECT_FALSE(isRevoked(second.json().at("signCertificate")));
    EXPECT_EQ(confirm(order, second).json().at("order").at("state"), "done");
    EXPECT_EQ(confirm(order, second).json().at("order").at("state"), "done");
    EXPECT_EQ(codeOf(user_->post("/api/orders/" + order + "/confirm", {{"issue", 999}})), "issue-not-found");
}

TEST_F(PortalTest, requestThatIsNotInOrder_isRefused) {
    registerIdentified();
    issueOn("T0");
    const auto used = makeCsr(std::move(csr_.key), KeyAlgorithm::sm2);
    const auto order = orderPaid({{"kind", "issue"}});
    const auto code = authorisationCode();
    EXPECT_EQ(codeOf(issue(order, code, "T1", makeCsr(KeyAlgorithm::p256))), "bad-csr");
    EXPECT_EQ(codeOf(issue(order, code, "T1", {nullptr, "nonsense"})), "bad-csr");
    EXPECT_EQ(codeOf(issue(order, code, "T1", used)), "key-in-use");
    EXPECT_EQ(codeOf(issue(order, code, "T0", makeCsr(KeyAlgorithm::sm2))), "wrong-token");
    EXPECT_EQ(codeOf(issue(order, code, "", makeCsr(KeyAlgorithm::sm2))), "wrong-token");
    EXPECT_EQ(issue(order, code, "T1", makeCsr(KeyAlgorithm::sm2)).status, 200);
    // The order is for one token, and that is T1 now.
    EXPECT_EQ(codeOf(issue(order, code, "T2", makeCsr(KeyAlgorithm::sm2))), "wrong-token");
}

TEST_F(PortalTest, orderThatMakesNoSense_isRefused) {
    registerIdentified();
    for (const json& order :
         {json{{"kind", "gift"}}, json{{"kind", "issue"}, {"quantity", 0}},
          json{{"kind", "issue"}, {"quantity", 51}}, json{{"kind", "issue"}, {"algorithm", "rsa1024"}},
          json{{"kind", "renew"}}, json{{"kind", "issue"}, {"certificate", 1}},
          json{{"kind", "issue"}, {"newName", "x"}}}) {
        EXPECT_EQ(codeOf(user_->post("/api/orders", order)), "bad-order") << order;
    }
    EXPECT_EQ(codeOf(user_->post("/api/orders", {{"kind", "renew"}, {"certificate", 7}})),
              "certificate-not-found");
    EXPECT_EQ(codeOf(user_->post("/api/orders", {{"kind", 1}})), "bad-request");
    EXPECT_EQ(codeOf(user_->get("/api/orders/x")), "order-not-found");
}

class PortalRenewalTest : public PortalTest {
  protected:
    void logInAgain() { user_->post("/api/login", {{"phone", kPhone}, {"code", verificationCode(kPhone)}}); }
};

TEST_F(PortalRenewalTest, certificateThatIsNotDue_cannotBeRenewed) {
    registerIdentified();
    const auto certificate = issueOn("T1");
    EXPECT_EQ(certificate.at("renewable"), false);
    const auto reply = user_->post("/api/orders", {{"kind", "renew"}, {"certificate", certificate.at("id")}});
    EXPECT_EQ(reply.status, 409);
    EXPECT_EQ(codeOf(reply), "not-due");
}

TEST_F(PortalRenewalTest, renewalWithNewKeys_countsFromExpiryAndLeavesTheOldInForce) {
    registerIdentified();
    const auto old = issueOn("T1");
    const auto oldPem = answer_.at("signCertificate");
    clock_.advance(320 * 24h);
    logInAgain();
    EXPECT_EQ(certificates().at(0).at("renewable"), true);
    const auto order = orderPaid({{"kind", "renew"}, {"certificate", old.at("id")}, {"years", 2}});
    // Both told before: where the years are chosen, and at the order.
    const auto promised = certificates().at(0).at("renewals").at(1);
    EXPECT_EQ(user_->get("/api/orders/" + order).json().at("order").at("notAfter"), promised);
    const auto code = authorisationCode();
    const auto csr = makeCsr(KeyAlgorithm::sm2);
    EXPECT_EQ(codeOf(issue(order, code, "T2", csr)), "wrong-token");
    const auto issued = issue(order, code, "T1", csr);
    ASSERT_EQ(issued.status, 200) << issued.body;
    EXPECT_TRUE(checked(issued.json(), csr.key.get()).encryptionKey.has_value());
    EXPECT_EQ(certificates().at(0).at("id"), old.at("id"));
    EXPECT_EQ(confirm(order, issued).json().at("order").at("state"), "done");

    const auto list = certificates();
    EXPECT_EQ(list.at(0).at("notAfter"), promised);
    EXPECT_EQ(list.at(0).at("state"), "active");
    EXPECT_EQ(list.at(1).at("state"), "superseded");
    EXPECT_FALSE(isRevoked(oldPem));
    const auto renewed = pki::Certificate::fromPem(issued.json().at("signCertificate").get<std::string>());
    const auto oldExpiry = pki::Certificate::fromPem(oldPem.get<std::string>()).notAfterTime();
    EXPECT_EQ(renewed.notAfterTime(), ra::yearsAfter(oldExpiry, 2));
}

TEST_F(PortalRenewalTest, renewalOfAnExpiredCertificate_countsFromToday) {
    registerIdentified();
    const auto old = issueOn("T1");
    clock_.advance(400 * 24h);
    logInAgain();
    EXPECT_EQ(certificates().at(0).at("state"), "expired");
    const auto order = orderPaid({{"kind", "renew"}, {"certificate", old.at("id")}});
    const auto issued = issue(order, authorisationCode(), "T1", makeCsr(KeyAlgorithm::sm2));
    ASSERT_EQ(issued.status, 200) << issued.body;
    const auto renewed = pki::Certificate::fromPem(issued.json().at("signCertificate").get<std::string>());
    EXPECT_EQ(renewed.notAfterTime(),
              ra::yearsAfter(std::chrono::floor<std::chrono::seconds>(clock_.now()), 1));
}

TEST_F(PortalRenewalTest, renewalWithTheSameKey_bringsCertificatesOnly) {
    registerIdentified();
    const auto old = issueOn("T1");
    const auto oldAnswer = answer_;
    clock_.advance(320 * 24h);
    logInAgain();
    const auto order = orderPaid({{"kind", "renew"}, {"certificate", old.at("id")}});
    const auto csr = makeCsr(std::move(csr_.key), KeyAlgorithm::sm2);
    const auto issued = issue(order, authorisationCode(), "T1", csr);
    ASSERT_EQ(issued.status, 200) << issued.body;
    EXPECT_FALSE(issued.json().contains("encryptionKey"));
    const auto publicKey = [](const json& pem) {
        return pki::Certificate::fromPem(pem.get<std::string>()).subjectPublicKeyInfo();
    };
    EXPECT_EQ(publicKey(issued.json().at("signCertificate")), publicKey(oldAnswer.at("signCertificate")));
    EXPECT_EQ(publicKey(issued.json().at("encryptCertificate")),
              publicKey(oldAnswer.at("encryptCertificate")));
    EXPECT_NE(issued.json().at("signCertificate"), oldAnswer.at("signCertificate"));
}

TEST_F(PortalRenewalTest, proofOfTheOldKey_isCheckedWhereItIsGiven_S22) {
    registerIdentified();
    const auto old = issueOn("T1");
    const auto oldKey = std::move(csr_.key);
    clock_.advance(320 * 24h);
    logInAgain();
    const auto order = orderPaid({{"kind", "renew"}, {"certificate", old.at("id")}});
    const auto code = authorisationCode();
    const auto csr = makeCsr(KeyAlgorithm::sm2);
    const auto with = [&](const Bytes& proof) {
        return user_->post(
            "/api/orders/" + order + "/issue",
            {{"code", code}, {"tokenSerial", "T1"}, {"csr", csr.pem}, {"proof", toBase64Url(proof)}});
    };
    const auto der = folder_.path() / "csr.der";
    ASSERT_EQ(sandbox_test::runCommand("openssl req -in " + (folder_.path() / "csr.pem").string() +
                                       " -outform DER -out " + der.string())
                  .status,
              0);
    const auto request = sandbox_test::contentOf(der);
    const std::string_view domain("Ukey Bridge renewal v2\0", 23);
    Bytes message(domain.begin(), domain.end());
    message.insert(message.end(), request.begin(), request.end());
    // The older form, which a page could have had signed as its data.
    EXPECT_EQ(codeOf(with(sandbox_test::signWithCommandLine(oldKey.get(), "SM3", request))), "bad-proof");
    EXPECT_EQ(codeOf(with(sandbox_test::signWithCommandLine(csr.key.get(), "SM3", message))), "bad-proof");
    EXPECT_EQ(codeOf(with({1, 2, 3})), "bad-proof");
    EXPECT_EQ(with(sandbox_test::signWithCommandLine(oldKey.get(), "SM3", message)).status, 200);
}

TEST_F(PortalTest, changeOfName_waitsForTheClerkAndRevokesTheOldWhenTheNewIsWritten) {
    registerIdentified();
    const auto old = issueOn("T1");
    const auto oldPem = answer_.at("signCertificate");
    const auto order = orderPaid({{"kind", "change"}, {"certificate", old.at("id")}, {"newName", "张三丰"}});
    EXPECT_EQ(user_->get("/api/orders/" + order).json().at("order").at("state"), "in-review");
    const auto waiting = user_->get("/api/clerk/orders").json().at("orders");
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(waiting.at(0).at("newName"), "张三丰");
    EXPECT_EQ(waiting.at(0).at("account").at("name"), "张三");
    EXPECT_EQ(user_->post("/api/clerk/orders/" + order + "/approve").json().at("order").at("state"), "ready");
    EXPECT_EQ(codeOf(user_->post("/api/clerk/orders/" + order + "/approve")), "order-state");

    const auto csr = makeCsr(KeyAlgorithm::sm2);
    const auto issued = issue(order, authorisationCode(), "T1", csr);
    ASSERT_EQ(issued.status, 200) << issued.body;
    EXPECT_EQ(checked(issued.json(), csr.key.get()).signCertificate.subject(), "CN=张三丰,C=CN");
    EXPECT_FALSE(isRevoked(oldPem));
    confirm(order, issued);
    EXPECT_TRUE(isRevoked(oldPem));
    EXPECT_EQ(user_->get("/api/session").json().at("account").at("name"), "张三丰");
    EXPECT_EQ(certificates().at(1).at("state"), "revoked");
}

TEST_F(PortalTest, changeThatTheClerkRejects_saysWhy) {
    registerIdentified();
    const auto old = issueOn("T1");
    const auto order = orderPaid({{"kind", "change"}, {"certificate", old.at("id")}, {"newName", "张三丰"}});
    EXPECT_EQ(user_->post("/api/clerk/orders/" + order + "/reject", {{"note", "材料不全"}}).status, 200);
    const auto after = user_->get("/api/orders/" + order).json().at("order");
    EXPECT_EQ(after.at("state"), "rejected");
    EXPECT_EQ(after.at("note"), "材料不全");
}

TEST_F(PortalTest, reissue_revokesTheLostTokensCertificateAndWantsAnotherToken) {
    registerIdentified();
    const auto old = issueOn("T1");
    const auto oldPem = answer_.at("signCertificate");
    const auto order = orderPaid({{"kind", "reissue"}, {"certificate", old.at("id")}});
    const auto code = authorisationCode();
    EXPECT_EQ(codeOf(issue(order, code, "T1", makeCsr(KeyAlgorithm::sm2))), "wrong-token");
    EXPECT_FALSE(isRevoked(oldPem));
    const auto csr = makeCsr(KeyAlgorithm::sm2);
    const auto issued = issue(order, code, "T9", csr);
    ASSERT_EQ(issued.status, 200) << issued.body;
    EXPECT_TRUE(isRevoked(oldPem));
    EXPECT_EQ(confirm(order, issued).json().at("order").at("state"), "done");
    EXPECT_EQ(certificates().at(0).at("tokenSerial"), "T9");
    EXPECT_EQ(certificates().at(0).at("notAfter"), old.at("notAfter"));
}

TEST_F(PortalTest, tokenOfSomebodyElse_isRefused) {
    registerIdentified();
    issueOn("T1");
    user_ = std::make_unique<HttpClient>(world_->portalPort());
    ASSERT_EQ(registerUser(*user_, "13800000002", "李四").status, 201);
    user_->post("/api/account/identity");
    const auto order = orderPaid({{"kind", "issue"}});
    EXPECT_EQ(codeOf(issue(order, authorisationCode(), "T1", makeCsr(KeyAlgorithm::sm2))), "wrong-token");
}

}  // namespace
}  // namespace ukey::sandbox
