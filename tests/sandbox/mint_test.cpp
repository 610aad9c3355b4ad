// Tokens that `mint` has written, driven by the same drivers as ukeyd's, and its signatures checked by the
// login check.
#include "sandbox/mint/mint.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <cstdlib>

#include "sandbox/ca/enveloped_key.hpp"
#include "sandbox/ca/keys.hpp"
#include "tests/sandbox/support.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/skf/skf_driver.hpp"
#include "tokenlib/softtoken/admin.hpp"
#include "tokenlib/token/driver.hpp"

namespace ukey::mint {
namespace {

using token::KeyAlgorithm;
using token::KeyUsage;
using token::PinRole;

constexpr const char* kOrigin = "https://trading.example";

class MintTest : public ::testing::Test {
  protected:
    MintTest() {
        setenv("UKEY_SOFTTOKEN_DIR", (folder_.path() / "tokens").c_str(), 1);
        sandbox_test::putCa(folder_.path() / "ca");
        centre_ = std::make_unique<ca::CertificateCentre>(folder_.path() / "ca");
        keys_ = std::make_unique<ca::KeyCentre>(folder_.path() / "ca");
    }

    static std::filesystem::path library() {
        return std::filesystem::path(std::getenv("UKEY_LIB_DIR")) / "libukey-softtoken.so";
    }
    static Order order(KeyAlgorithm algorithm, const char* pin = "246810") {
        Order order;
        order.algorithm = algorithm;
        order.subject.commonName = "张三";
        order.pin = Secret::copyOf(std::string_view(pin));
        return order;
    }
    Minted mint(KeyAlgorithm algorithm, const std::string& serial = "T1", const char* pin = "246810") {
        return onSoftToken(*centre_, *keys_, library(), serial, order(algorithm, pin));
    }
    static std::unique_ptr<token::Driver> driver() {
        skf::SkfOptions options;
        options.library = library().string();
        return skf::loadDriver(options);
    }
    Bytes derOf(const std::string& serial) { return centre_->find(serial)->der; }

    sandbox_test::TemporaryFolder folder_;
    std::unique_ptr<ca::CertificateCentre> centre_;
    std::unique_ptr<ca::KeyCentre> keys_;
};

const token::KeyEntry& entryOf(const std::vector<token::KeyEntry>& entries, KeyUsage usage) {
    for (const auto& entry : entries) {
        if (entry.ref.usage == usage) return entry;
    }
    throw std::runtime_error("no such pair");
}

TEST_F(MintTest, newSoftToken_hasBothPairsAndCertificatesAndTheHoldersPin) {
    for (const auto algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048}) {
        const std::string serial = "NEW-" + std::string(token::toString(algorithm));
        const auto minted = mint(algorithm, serial);
        EXPECT_EQ(minted.tokenSerial, serial);
        EXPECT_TRUE(softtoken::isPlugged(serial));
        EXPECT_EQ(centre_->find(minted.signSerial)->tokenSerial, serial);

        const auto skf = driver();
        const auto tokens = skf->listTokens({});
        const auto token = std::find_if(tokens.begin(), tokens.end(),
                                        [&](const auto& each) { return each.serial == serial; });
        ASSERT_NE(token, tokens.end());
        EXPECT_EQ(token->pin.status, token::PinStatus::ok);
        EXPECT_THROW(skf->login(token->id, PinRole::user, Secret::copyOf(std::string_view("111111"))), Error);
        EXPECT_NO_THROW(skf->login(token->id, PinRole::user, Secret::copyOf(std::string_view("246810"))));

        const auto entries = skf->listKeys({token->id});
        ASSERT_EQ(entries.size(), 2U);
        EXPECT_EQ(entryOf(entries, KeyUsage::sign).certificate, derOf(minted.signSerial));
        EXPECT_EQ(entryOf(entries, KeyUsage::encrypt).certificate, derOf(minted.encryptSerial));
        for (const auto& entry : entries) {
            const auto certificate = ca::certificateFromDer(entry.certificate);
            EXPECT_EQ(ca::toPublicKey(X509_get0_pubkey(certificate.get())), entry.publicKey);
        }
        softtoken::unplug(serial);
    }
}

TEST_F(MintTest, rsaTokensSignature_passesTheLoginCheck) {
    const auto minted = mint(KeyAlgorithm::rsa2048);
    const auto skf = driver();
    const auto token = skf->listTokens({}).at(0);
    skf->login(token.id, PinRole::user, Secret::copyOf(std::string_view("246810")));

    login_check::Challenges challenges(folder_.path() / "challenges.sqlite");
    login_check::LoginCheck check(
        {kOrigin},
        {centre_->rootsPem(), centre_->issuingPem(), [this] { return centre_->revocationLists(); }},
        challenges);
    const auto now = std::chrono::system_clock::now();
    const auto challenge = challenges.issue("v", now).text;
    const auto message = sandbox_test::loginMessage("SHA256", kOrigin, challenge);
    Bytes digest(32);
    EVP_Q_digest(nullptr, "SHA256", nullptr, message.data(), message.size(), digest.data(), nullptr);
    const auto signature = skf->sign(
        {token.id, {minted.container, KeyUsage::sign}, token::DigestAlgorithm::sha256, digest, std::nullopt});
    const auto certificate = ca::certificateFromDer(derOf(minted.signSerial));
    const auto result = check.check(
        {"ukey-auth:2", "RS256", ca::toPem(certificate.get()), toBase64Url(signature)}, challenge, "v", now);
    ASSERT_TRUE(std::holds_alternative<login_check::Person>(result))
        << toString(std::get<login_check::Refusal>(result));
    EXPECT_EQ(std::get<login_check::Person>(result).name, "张三");
}

TEST_F(MintTest, sm2EncryptionPair_opensWhatIsSealedToItsCertificate) {
    const auto minted = mint(KeyAlgorithm::sm2);
    const auto certificate = ca::certificateFromDer(derOf(minted.encryptSerial));
    // A pair of its own stands in for content: its private key is SM4-ECB under a key that is sealed to the
    // certificate.
    const auto content = ca::generateKey(KeyAlgorithm::sm2);
    const auto sealed = ca::envelopeSm2(content.get(), X509_get0_pubkey(certificate.get()));

    const auto skf = driver();
    const auto token = skf->listTokens({}).at(0);
    skf->login(token.id, PinRole::user, Secret::copyOf(std::string_view("246810")));
    const auto session =
        skf->openSession({token.id, {minted.container, KeyUsage::encrypt}, sealed.wrappedKey, 0x401, {}});
    const auto plain = skf->sessionDecrypt({token.id, session, sealed.encryptedPrivateKey});
    ASSERT_EQ(plain.size(), 64U);
    EXPECT_EQ(Bytes(plain.begin(), plain.begin() + 32), Bytes(32));
    const Bytes d(plain.begin() + 32, plain.end());
    const ca::BignumPtr number(BN_bin2bn(d.data(), 32, nullptr));
    BIGNUM* expected = nullptr;
    ASSERT_EQ(EVP_PKEY_get_bn_param(content.get(), "priv", &expected), 1);
    const ca::BignumPtr owner(expected);
    EXPECT_EQ(BN_cmp(number.get(), expected), 0);
}

TEST_F(MintTest, tokenThatLayUnplugged_isUnpluggedAfterwards) {
    mint(KeyAlgorithm::sm2);
    softtoken::unplug("T1");
    mint(KeyAlgorithm::sm2);
    EXPECT_FALSE(softtoken::isPlugged("T1"));
    softtoken::plug("T1");
    EXPECT_EQ(driver()->listKeys({driver()->listTokens({}).at(0).id}).size(), 4U);
}

TEST_F(MintTest, wrongPin_leavesTheTokenAsItWas) {
    mint(KeyAlgorithm::sm2);
    try {
        mint(KeyAlgorithm::sm2, "T1", "135790");
        FAIL() << "the PIN was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
    }
    const auto skf = driver();
    EXPECT_EQ(skf->listKeys({skf->listTokens({}).at(0).id}).size(), 2U);
}

TEST_F(MintTest, fullToken_isRefusedAndNoCertificateStaysInForce) {
    softtoken::TokenSpec spec;
    spec.serial = "T1";
    spec.room.containers = 1;
    softtoken::createToken(spec);
    mint(KeyAlgorithm::sm2);
    softtoken::plug("T1");
    EXPECT_THROW(mint(KeyAlgorithm::sm2), Error);
    auto inForce = centre_->database().query("SELECT count(*) FROM certificate WHERE revoked IS NULL");
    ASSERT_TRUE(inForce.step());
    EXPECT_EQ(inForce.number(0), 2);
}

TEST_F(MintTest, pinThatIsTooShort_makesNoToken) {
    EXPECT_THROW(mint(KeyAlgorithm::sm2, "T1", "12"), Error);
    EXPECT_FALSE(softtoken::exists("T1"));
}

TEST_F(MintTest, algorithmThatSoftTokensLack_isRefused) {
    EXPECT_THROW(mint(KeyAlgorithm::p256), Error);
    EXPECT_FALSE(softtoken::exists("T1"));
}

/// A SoftHSM2 token labelled "bidder", PIN 246810.
class SoftHsmMintTest : public MintTest {
  protected:
    static constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";

    SoftHsmMintTest() {
        std::filesystem::create_directories(folder_.path() / "hsm");
        const auto configuration =
            folder_.write("softhsm2.conf", "directories.tokendir = " + (folder_.path() / "hsm").string() +
                                               "\nlog.level = ERROR\n");
        setenv("SOFTHSM2_CONF", configuration.c_str(), 1);
        initialise("bidder");
    }
    static void initialise(const std::string& label) {
        const auto result = sandbox_test::runCommand("softhsm2-util --init-token --free --label " + label +
                                                     " --so-pin 12345678 --pin 246810");
        ASSERT_EQ(result.status, 0) << result.output;
    }
};

TEST_F(SoftHsmMintTest, pkcs11Token_getsASigningCertificate) {
    for (const auto algorithm : {KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const auto minted = onPkcs11Token(*centre_, kModule, "bidder", order(algorithm));
        EXPECT_TRUE(minted.encryptSerial.empty());
        EXPECT_FALSE(minted.tokenSerial.empty());

        // An independent client finds the certificate.
        const auto read =
            sandbox_test::runCommand(std::string("pkcs11-tool --module ") + kModule +
                                     " --token-label bidder --read-object --type cert --label " +
                                     minted.container + " -o " + (folder_.path() / "read.der").string());
        EXPECT_EQ(read.status, 0) << read.output;
        const auto shown = sandbox_test::runCommand("openssl x509 -inform DER -noout -serial -in " +
                                                    (folder_.path() / "read.der").string());
        std::string serial = minted.signSerial;
        std::transform(serial.begin(), serial.end(), serial.begin(), ::toupper);
        EXPECT_EQ(shown.output, "serial=" + serial + "\n");
    }
}

TEST_F(SoftHsmMintTest, labelOfNoToken_orOfTwo_isRefused) {
    EXPECT_THROW(onPkcs11Token(*centre_, kModule, "nobody", order(KeyAlgorithm::p256)), Error);
    initialise("bidder");
    EXPECT_THROW(onPkcs11Token(*centre_, kModule, "bidder", order(KeyAlgorithm::p256)), Error);
}

TEST(KeyCentreTest, archivedPair_isSealedOnDiskAndDeliveredAgain) {
    const sandbox_test::TemporaryFolder folder;
    const auto signing = ca::generateKey(KeyAlgorithm::sm2);
    std::int64_t pair = 0;
    Bytes publicKey;
    {
        ca::KeyCentre centre(folder.path());
        pair = centre.make(KeyAlgorithm::sm2, "张三");
        publicKey = std::get<token::EnvelopedSm2Key>(centre.deliver(pair, signing.get())).publicKey;
    }
    ca::KeyCentre again(folder.path());
    EXPECT_EQ(std::get<token::EnvelopedSm2Key>(again.deliver(pair, signing.get())).publicKey, publicKey);
    EXPECT_EQ(
        sandbox_test::runCommand("grep -c PRIVATE " + (folder.path() / "key-centre.sqlite").string()).output,
        "0\n");
    EXPECT_THROW(again.deliver(pair + 1, signing.get()), Error);
    const auto rsa = ca::generateKey(KeyAlgorithm::rsa2048);
    EXPECT_THROW(again.deliver(pair, rsa.get()), Error);
}

TEST(EnvelopedKeyTest, derOfGmt0009_readsBackWithTheCommandLine) {
    const sandbox_test::TemporaryFolder folder;
    const auto signing = ca::generateKey(KeyAlgorithm::sm2);
    const auto pair = ca::generateKey(KeyAlgorithm::sm2);
    const auto der = ca::toSm2EnvelopedKey(ca::envelopeSm2(pair.get(), signing.get()));
    const auto file = folder.write("key.der", asText(der));
    const auto parsed = sandbox_test::runCommand("openssl asn1parse -inform DER -in " + file.string());
    EXPECT_EQ(parsed.status, 0) << parsed.output;
    EXPECT_NE(parsed.output.find("OBJECT            :sm4-ecb"), std::string::npos) << parsed.output;
    EXPECT_NE(parsed.output.find("l=  66 prim: BIT STRING"), std::string::npos) << parsed.output;
    EXPECT_NE(parsed.output.find("l=  65 prim: BIT STRING"), std::string::npos) << parsed.output;
}

}  // namespace
}  // namespace ukey::mint
