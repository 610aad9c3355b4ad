// Every ABI and every convention, driven by the same driver with options only.
#include "fake_fixture.hpp"

namespace ukey::skf {
namespace {

struct Variant {
    std::string name;
    unsigned ulongBits = 32;
    Packing packing = Packing::packed;
    int convention = kStandard;
    int listEnd = kTwoNuls;
};

class SkfVariant : public FakeSkf, public testing::WithParamInterface<Variant> {
  protected:
    SkfVariant() : FakeSkf(GetParam().name) {
        options.abi.ulongBits = GetParam().ulongBits;
        options.abi.packing = GetParam().packing;
        options.quirks.sm2Decrypt = Sm2DecryptForm::blob;
        fake.set("convention", GetParam().convention);
        fake.set("listEnd", GetParam().listEnd);
    }
    ~SkfVariant() override { EXPECT_EQ(fake.calls("misuse"), 0); }
};

TEST_P(SkfVariant, listTokens_pluggedIn_isDescribed) {
    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0].id, kFakeId);
    EXPECT_EQ(tokens[0].serial, "SN-0042");
    EXPECT_EQ(tokens[0].label, std::string(32, 'L'));
    EXPECT_EQ(tokens[0].manufacturer, std::string(64, 'M'));
    EXPECT_EQ(tokens[0].state, token::TokenState::ready);
    EXPECT_EQ(tokens[0].pin.status, token::PinStatus::defaultPin);
    EXPECT_EQ(tokens[0].pin.triesLeft, 6U);
    EXPECT_EQ(tokens[0].algorithms, (std::vector{token::KeyAlgorithm::sm2, token::KeyAlgorithm::rsa2048}));
}

TEST_P(SkfVariant, listKeys_bothPairs_areReadWithCertificates) {
    const auto keys = driver().listKeys({kFakeId});
    ASSERT_EQ(keys.size(), 3U);
    EXPECT_EQ(keys[0].ref, (token::KeyRef{"rsa", token::KeyUsage::sign}));
    ASSERT_TRUE(keys[0].publicKey);
    EXPECT_EQ(keys[0].publicKey->modulus, fake.rsaModulus());
    EXPECT_EQ(keys[0].publicKey->exponent, (Bytes{1, 0, 1}));
    EXPECT_TRUE(keys[0].certificate.empty());

    Bytes point{0x04};
    point.insert(point.end(), 32, 0x11);
    point.insert(point.end(), 32, 0x12);
    EXPECT_EQ(keys[1].ref, (token::KeyRef{"sm2", token::KeyUsage::sign}));
    ASSERT_TRUE(keys[1].publicKey);
    EXPECT_EQ(keys[1].publicKey->point, point);
    EXPECT_EQ(keys[1].certificate, (Bytes{0x30, 0x03, 0x02, 0x01, 0x05}));
    EXPECT_EQ(keys[1].decrypt, token::DecryptMeans::none);
    EXPECT_EQ(keys[2].ref, (token::KeyRef{"sm2", token::KeyUsage::encrypt}));
    EXPECT_EQ(keys[2].certificate, (Bytes{0x30, 0x03, 0x02, 0x01, 0x06}));
    EXPECT_EQ(keys[2].decrypt, token::DecryptMeans::direct);
}

TEST_P(SkfVariant, listTokens_noneThere_isEmpty) {
    fake.set("unplugged", 1);
    EXPECT_TRUE(driver().listTokens({}).empty());
}

TEST_P(SkfVariant, sign_sm2_givesBothNumbersUnpadded) {
    login();
    Bytes expected(32, 0x77);
    expected.insert(expected.end(), 32, 0x11);
    EXPECT_EQ(driver().sign(signRequest()), expected);
}

TEST_P(SkfVariant, sign_rsa_verifies) {
    login();
    EXPECT_EQ(driver().sign(signRequest("rsa")).size(), 256U);
}

TEST_P(SkfVariant, generateImportWriteDelete_newContainer_wholeLife) {
    login();
    const auto made = driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::sm2});
    EXPECT_EQ(made.point.size(), 65U);
    EXPECT_EQ(made.point[1], 0x31);
    driver().importKeyPair({kFakeId, "new", fakeEnvelope()});
    const Bytes certificate{0x30, 0x02, 0x05, 0x00};
    driver().writeCertificate({kFakeId, {"new", token::KeyUsage::encrypt}, certificate});
    const auto keys = driver().listKeys({kFakeId});
    ASSERT_EQ(keys.size(), 5U);
    EXPECT_EQ(keys[0].ref.container, "new");
    EXPECT_EQ(keys[1].publicKey->point, fakeEnvelope().publicKey);
    EXPECT_EQ(keys[1].certificate, certificate);
    driver().deleteContainer({kFakeId, "new"});
    EXPECT_EQ(driver().listKeys({kFakeId}).size(), 3U);
    EXPECT_NO_THROW(driver().deleteContainer({kFakeId, "new"}));
}

TEST_P(SkfVariant, generate_rsa_givesItsNumbers) {
    login();
    const auto made = driver().generateKeyPair({kFakeId, "new", token::KeyAlgorithm::rsa2048});
    EXPECT_EQ(made.modulus, fake.rsaModulus());
    EXPECT_EQ(made.exponent, (Bytes{1, 0, 1}));
}

TEST_P(SkfVariant, sessionDecrypt_cbcInPieces_chains) {
    login();
    (void)driver().listKeys({kFakeId});
    token::OpenSession open;
    open.token = kFakeId;
    open.key = {"sm2", token::KeyUsage::encrypt};
    open.wrappedKey = fakeCipher();
    open.contentAlgorithm = 0x402;
    open.iv.assign(16, 0x0F);
    const std::string session = driver().openSession(open);
    // Two blocks of one octet each: P1 = C1 ^ 5A ^ IV, P2 = C2 ^ 5A ^ C1.
    Bytes expected(16, 0x01 ^ 0x5A ^ 0x0F);
    EXPECT_EQ(driver().sessionDecrypt({kFakeId, session, Bytes(16, 0x01)}), expected);
    expected.assign(16, 0x02 ^ 0x5A ^ 0x01);
    EXPECT_EQ(driver().sessionDecrypt({kFakeId, session, Bytes(16, 0x02)}), expected);
    EXPECT_EQ(fake.ivLength(), 16);
    EXPECT_EQ(fake.feedBits(), 0);
    driver().closeSession({kFakeId, session});
    EXPECT_EQ(codeOf([&] { driver().sessionDecrypt({kFakeId, session, Bytes(16)}); }), ErrorCode::badRequest);
}

TEST_P(SkfVariant, decrypt_makersExtension_opensCipher) {
    login();
    (void)driver().listKeys({kFakeId});
    EXPECT_EQ(driver().decrypt({kFakeId, {"sm2", token::KeyUsage::encrypt}, fakeCipher()}), Bytes(16, 0x42));
}

TEST_P(SkfVariant, login_wrongPin_tellsTriesLeft) {
    const Error error = errorOf([&] {
        driver().login(kFakeId, token::PinRole::user, Secret::copyOf("000000"));
        return 0;
    });
    EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
    EXPECT_EQ(error.triesLeft(), 5U);
    EXPECT_NE(std::string(error.what()).find("SKF_VerifyPIN"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Libraries, SkfVariant,
    testing::Values(Variant{"ulong32-packed"}, Variant{"ulong64-packed", 64},
                    Variant{"ulong32-natural", 32, Packing::natural},
                    Variant{"ulong64-natural", 64, Packing::natural}, Variant{"left-aligned"},
                    Variant{"ulong32-packed", 32, Packing::packed, kNullIsTooSmall},
                    Variant{"ulong32-packed", 32, Packing::packed, kShortIsOk},
                    Variant{"ulong32-packed", 32, Packing::packed, kNullNotKnown},
                    Variant{"ulong64-natural", 64, Packing::natural, kNullIsTooSmall, kNoTerminator},
                    Variant{"ulong32-packed", 32, Packing::packed, kStandard, kEmptyIsLengthZero}),
    [](const auto& instance) {
        std::string name = instance.param.name + "_" + std::to_string(instance.param.convention) +
                           std::to_string(instance.param.listEnd);
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

}  // namespace
}  // namespace ukey::skf
