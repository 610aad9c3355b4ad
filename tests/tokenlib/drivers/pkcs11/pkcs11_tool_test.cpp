// OpenSC's pkcs11-tool as another client of the same token: what we write it can use, what it writes we can.
#include "softhsm.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "expect_error.hpp"
#include "openssl_helpers.hpp"

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::test;  // NOLINT(google-build-using-namespace)
using token::DigestAlgorithm;
using token::KeyAlgorithm;
using token::KeyUsage;

namespace {

Bytes contentOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const std::filesystem::path& path, ByteView content) {
    std::ofstream(path, std::ios::binary) << asText(content);
}

class Pkcs11Tool : public SoftHsmTest {
  protected:
    void SetUp() override {
        SoftHsmTest::SetUp();
        if (!IsSkipped() && outputOf("command -v pkcs11-tool").empty()) {
            GTEST_SKIP() << "opensc is not installed";
        }
    }
    std::string file(const std::string& name) const { return (folder() / name).string(); }
    token::Sign request(const token::KeyRef& key, const Bytes& digest) {
        return {tokenId(), key, DigestAlgorithm::sha256, digest, {}};
    }
};

const Bytes kMessage{'h', 'e', 'l', 'l', 'o'};

}  // namespace

TEST_F(Pkcs11Tool, pairAndCertificate_writtenByUs_areListedReadAndUsed) {
    login();
    const auto key = driver().generateKeyPair({tokenId(), "ours", KeyAlgorithm::rsa2048});
    const Bytes certificate = certificateFor(key);
    driver().writeCertificate({tokenId(), {"ours", KeyUsage::sign}, certificate});

    const std::string id = toHex(asBytes("ours"));
    const std::string list = pkcs11Tool("--list-objects");
    EXPECT_THAT(list, ::testing::HasSubstr("Private Key Object; RSA"));
    EXPECT_THAT(list, ::testing::HasSubstr("Public Key Object; RSA 2048 bits"));
    EXPECT_THAT(list, ::testing::HasSubstr("Certificate Object; type = X.509 cert"));
    EXPECT_THAT(list, ::testing::HasSubstr("zhang san"));
    EXPECT_THAT(list, ::testing::HasSubstr("ID:         " + id));
    EXPECT_THAT(list, ::testing::HasSubstr("sensitive, always sensitive, never extractable"));

    pkcs11Tool("--read-object --type cert --id " + id + " --output-file " + file("cert.der"));
    EXPECT_EQ(contentOf(file("cert.der")), certificate);
    write(file("message"), kMessage);
    pkcs11Tool("--sign --mechanism SHA256-RSA-PKCS --id " + id + " --input-file " + file("message") +
               " --output-file " + file("signature"));
    EXPECT_TRUE(verifies(key, DigestAlgorithm::sha256, digestOf(DigestAlgorithm::sha256, kMessage),
                         contentOf(file("signature"))));
    // The same key signs the same through the bridge: RSA PKCS#1 v1.5 is deterministic.
    const Bytes ours =
        driver().sign(request({"ours", KeyUsage::sign}, digestOf(DigestAlgorithm::sha256, kMessage)));
    EXPECT_EQ(ours, contentOf(file("signature")));
}

TEST_F(Pkcs11Tool, pairAndCertificate_writtenByIt_areListedAndUsed) {
    ASSERT_FALSE(pkcs11Tool("--keypairgen --key-type EC:prime256v1 --id 01ff --label Unterschrift").empty());
    restart();
    login();
    auto keys = driver().listKeys({tokenId()});
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys[0].ref, (token::KeyRef{"id:01ff", KeyUsage::sign}));
    ASSERT_TRUE(keys[0].publicKey);

    const Bytes certificate = certificateFor(*keys[0].publicKey);
    write(file("cert.der"), certificate);
    ASSERT_FALSE(
        pkcs11Tool("--write-object " + file("cert.der") + " --type cert --id 01ff --label Zeugnis").empty());
    keys = driver().listKeys({tokenId()});
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys[0].certificate, certificate);

    const Bytes digest = digestOf(DigestAlgorithm::sha256, kMessage);
    EXPECT_TRUE(verifies(*keys[0].publicKey, DigestAlgorithm::sha256, digest,
                         driver().sign(request(keys[0].ref, digest))));
}

TEST_F(Pkcs11Tool, certificate_underAnotherId_isFoundByItsPublicKey) {
    ASSERT_FALSE(pkcs11Tool("--keypairgen --key-type rsa:2048 --id 01 --label k").empty());
    restart();
    login();
    const auto key = driver().listKeys({tokenId()}).at(0).publicKey;
    write(file("cert.der"), certificateFor(*key));
    ASSERT_FALSE(pkcs11Tool("--write-object " + file("cert.der") + " --type cert --id 77").empty());
    const auto keys = driver().listKeys({tokenId()});
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys[0].ref.container, "id:01");
    EXPECT_EQ(keys[0].certificate, contentOf(file("cert.der")));
}

TEST_F(Pkcs11Tool, certificates_withoutKeys_areListedWithoutAPublicKeyOnceLoggedIn) {
    const auto user = publicKeyOf(newKey(KeyAlgorithm::p256).get());
    const auto authority = publicKeyOf(newKey(KeyAlgorithm::p256).get());
    write(file("user.der"), certificateFor(user));
    write(file("ca.der"),
          certificateFor(authority, {.commonName = "CA", .keyUsage = "keyCertSign", .authority = true}));
    ASSERT_FALSE(pkcs11Tool("--write-object " + file("user.der") + " --type cert --id 01").empty());
    ASSERT_FALSE(pkcs11Tool("--write-object " + file("ca.der") + " --type cert --id 02").empty());
    restart();
    const auto before = driver().listKeys({tokenId()});
    ASSERT_EQ(before.size(), 2U);
    for (const auto& entry : before) {
        EXPECT_EQ(entry.publicKey.has_value(), entry.certificate == contentOf(file("user.der")));
    }
    login();
    const auto after = driver().listKeys({tokenId()});
    ASSERT_EQ(after.size(), 2U);
    for (const auto& entry : after) EXPECT_FALSE(entry.publicKey);
    EXPECT_ERROR(driver().sign(request({"id:01", KeyUsage::sign}, Bytes(32))),
                 ErrorCode::certificateNotFound);
}

TEST_F(Pkcs11Tool, key_thatWantsThePinForEachUse_signsOncePerLogin) {
    ASSERT_FALSE(pkcs11Tool("--keypairgen --key-type rsa:2048 --id 01 --label k --always-auth").empty());
    restart();
    login();
    const auto entry = driver().listKeys({tokenId()}).at(0);
    EXPECT_TRUE(entry.alwaysAuthenticate);
    const Bytes digest = digestOf(DigestAlgorithm::sha256, kMessage);
    const auto sign = [&] { return driver().sign(request(entry.ref, digest)); };
    EXPECT_TRUE(verifies(*entry.publicKey, DigestAlgorithm::sha256, digest, sign()));
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
    login();
    EXPECT_TRUE(verifies(*entry.publicKey, DigestAlgorithm::sha256, digest, sign()));
    login();
    driver().logout({tokenId()});
    EXPECT_ERROR(sign(), ErrorCode::pinRequired);
}
