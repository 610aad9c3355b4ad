// Messages that OpenSSL's command sealed, opened through a running server: the ways of handing over a key
// that the bridge does not write itself, and what is said where they fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/daemon/support/openssl_envelopes.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/message/envelope_reader.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;
using token::KeyAlgorithm;

class ForeignEnvelopes : public testing::Test {
  protected:
    ForeignEnvelopes() : bridge_(configuration()), page_(bridge_.port()) { page_.hello(); }

    static config::Config configuration() {
        config::Config configuration = BridgeUnderTest::usualConfig();
        for (auto& rule : configuration.origins) rule.scopes.add(policy::Scope::decrypt);
        return configuration;
    }

    /// The certificate of an encryption key on a token.
    std::string plug(KeyAlgorithm algorithm) {
        const auto address = bridge_.plug("SN" + std::to_string(++tokens_), algorithm);
        return bridge_.inLoop([&] { return bridge_.hosts().addEncryptionKey(address); });
    }

    Bytes sealed(const std::vector<std::string>& pems, const std::string& options,
                 const std::string& recipientOptions = {}) {
        return sealedByOpenssl(folder_.path(), kContent, pems, options, recipientOptions);
    }
    std::string opened(ByteView message) {
        const json data = page_.result("envelope.open", {{"envelope", toBase64Url(message)}}).at("data");
        return std::string(asText(fromBase64Url(data.get<std::string>()).value()));
    }
    json errorOf(ByteView message) {
        return page_.call("envelope.open", {{"envelope", toBase64Url(message)}}).at("error");
    }

    static constexpr const char* kContent = "bid of one million";
    ScratchFolder folder_;
    BridgeUnderTest bridge_;
    Client page_;
    unsigned tokens_ = 0;
};

TEST_F(ForeignEnvelopes, oaepWithAnyDigestAndLabel_isOpened) {
    const std::string pem = plug(KeyAlgorithm::rsa2048);
    const std::string oaep = "-keyopt rsa_padding_mode:oaep ";
    for (const char* more :
         {"", "-keyopt rsa_oaep_md:sha256", "-keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha1",
          "-keyopt rsa_oaep_md:sha384", "-keyopt rsa_oaep_md:sha512 -keyopt rsa_mgf1_md:sha256",
          "-keyopt rsa_oaep_label:756b6579"}) {
        EXPECT_EQ(opened(sealed({pem}, "", oaep + more)), kContent) << more;
    }
}

TEST_F(ForeignEnvelopes, keyAgreementOnEitherCurve_isOpened) {
    for (const KeyAlgorithm curve : {KeyAlgorithm::p256, KeyAlgorithm::p384}) {
        const std::string pem = plug(curve);
        for (const char* options : {"", "-aes128-wrap", "-aes192-wrap", "-aes256-wrap", "-keyid"}) {
            for (const char* more :
                 {"", "-keyopt ecdh_kdf_md:sha256", "-keyopt ecdh_kdf_md:sha384",
                  "-keyopt ecdh_kdf_md:sha512", "-keyopt ecdh_cofactor_mode:1 -keyopt ecdh_kdf_md:sha256"}) {
                EXPECT_EQ(opened(sealed({pem}, options, more)), kContent)
                    << toString(curve) << options << more;
            }
        }
    }
}

TEST_F(ForeignEnvelopes, rsaKeyNamedByItsIdentifier_isOpened) {
    const std::string pem = plug(KeyAlgorithm::rsa2048);
    for (const char* options : {"", "-keyid", "-keyid -stream", "-stream"})
        EXPECT_EQ(opened(sealed({pem}, options)), kContent) << options;
}

TEST_F(ForeignEnvelopes, messageToSeveralKinds_isOpenedByEach) {
    const std::vector<std::string> pems{plug(KeyAlgorithm::p256), plug(KeyAlgorithm::rsa2048)};
    const Bytes message = sealed(pems, "");
    const json recipients =
        page_.result("envelope.inspect", {{"envelope", toBase64Url(message)}}).at("recipients");
    ASSERT_EQ(recipients.size(), 2U);
    for (const json& recipient : recipients) {
        ASSERT_TRUE(recipient.contains("token"));
        const json params{{"envelope", toBase64Url(message)}, {"token", recipient.at("token")}};
        EXPECT_TRUE(page_.result("envelope.open", params).contains("data"));
    }
}

TEST_F(ForeignEnvelopes, tokenWithoutTheWay_isUnsupportedAndNotCorrupt) {
    const Bytes message = sealed({plug(KeyAlgorithm::rsa2048)}, "", "-keyopt rsa_padding_mode:oaep");
    bridge_.inLoop(
        [&] { bridge_.hosts().fail("fake", "decrypt", Error(ErrorCode::unsupported, "no OAEP")); });
    EXPECT_EQ(errorOf(message).at("data").at("code"), "unsupported");
}

/// The message with another sealed key of the same length.
Bytes withKey(Bytes message, ByteView key) {
    cms::EnvelopeReader reader({});
    reader.feed(message);
    const Bytes& old = reader.recipients().at(0).encryptedKey;
    const auto at = std::search(message.begin(), message.end(), old.begin(), old.end());
    EXPECT_EQ(old.size(), key.size());
    std::copy(key.begin(), key.end(), at);
    return message;
}

TEST_F(ForeignEnvelopes, whateverIsWrongWithTheSealedKey_isToldInTheSameWords_S29) {
    const std::string pem = plug(KeyAlgorithm::rsa2048);
    const auto key = *pki::Certificate::fromPem(pem).publicKey();
    const Bytes oaep = sealed({pem}, "", "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256");
    const Bytes plain = sealed({pem}, "");
    const Bytes shortKey(16, 1);
    std::vector<Bytes> wrong{withKey(oaep, Bytes(256, 5)),
                             withKey(oaep, pki::rsaEncryptOaep(key, shortKey)),
                             withKey(oaep, pki::rsaEncrypt(key, Bytes(32, 1))),
                             withKey(plain, Bytes(256, 5)),
                             withKey(plain, pki::rsaEncrypt(key, shortKey)),
                             withKey(plain, pki::rsaEncryptOaep(key, Bytes(32, 1)))};
    const std::string curve = plug(KeyAlgorithm::p256);
    const Bytes agreed = sealed({curve}, "-aes256-wrap", "-keyopt ecdh_kdf_md:sha256");
    wrong.push_back(withKey(agreed, Bytes(40, 7)));
    const json first = errorOf(wrong.front());
    EXPECT_EQ(first.at("data").at("code"), "content-corrupt");
    for (const Bytes& message : wrong) EXPECT_EQ(errorOf(message), first);
}

}  // namespace
}  // namespace ukey::test
