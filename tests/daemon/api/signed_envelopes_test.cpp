// Messages signed and sealed in one, looked at and opened through a running server with tokens in software.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/daemon/support/streaming.hpp"
#include "tests/tokenlib/pki/test_ca.hpp"
#include "tokenlib/message/signed_envelope_writer.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;
using token::KeyAlgorithm;

class SignedEnvelopes : public testing::Test {
  protected:
    SignedEnvelopes()
        : bridge_(configuration()),
          page_(bridge_.port()),
          root_(KeyAlgorithm::sm2),
          key_(pki::test::TestKey::shared(KeyAlgorithm::sm2)),
          author_(pki::Certificate::fromDer(root_.issue(key_.publicKey()))) {
        page_.hello();
        const auto address = bridge_.plug("SN", KeyAlgorithm::sm2);
        recipient_ = bridge_.inLoop([&] { return bridge_.hosts().addEncryptionKey(address); });
    }

    static config::Config configuration() {
        config::Config configuration = BridgeUnderTest::usualConfig();
        for (auto& rule : configuration.origins) rule.scopes.add(policy::Scope::decrypt);
        return configuration;
    }

    /// By the author, to the token.
    Bytes sealed(const std::string& content, bool attributes = true) const {
        return cms::signAndSeal(
            asBytes(content), {pki::Certificate::fromPem(recipient_)}, {}, author_,
            {.attributes = attributes, .signingTime = {}, .chain = {}},
            [&](token::DigestAlgorithm algorithm, ByteView digest) { return key_.sign(algorithm, digest); });
    }
    json open(ByteView message, json more = json::object()) {
        more["envelope"] = toBase64Url(message);
        return page_.result("envelope.open", more);
    }
    std::string trustedPem() const { return pki::Certificate::fromDer(root_.certificate()).pem(); }
    static std::string textOf(const json& opened) {
        const auto octets = fromBase64Url(opened.at("data").get<std::string>()).value();
        return std::string(asText(octets));
    }

    BridgeUnderTest bridge_;
    Client page_;
    pki::test::TestCa root_;
    pki::test::TestKey key_;
    pki::Certificate author_;
    std::string recipient_;
};

TEST_F(SignedEnvelopes, signatureThatCounts_comesWithTheContent) {
    for (const bool attributes : {true, false}) {
        const Bytes message = sealed("a bid", attributes);
        for (const json& more : {json::object(), json{{"trusted", {trustedPem()}}}}) {
            const json opened = open(message, more);
            EXPECT_EQ(textOf(opened), "a bid");
            EXPECT_TRUE(opened.contains("certificate"));
            const json& signature = opened.at("signature");
            EXPECT_EQ(signature.at("valid"), true) << signature;
            ASSERT_EQ(signature.at("signers").size(), 1U);
            EXPECT_EQ(signature.at("signers").at(0).at("certificate"), author_.pem());
        }
    }
}

TEST_F(SignedEnvelopes, signatureThatDoesNotCount_isSaidBesideTheContent) {
    const auto reasonOf = [](const json& opened) {
        EXPECT_EQ(opened.at("signature").at("valid"), false);
        EXPECT_EQ(opened.at("signature").at("signers").at(0).at("valid"), false);
        return opened.at("signature").at("reason");
    };
    const pki::test::TestCa stranger(KeyAlgorithm::sm2, "Stranger");
    const std::string strangers = pki::Certificate::fromDer(stranger.certificate()).pem();
    EXPECT_EQ(reasonOf(open(sealed("a bid"), {{"trusted", {strangers}}})), "chain");
    // The whole blocks of 3000 octets, before the last one and its padding.
    Bytes changed = sealed(std::string(3000, 'x'));
    const Bytes head{0x04, 0x82, 0x0B, 0xB0};
    const auto at = std::search(changed.begin(), changed.end(), head.begin(), head.end());
    ASSERT_NE(at, changed.end());
    *(at + 1000) ^= 1U;
    const json opened = open(changed);
    EXPECT_EQ(reasonOf(opened), "content-changed");
    EXPECT_EQ(textOf(opened).size(), 3000U);
}

TEST_F(SignedEnvelopes, messageThatNobodySigned_hasNoSignature) {
    const json params{{"layers", {{recipient_}}}, {"data", "AAAA"}};
    const std::string message = page_.result("envelope.seal", params).at("envelope");
    EXPECT_FALSE(page_.result("envelope.open", {{"envelope", message}}).contains("signature"));
    EXPECT_FALSE(page_.result("envelope.inspect", {{"envelope", message}}).contains("signed"));
}

TEST_F(SignedEnvelopes, inspection_namesTheRecipientsAndThatItIsSigned) {
    const json seen =
        page_.result("envelope.inspect", {{"envelope", toBase64Url(sealed(std::string(200'000, 'x')))}});
    EXPECT_EQ(seen.at("signed"), true);
    EXPECT_EQ(seen.at("cipher"), "sm4-cbc");
    ASSERT_EQ(seen.at("recipients").size(), 1U);
    EXPECT_TRUE(seen.at("recipients").at(0).contains("token"));
}

TEST_F(SignedEnvelopes, stream_saysItAtItsEnd) {
    const std::string content(3'000'000, 'z');
    const std::string message(asText(sealed(content, false)));
    const Streamed opened =
        callStreaming(page_, "envelope.open", {{"signer", author_.pem()}}, message, {.stream = 1});
    ASSERT_EQ(opened.code, "");
    EXPECT_TRUE(opened.octets == content);
    EXPECT_EQ(opened.result.at("signature").at("valid"), true);
    const Streamed late = callStreaming(page_, "envelope.open", json::object(), message, {.stream = 3});
    ASSERT_EQ(late.code, "");
    EXPECT_EQ(late.result.at("signature").at("reason"), "certificate-missing")
        << "an SM2 signature without attributes of more than can be held";
    const std::string cut = message.substr(0, message.size() - 20);
    const Streamed half = callStreaming(page_, "envelope.open", json::object(), cut, {.stream = 5});
    EXPECT_EQ(half.code, "content-corrupt");
    EXPECT_TRUE(half.result.is_null());
}

}  // namespace
}  // namespace ukey::test
