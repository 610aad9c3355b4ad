// Keys opened by RSAES-OAEP, by the bare RSA operation and by ECDH: on SoftHSM2, with OpenSSL as the other
// side, and on a module that lacks them.
#include <gmock/gmock.h>
#include <openssl/rsa.h>

#include "expect_error.hpp"
#include "fake.hpp"
#include "openssl_helpers.hpp"
#include "softhsm.hpp"

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::test;  // NOLINT(google-build-using-namespace)
using pkcs11::CKM_ECDSA;
using pkcs11::CKM_RSA_PKCS;
using token::KeyAlgorithm;
using token::KeyDigest;
using token::KeyUsage;

namespace {

const Bytes kKey(32, 0x5A);

Bytes oaepBlock(const token::PublicKey& key, const char* digest) {
    const Key pkey = fromPublicKey(key);
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(pkey.get(), nullptr);
    EVP_PKEY_encrypt_init(context);
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING);
    EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_get_digestbyname(digest));
    Bytes block(key.modulus.size());
    std::size_t length = block.size();
    EXPECT_EQ(EVP_PKEY_encrypt(context, block.data(), &length, kKey.data(), kKey.size()), 1);
    EVP_PKEY_CTX_free(context);
    return block;
}

token::OaepCipher withSha1(Bytes block) { return {std::move(block), KeyDigest::sha1, KeyDigest::sha1, {}}; }

Bytes sharedBy(EVP_PKEY* own, const token::PublicKey& theirs) {
    const Key peer = fromPublicKey(theirs);
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(own, nullptr);
    EVP_PKEY_derive_init(context);
    EVP_PKEY_derive_set_peer(context, peer.get());
    Bytes secret(token::coordinateLength(theirs.algorithm));
    std::size_t length = secret.size();
    EXPECT_EQ(EVP_PKEY_derive(context, secret.data(), &length), 1);
    EVP_PKEY_CTX_free(context);
    return secret;
}

class SoftHsmOpening : public SoftHsmTest {
  protected:
    void SetUp() override {
        SoftHsmTest::SetUp();
        if (!IsSkipped() && outputOf("command -v pkcs11-tool").empty())
            GTEST_SKIP() << "opensc is not installed";
    }
    /// A pair for encryption in the container "a", with its certificate; its public key.
    token::PublicKey made(const std::string& type, const std::string& usage, const std::string& keyUsage) {
        EXPECT_NE(pkcs11Tool("--keypairgen --key-type " + type + " --id 61 --label a --usage-" + usage), "");
        restart();
        login();
        const auto key = driver().listKeys({tokenId()}).at(0).publicKey.value();
        driver().writeCertificate({tokenId(), kRef, certificateFor(key, {.keyUsage = keyUsage})});
        return key;
    }
    token::DecryptMeans means() { return driver().listKeys({tokenId()}).at(0).decrypt; }
    Bytes opened(token::Decrypt::Cipher cipher) {
        return driver().decrypt({tokenId(), kRef, std::move(cipher)});
    }
    static token::OaepCipher oaep(const token::PublicKey& key, const char* digest, KeyDigest named) {
        return {oaepBlock(key, digest), named, named, {}};
    }

    static inline const token::KeyRef kRef{"a", KeyUsage::encrypt};
};

TEST_F(SoftHsmOpening, oaepOfOpenssl_isOpenedWhereTheModuleKnowsItsDigests) {
    const auto key = made("rsa:2048", "decrypt", "keyEncipherment");
    EXPECT_EQ(means(), token::DecryptMeans::direct);
    EXPECT_EQ(opened(oaep(key, "sha1", KeyDigest::sha1)), kKey);
    // SoftHSM knows SHA-1 alone.
    EXPECT_ERROR(opened(oaep(key, "sha256", KeyDigest::sha256)), ErrorCode::unsupported);
    EXPECT_EQ(opened(oaep(key, "sha1", KeyDigest::sha1)), kKey) << "and works as before";
    Bytes wrong = oaepBlock(key, "sha1");
    wrong[200] ^= 1U;
    EXPECT_ERROR(opened(withSha1(wrong)), ErrorCode::driverError);
    EXPECT_ERROR(opened(withSha1(Bytes(255))), ErrorCode::badRequest);
}

TEST_F(SoftHsmOpening, bareOperation_givesTheBlockWithItsPadding) {
    const auto key = made("rsa:2048", "decrypt", "keyEncipherment");
    const Bytes padded = opened(token::BareRsaCipher{encryptPkcs1(key, kKey)});
    ASSERT_EQ(padded.size(), 256U);
    EXPECT_EQ(padded[0], 0);
    EXPECT_EQ(padded[1], 2);
    EXPECT_EQ(Bytes(padded.end() - 32, padded.end()), kKey);
}

TEST_F(SoftHsmOpening, agreementOnEitherCurve_isWhatOpensslAgreesOn) {
    for (const auto& [type, algorithm] :
         {std::pair{"EC:prime256v1", KeyAlgorithm::p256}, std::pair{"EC:secp384r1", KeyAlgorithm::p384}}) {
        const auto key = made(type, "derive", "keyAgreement");
        EXPECT_EQ(key.algorithm, algorithm);
        EXPECT_EQ(means(), token::DecryptMeans::direct);
        const Key theirs = newKey(algorithm);
        const token::KeyAgreement agreement{publicKeyOf(theirs.get()).point};
        for (int i = 0; i < 3; ++i) EXPECT_EQ(opened(agreement), sharedBy(theirs.get(), key));
        Bytes beside = agreement.point;
        beside.back() ^= 1U;
        EXPECT_ANY_THROW(opened(token::KeyAgreement{beside})) << "not on the curve";
        EXPECT_ERROR(opened(token::KeyAgreement{Bytes(33, 2)}), ErrorCode::badRequest);
        driver().logout({tokenId()});
        EXPECT_EQ(means(), token::DecryptMeans::direct) << "by what its certificate is for";
        EXPECT_ERROR(opened(agreement), ErrorCode::pinRequired);
        login();
        driver().deleteContainer({tokenId(), "a"});
    }
}

TEST_F(SoftHsmOpening, keyForSignaturesAlone_agreesOnNothing) {
    login();
    driver().generateKeyPair({tokenId(), "a", KeyAlgorithm::p256});
    EXPECT_EQ(means(), token::DecryptMeans::none);
    const Key theirs = newKey(KeyAlgorithm::p256);
    EXPECT_ERROR(opened(token::KeyAgreement{publicKeyOf(theirs.get()).point}), ErrorCode::unsupported);
}

class ModuleThatLacks : public FakeTest {
  protected:
    std::string reason(const token::Decrypt::Cipher& cipher) {
        try {
            (void)driver().decrypt({id(), {"key", KeyUsage::sign}, cipher});
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::unsupported);
            return error.what();
        }
        return "opened";
    }
};

TEST_F(ModuleThatLacks, oaep_isUnsupportedByTheListWithoutATry) {
    state().mechanisms = {CKM_RSA_PKCS};
    addPair(rsaKey());
    login();
    const auto block = oaepBlock(publicKeyOf(rsaKey().get()), "sha1");
    EXPECT_THAT(reason(withSha1(block)), ::testing::HasSubstr("CKM_RSA_PKCS_OAEP"));
    EXPECT_THAT(reason(token::BareRsaCipher{block}), ::testing::HasSubstr("no mechanism"));
    EXPECT_EQ(state().calls["C_DecryptInit"], 0);
}

TEST_F(ModuleThatLacks, agreement_isUnsupportedAndTheKeyNotOneToDecrypt) {
    state().mechanisms = {CKM_ECDSA};
    addPair(ecKey());
    login();
    EXPECT_EQ(keys().at(0).decrypt, token::DecryptMeans::none);
    const token::KeyAgreement agreement{publicKeyOf(ecKey().get()).point};
    EXPECT_THAT(reason(agreement), ::testing::HasSubstr("CKM_ECDH1_DERIVE"));
}

}  // namespace
