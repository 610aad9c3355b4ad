// A signature by whichever mechanism the module has.
#include "fake.hpp"

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::fake;  // NOLINT(google-build-using-namespace)
using test::digestOf;
using test::ecKey;
using test::publicKeyOf;
using test::rsaKey;
using test::sm2Key;
using test::verifies;
using ::testing::ElementsAre;
using token::DigestAlgorithm;
using token::KeyAlgorithm;
using token::KeyUsage;

namespace {

class Signatures : public test::FakeTest {
  protected:
    void use(const std::shared_ptr<EVP_PKEY>& key, std::vector<CK_MECHANISM_TYPE> mechanisms) {
        state().mechanisms = std::move(mechanisms);
        addPair(key);
        login();
    }
    bool isRight(const std::shared_ptr<EVP_PKEY>& key, const Bytes& signature,
                 DigestAlgorithm algorithm = DigestAlgorithm::sha256) {
        return verifies(publicKeyOf(key.get()), algorithm, digestOf(algorithm, kMessage), signature);
    }
};

}  // namespace

TEST_F(Signatures, rsa_byPkcs1_getsADigestInfo) {
    use(rsaKey(), {CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS, CKM_RSA_X_509});
    for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
        EXPECT_TRUE(isRight(rsaKey(), sign(false, algorithm), algorithm)) << static_cast<int>(algorithm);
        EXPECT_EQ(state().signedInput.back()[0], 0x30);
    }
    // OpenSSL knows no RSA signature with SM3: the DigestInfo itself (1.2.156.10197.1.401).
    EXPECT_EQ(sign(false, DigestAlgorithm::sm3).size(), 256U);
    Bytes info = fromHex("3030300c06082a811ccf5501831105000420").value();
    const Bytes digest = digestOf(DigestAlgorithm::sm3, kMessage);
    info.insert(info.end(), digest.begin(), digest.end());
    EXPECT_EQ(state().signedInput.back(), info);
    EXPECT_THAT(state().signedWith, ::testing::Each(CKM_RSA_PKCS));
}

TEST_F(Signatures, rsa_byHashingMechanismOnly_needsTheMessage) {
    use(rsaKey(), {CKM_SHA256_RSA_PKCS});
    EXPECT_TRUE(isRight(rsaKey(), sign(true)));
    EXPECT_TRUE(isRight(rsaKey(), sign(true)));
    EXPECT_THAT(state().signedWith, ElementsAre(CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS));
    EXPECT_ERROR(sign(false), ErrorCode::unsupported);
    EXPECT_ERROR(sign(true, DigestAlgorithm::sha512), ErrorCode::unsupported);
}

TEST_F(Signatures, rsa_byBareOperation_isPaddedHere) {
    use(rsaKey(), {CKM_SHA256_RSA_PKCS, CKM_RSA_X_509});
    EXPECT_TRUE(isRight(rsaKey(), sign(false)));
    EXPECT_TRUE(isRight(rsaKey(), sign(true)));
    EXPECT_TRUE(isRight(rsaKey(), sign(false)));
    EXPECT_EQ(state().signedInput.back().size(), kMessage.size() == 0 ? 0U : 256U);
}

TEST_F(Signatures, rsa_withoutLeadingZeros_isFilledUp) {
    use(rsaKey(), {CKM_RSA_X_509});
    state().stripsZeros = true;
    // One signature in 256 begins with a zero octet.
    for (int i = 0; i < 600; ++i) {
        const auto algorithm = DigestAlgorithm::sha256;
        Bytes digest =
            digestOf(algorithm, Bytes{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)});
        const Bytes made = driver().sign({id(), {"key", KeyUsage::sign}, algorithm, digest, {}});
        ASSERT_EQ(made.size(), 256U);
        ASSERT_TRUE(verifies(publicKeyOf(rsaKey().get()), algorithm, digest, made));
    }
}

TEST_F(Signatures, mechanismList_thatPromisesTooMuch_isFoundOutOnce) {
    use(rsaKey(), {CKM_RSA_PKCS, CKM_RSA_X_509});
    state().returns["C_SignInit"] = {CKR_MECHANISM_INVALID};
    EXPECT_TRUE(isRight(rsaKey(), sign()));
    EXPECT_TRUE(isRight(rsaKey(), sign()));
    EXPECT_THAT(state().signedWith, ElementsAre(CKM_RSA_X_509, CKM_RSA_X_509));
    EXPECT_EQ(calls("C_SignInit"), 3U);
}

TEST_F(Signatures, mechanismList_thatIsMissing_meansTryAll) {
    use(rsaKey(), {CKM_RSA_X_509});
    state().hidesMechanisms = true;
    restart();
    login();
    EXPECT_TRUE(isRight(rsaKey(), sign()));
    EXPECT_TRUE(driver().describeToken({id()}).algorithms.empty());
}

TEST_F(Signatures, mechanism_thatDoesNotSign_isNotTried) {
    state().mechanismFlags = CKF_DECRYPT;
    use(rsaKey(), {CKM_RSA_PKCS});
    EXPECT_ERROR(sign(), ErrorCode::unsupported);
    EXPECT_EQ(calls("C_SignInit"), 0U);
}

TEST_F(Signatures, ecdsa_rawAndHashing_areBothTaken) {
    use(ecKey(), {CKM_ECDSA});
    EXPECT_TRUE(isRight(ecKey(), sign()));
    EXPECT_TRUE(isRight(ecKey(), sign(false, DigestAlgorithm::sha512), DigestAlgorithm::sha512));
    EXPECT_EQ(state().signedInput.back().size(), 32U);  // The leftmost octets.
    state().mechanisms = {CKM_ECDSA_SHA256};
    restart();
    login();
    EXPECT_TRUE(isRight(ecKey(), sign(true)));
    EXPECT_ERROR(sign(false), ErrorCode::unsupported);
    EXPECT_EQ(state().signedWith.back(), CKM_ECDSA_SHA256);
}

TEST_F(Signatures, ecdsa_inDer_isMadeRaw) {
    use(ecKey(), {CKM_ECDSA});
    state().derSignatures = true;
    for (int i = 0; i < 50; ++i) {
        const Bytes made = sign();
        ASSERT_EQ(made.size(), 64U);
        ASSERT_TRUE(isRight(ecKey(), made));
    }
}

TEST_F(Signatures, answers_ofImpossibleLength_areRefused) {
    use(ecKey(), {CKM_ECDSA, CKM_RSA_PKCS});
    for (const CK_ULONG claimed :
         {CK_ULONG{63}, CK_ULONG{66}, CK_ULONG{1} << 40U, CK_UNAVAILABLE_INFORMATION}) {
        state().claimedSignature = claimed;
        EXPECT_ERROR(sign(), ErrorCode::driverError) << claimed;
    }
    state().claimedSignature = 0;
    EXPECT_NO_THROW(sign());
}

TEST_F(Signatures, operation_leftOpen_isEnded) {
    use(ecKey(), {CKM_ECDSA});
    EXPECT_NO_THROW(sign());
    for (const auto session : state().sessions) state().operations[session] = {CKM_ECDSA, 0, false};
    EXPECT_TRUE(isRight(ecKey(), sign()));
    EXPECT_EQ(state().sessions.size(), 1U);
}

TEST_F(Signatures, sm2_byVendorMechanism_isRawAlsoFromDer) {
    constexpr CK_MECHANISM_TYPE kSign = 0x80008104;
    pkcs11::Sm2Mechanisms vendor{.keyType = 0x80000004, .generate = 0x80008001, .sign = kSign};
    state().add(privateKey(sm2Key()).number(CKA_KEY_TYPE, 0x80000004));
    state().add(publicKey(publicKeyOf(sm2Key().get())).number(CKA_KEY_TYPE, 0x80000004));
    state().mechanisms = {CKM_ECDSA, kSign, 0x80008001};
    for (const bool der : {false, true}) {
        vendor.signature =
            der ? pkcs11::Sm2Mechanisms::SignatureForm::der : pkcs11::Sm2Mechanisms::SignatureForm::raw;
        state().derSignatures = der;
        restart({.sm2 = vendor});
        login();
        EXPECT_EQ(keys().at(0).publicKey, publicKeyOf(sm2Key().get()));
        const Bytes made = sign(false, DigestAlgorithm::sm3);
        EXPECT_EQ(made.size(), 64U);
        EXPECT_TRUE(isRight(sm2Key(), made, DigestAlgorithm::sm3));
        EXPECT_ERROR(sign(false, DigestAlgorithm::sha256), ErrorCode::badRequest);
    }
    EXPECT_THAT(state().signedWith, ::testing::Each(kSign));
    EXPECT_EQ(driver().describeToken({id()}).algorithms.at(0), KeyAlgorithm::sm2);
    EXPECT_EQ(driver().generateKeyPair({id(), "new", KeyAlgorithm::sm2}).algorithm, KeyAlgorithm::sm2);
}

TEST_F(Signatures, sm2_withoutAMechanism_isNeverEcdsa) {
    use(sm2Key(), {CKM_ECDSA, CKM_EC_KEY_PAIR_GEN});
    EXPECT_EQ(keys().at(0).publicKey->algorithm, KeyAlgorithm::sm2);
    EXPECT_ERROR(sign(false, DigestAlgorithm::sm3), ErrorCode::unsupported);
    restart({.sm2 = pkcs11::Sm2Mechanisms{.generate = 0x80008001, .sign = 0x80008105}});
    login();
    EXPECT_ERROR(sign(false, DigestAlgorithm::sm3), ErrorCode::unsupported);
    EXPECT_TRUE(state().signedWith.empty());
    EXPECT_THAT(driver().describeToken({id()}).algorithms,
                ::testing::Not(::testing::Contains(KeyAlgorithm::sm2)));
}

TEST_F(Signatures, sm2Ciphertext_byVendorMechanism_isDecrypted) {
    constexpr CK_MECHANISM_TYPE kDecrypt = 0x80008201;
    use(sm2Key(), {kDecrypt});
    restart({.sm2 = pkcs11::Sm2Mechanisms{.decrypt = kDecrypt}});
    login();
    EXPECT_EQ(keys().at(0).decrypt, token::DecryptMeans::direct);
    const Bytes plain(16, 0x21);
    const auto cipher = test::encryptSm2(publicKeyOf(sm2Key().get()), plain);
    EXPECT_EQ(driver().decrypt({id(), {"key", KeyUsage::sign}, cipher}), plain);
    auto damaged = cipher;
    damaged.hash[0] ^= 1;
    EXPECT_ERROR(driver().decrypt({id(), {"key", KeyUsage::sign}, damaged}), ErrorCode::driverError);
    damaged.x.pop_back();
    EXPECT_ERROR(driver().decrypt({id(), {"key", KeyUsage::sign}, damaged}), ErrorCode::badRequest);
    EXPECT_ERROR(driver().decrypt({id(), {"key", KeyUsage::sign}, Bytes(256)}), ErrorCode::badRequest);
}

TEST_F(Signatures, rsaBlock_byEitherMechanism_isDecrypted) {
    const Bytes plain{1, 2, 3};
    const Bytes block = test::encryptPkcs1(publicKeyOf(rsaKey().get()), plain);
    use(rsaKey(), {CKM_RSA_PKCS});
    const auto decrypt = [&](const Bytes& input) {
        return driver().decrypt({id(), {"key", KeyUsage::sign}, input});
    };
    EXPECT_EQ(decrypt(block), plain);
    EXPECT_ERROR(decrypt(Bytes(255, 1)), ErrorCode::badRequest);
    state().mechanisms = {CKM_RSA_X_509};
    restart();
    login();
    EXPECT_EQ(decrypt(block), plain);
    state().stripsZeros = true;
    EXPECT_EQ(decrypt(block), plain);
    Bytes wrong = block;
    wrong[100] ^= 1;
    EXPECT_ERROR(decrypt(wrong), ErrorCode::driverError);
    state().mechanisms = {};
    restart();
    login();
}
