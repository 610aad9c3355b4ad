// 解锁 at the portal: who may ask, who approves, what the RA answers. The bridge's half is the bridge's own
// pki; the maker's form is opened with Botan.
#include "tests/sandbox/portal_fixture.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/remote_unlock.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"
#include "tokenlib/pki/unlock_authority.hpp"

namespace ukey::sandbox {
namespace {

constexpr const char* kToken = "UK-1";
constexpr std::size_t kWrapped = 112;

/// A bridge with one request.
struct Asked {
    pki::Sm2PrivateKey key = pki::Sm2PrivateKey::generate();
    Bytes der;
    Bytes nonce = pki::newUnlockNonce();
};

class UnlockTest : public PortalTest {
  protected:
    explicit UnlockTest(WorldOptions options = withoutPause()) : PortalTest(std::move(options)) {}
    void SetUp() override {
        registerIdentified();
        certificate_ = issueOn(kToken).at("id");
    }

    Asked request(const std::string& serial = kToken, const Bytes& challenge = {}) {
        Asked asked;
        asked.der = pki::unlockRequestToDer(
            {.serial = serial,
             .model = "Test",
             .nonce = asked.nonce,
             .expires = std::chrono::floor<std::chrono::seconds>(clock_.now()) + 10min,
             .key = asked.key.publicKey().point,
             .challenge = challenge});
        return asked;
    }
    std::string ask() {
        const auto reply = user_->post("/api/unlocks", {{"certificate", certificate_}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        return std::to_string(reply.json().at("unlock").at("id").get<std::int64_t>());
    }
    Reply verify(const std::string& unlock) {
        return user_->post("/api/unlocks/" + unlock + "/verify", {{"code", lastMessage("验证码：")}});
    }
    std::string askApproved() {
        auto unlock = ask();
        EXPECT_EQ(verify(unlock).status, 200);
        EXPECT_EQ(HttpClient(world_->portalPort()).post("/api/clerk/unlocks/" + unlock + "/approve").status,
                  200);
        return unlock;
    }
    Reply answer(const std::string& unlock, const Asked& asked, json more = json::object()) {
        more["request"] = toBase64Url(asked.der);
        return user_->post("/api/unlocks/" + unlock + "/answer", more);
    }
    static pki::UnlockResponse responseIn(const Reply& reply) {
        EXPECT_EQ(reply.status, 200) << reply.body;
        const Bytes der = fromBase64Url(reply.json().at("response").get<std::string>()).value();
        return pki::unlockResponseFromDer(pki::signedUnlockResponseFromDer(der).response);
    }
    /// Also that the answer is one that a bridge takes for this token, without being told whose RA this is.
    std::string pinIn(const Reply& reply, const Asked& asked) {
        const Bytes der = fromBase64Url(reply.json().at("response").get<std::string>()).value();
        const auto onToken = pki::Certificate::fromPem(answer_.at("signCertificate").get<std::string>());
        pki::requireAuthority(pki::signedUnlockResponseFromDer(der), asked.der, {{}, {onToken}},
                              std::chrono::floor<std::chrono::seconds>(clock_.now()));
        const auto response = responseIn(reply);
        EXPECT_EQ(response.nonce, asked.nonce);
        const auto pin =
            pki::openAdministratorPin(asked.key, asked.der, std::get<token::Sm2Cipher>(response.answer));
        return std::string(pin.text());
    }
    std::string stateOf(const std::string& unlock) {
        return user_->get("/api/unlocks/" + unlock).json().at("unlock").at("state");
    }

    json certificate_;
};

class UnlockTestInVendorForm : public UnlockTest {
  protected:
    static WorldOptions options() {
        auto options = withoutPause();
        options.unlockForm = ra::UnlockForm::vendor;
        return options;
    }
    UnlockTestInVendorForm() : UnlockTest(options()) {}
};

/// The soft token's question, and its key.
struct Challenge {
    Bytes octets = Bytes(8, 0x5A);
    ca::KeyPtr key = ca::generateKey(KeyAlgorithm::sm2);
    Challenge() {
        const Bytes point = ca::toPublicKey(key.get()).point;
        octets.insert(octets.end(), point.begin() + 1, point.end());
    }
};

TEST_F(UnlockTest, newCodeThatCannotBeSent_leavesTheOneInHand) {
    const auto unlock = ask();
    while (user_->post("/api/unlocks/" + unlock + "/code").status == 200) {
    }
    EXPECT_EQ(codeOf(user_->post("/api/unlocks", {{"certificate", certificate_}})), "too-many-messages");
    EXPECT_EQ(user_->get("/api/unlocks").json().at("unlocks").size(), 1U);
    EXPECT_EQ(verify(unlock).status, 200);
}

TEST_F(UnlockTest, approvedUnlock_isAnsweredWithTheAdministratorPinForThatRequestAlone) {
    const auto unlock = askApproved();
    const auto asked = request();
    const auto reply = answer(unlock, asked);
    EXPECT_EQ(reply.json().at("form"), "sealed");
    EXPECT_EQ(pinIn(reply, asked), "ukeyadmin1");
    EXPECT_EQ(stateOf(unlock), "answered");
    EXPECT_EQ(answer(unlock, asked).body, reply.body) << "an answer that was lost on the way";
    EXPECT_EQ(codeOf(answer(unlock, request())), "unlock-used");
}

TEST_F(UnlockTest, eachStep_waitsForTheOneBefore) {
    const auto unlock = ask();
    HttpClient clerk(world_->portalPort());
    EXPECT_EQ(stateOf(unlock), "unverified");
    EXPECT_EQ(codeOf(answer(unlock, request())), "unlock-state");
    EXPECT_EQ(codeOf(clerk.post("/api/clerk/unlocks/" + unlock + "/approve")), "unlock-state");
    EXPECT_TRUE(clerk.get("/api/clerk/unlocks").json().at("unlocks").empty());
    EXPECT_EQ(codeOf(user_->post("/api/unlocks/" + unlock + "/verify", {{"code", "12345"}})), "code-wrong");
    EXPECT_EQ(verify(unlock).json().at("unlock").at("state"), "in-review");
    EXPECT_EQ(codeOf(answer(unlock, request())), "unlock-state");
    const auto waiting = clerk.get("/api/clerk/unlocks").json().at("unlocks");
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(waiting[0].at("tokenSerial"), kToken);
    EXPECT_EQ(waiting[0].at("account").at("name"), "张三");
    EXPECT_EQ(clerk.post("/api/clerk/unlocks/" + unlock + "/approve").status, 200);
    EXPECT_EQ(codeOf(clerk.post("/api/clerk/unlocks/" + unlock + "/reject", {{"note", "late"}})),
              "unlock-state");
    EXPECT_EQ(answer(unlock, request()).status, 200);
}

TEST_F(UnlockTest, lateCode_isRefusedAndANewOneServes) {
    const auto unlock = ask();
    clock_.advance(11min);
    EXPECT_EQ(codeOf(verify(unlock)), "code-expired");
    EXPECT_EQ(user_->post("/api/unlocks/" + unlock + "/code").status, 200);
    EXPECT_EQ(verify(unlock).status, 200);
    EXPECT_EQ(codeOf(user_->post("/api/unlocks/" + unlock + "/code")), "unlock-state");
}

TEST_F(UnlockTest, rejectedUnlock_saysWhyAndIsNotAnswered) {
    const auto unlock = ask();
    verify(unlock);
    EXPECT_EQ(user_->post("/api/clerk/unlocks/" + unlock + "/reject", {{"note", "资料不全"}}).status, 200);
    EXPECT_EQ(user_->get("/api/unlocks").json().at("unlocks").at(0).at("note"), "资料不全");
    EXPECT_EQ(codeOf(answer(unlock, request())), "unlock-state");
}

TEST_F(UnlockTest, requestOfAnotherTokenOrTimeOrNone_isRefusedAndTheApprovalStays) {
    const auto unlock = askApproved();
    EXPECT_EQ(codeOf(answer(unlock, request("UK-2"))), "unlock-wrong-token");
    const auto old = request();
    clock_.advance(16min);
    EXPECT_EQ(codeOf(answer(unlock, old)), "unlock-request-late");
    Asked broken = request();
    broken.der.pop_back();
    EXPECT_EQ(codeOf(answer(unlock, broken)), "bad-unlock-request");
    Asked offCurve = request();
    offCurve.der.at(offCurve.der.size() - 1) ^= 1U;
    EXPECT_EQ(codeOf(answer(unlock, offCurve)), "bad-unlock-request");
    EXPECT_EQ(codeOf(answer(unlock, request(), {{"form", "vendor"}})), "unlock-form");
    EXPECT_EQ(answer(unlock, request()).status, 200);
}

TEST_F(UnlockTest, approvalThatNobodyUsed_lapsesAfterADay) {
    const auto unlock = askApproved();
    clock_.advance(25h);
    user_->post("/api/verification", {{"phone", kPhone}});
    user_->post("/api/login", {{"phone", kPhone}, {"code", lastMessage("验证码是 ")}});
    EXPECT_EQ(codeOf(answer(unlock, request())), "unlock-lapsed");
}

TEST_F(UnlockTest, otherAccount_neitherSeesNorUsesIt) {
    const auto unlock = askApproved();
    HttpClient stranger(world_->portalPort());
    ASSERT_EQ(registerUser(stranger, "13800000002", "李四").status, 201);
    std::swap(*user_, stranger);
    EXPECT_EQ(codeOf(user_->get("/api/unlocks/" + unlock)), "unlock-not-found");
    EXPECT_EQ(codeOf(answer(unlock, request())), "unlock-not-found");
    EXPECT_EQ(codeOf(user_->post("/api/unlocks", {{"certificate", certificate_}})), "certificate-not-found");
    EXPECT_TRUE(user_->get("/api/unlocks").json().at("unlocks").empty());
    user_->post("/api/logout");
    EXPECT_EQ(codeOf(user_->get("/api/unlocks")), "login-required");
}

TEST_F(UnlockTest, administratorPinOfOneToken_isSetApartAndSealedAtRest) {
    auto database = portal::openDatabase(folder_.path());
    ra::AdministratorPins(database, folder_.path(), "").set(kToken, Secret::copyOf("so-of-uk-1"));
    const auto asked = request();
    EXPECT_EQ(pinIn(answer(askApproved(), asked), asked), "so-of-uk-1");
    for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
        if (!file.is_regular_file()) continue;
        EXPECT_EQ(asText(sandbox_test::contentOf(file)).find("so-of-uk-1"), std::string_view::npos) << file;
    }
}

TEST_F(UnlockTestInVendorForm, modelWithItsOwnProcedure_getsATemporaryPinThatGoesToThePhone) {
    const Challenge challenge;
    const auto asked = request(kToken, challenge.octets);
    const auto reply = answer(askApproved(), asked);
    EXPECT_EQ(reply.json().at("form"), "vendor");
    const Bytes vendor = std::get<Bytes>(responseIn(reply).answer);
    const std::string pin = lastMessage("临时密码：");
    EXPECT_EQ(pin.size(), 8U);

    ASSERT_EQ(vendor.size(), 16 + 4 + kWrapped);
    Bytes raw{4};
    raw.insert(raw.end(), vendor.end() - kWrapped, vendor.end());
    const Bytes key = sandbox_test::decryptSm2(challenge.key.get(),
                                               pki::sm2CipherFromRaw(raw, pki::Sm2CipherOrder::c1c3c2));
    const Bytes plain = sandbox_test::decryptSm4Ecb(key, Bytes(vendor.begin(), vendor.begin() + 16));
    Bytes expected{8, 0};
    expected.insert(expected.end(), pin.begin(), pin.end());
    expected.push_back(0x80);
    expected.resize(16);
    EXPECT_EQ(plain, expected);
    EXPECT_EQ(asText(sandbox_test::contentOf(folder_.write("r", reply.body))).find("ukeyadmin1"),
              std::string_view::npos);
}

TEST_F(UnlockTestInVendorForm, modelWithoutOne_isAnsweredInTheSealedForm) {
    const auto asked = request();
    EXPECT_EQ(pinIn(answer(askApproved(), asked), asked), "ukeyadmin1");
}

TEST_F(UnlockTestInVendorForm, pageMayAskForTheSealedForm) {
    const auto asked = request(kToken, Challenge().octets);
    EXPECT_EQ(pinIn(answer(askApproved(), asked, {{"form", "sealed"}}), asked), "ukeyadmin1");
}

}  // namespace
}  // namespace ukey::sandbox
