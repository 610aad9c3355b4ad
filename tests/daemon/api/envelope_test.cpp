// Sealing, looking and opening through a running server, with and without streams.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/daemon/support/streaming.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;
using token::KeyAlgorithm;

config::Config withDecryption(policy::Confirm confirm = policy::Confirm::login) {
    using enum policy::Scope;
    config::Config configuration = BridgeUnderTest::usualConfig();
    for (auto& rule : configuration.origins) {
        if (rule.scopes.has(sign)) rule.scopes.add(decrypt);
        rule.confirm = confirm;
    }
    return configuration;
}

std::string document(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 253);
    return text;
}

std::string decoded(const json& value) {
    return std::string(asText(fromBase64Url(value.get<std::string>()).value()));
}

class Envelopes : public testing::Test {
  protected:
    explicit Envelopes(config::Config configuration = withDecryption())
        : bridge_(std::move(configuration)), page_(bridge_.port()) {
        page_.hello();
    }

    /// A token with an encryption key, and the certificate of that.
    struct Holder {
        hosts::TokenAddress address;
        std::string pem;
    };
    Holder plug(const std::string& serial, KeyAlgorithm algorithm = KeyAlgorithm::sm2) {
        const auto address = bridge_.plug(serial, algorithm);
        return {address, bridge_.inLoop([&] { return bridge_.hosts().addEncryptionKey(address); })};
    }
    std::string seal(std::string_view content, const json& more) {
        json params{{"data", toBase64Url(asBytes(content))}};
        params.update(more);
        return page_.result("envelope.seal", params).at("envelope");
    }
    json errorOf(const std::string& method, const json& params) {
        return page_.call(method, params).at("error").at("data");
    }
    unsigned pinsAsked() {
        return bridge_.inLoop([&] { return bridge_.hosts().count("verify-pin"); });
    }

    BridgeUnderTest bridge_;
    Client page_;
};

class EnvelopesWithInitialPins : public Envelopes {
  protected:
    EnvelopesWithInitialPins() : Envelopes(changing()) {}
    static config::Config changing() {
        config::Config configuration = withDecryption();
        configuration.changeDefaultPin = true;
        return configuration;
    }
};

TEST_F(EnvelopesWithInitialPins, failureAfterThePinWasChanged_saysThatItWas) {
    const Holder holder = plug("NEW");
    token::PinState initial;
    initial.isDefault = true;
    bridge_.inLoop([&] {
        bridge_.hosts().setPin(holder.address, initial);
        bridge_.hosts().fail("fake", "decrypt", Error(ErrorCode::driverError, "told to fail"));
    });
    const json params{{"envelope", seal("text", {{"layers", {{holder.pem}}}, {"family", "gm"}})}};
    const json first = errorOf("envelope.open", params);
    EXPECT_EQ(first.at("code"), "content-corrupt");
    EXPECT_EQ(first.at("reason"), "pin-changed");
    EXPECT_FALSE(errorOf("envelope.open", params).contains("reason")) << "that was told";
}

TEST_F(Envelopes, sealedWithEachCipher_isOpenedByTheTokenThatItNames) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p384}) {
        const std::string serial(token::toString(algorithm));
        const Holder holder = plug(serial, algorithm);
        for (const char* cipher : {"sm4-cbc", "sm4-gcm", "aes256-cbc", "aes256-gcm"}) {
            for (const char* family : {"gm", "cms"}) {
                const std::string content = document(100'000);
                const json how{{"layers", {{holder.pem}}}, {"cipher", cipher}, {"family", family}};
                const std::string envelope = seal(content, how);
                const json opened = page_.result("envelope.open", {{"envelope", envelope}});
                EXPECT_EQ(decoded(opened.at("data")), content) << serial << cipher << family;
                const json seen = page_.result("envelope.inspect", {{"envelope", envelope}});
                EXPECT_EQ(seen.at("cipher"), cipher);
                EXPECT_EQ(seen.at("recipients").at(0).at("certificate"), opened.at("certificate"));
            }
        }
    }
    EXPECT_EQ(pinsAsked(), 3U) << "once a token";
}

TEST_F(Envelopes, twoLayers_areOpenedByBothAndByNeitherAlone) {
    const Holder bidder = plug("BIDDER");
    const Holder tenderer = plug("TENDERER");
    const std::string content = document(5000);
    const std::string sealed = seal(content, {{"layers", {{bidder.pem}, {tenderer.pem}}}});
    bridge_.inLoop([&] { bridge_.hosts().unplug(tenderer.address); });
    const json refused = errorOf("envelope.open", {{"envelope", sealed}});
    EXPECT_EQ(refused.at("code"), "recipient-not-found");
    const auto wanted = pki::Certificate::fromPem(tenderer.pem);
    EXPECT_EQ(refused.at("recipients").at(0).at("serialNumber"), wanted.serialNumber());
    EXPECT_EQ(refused.at("recipients").at(0).at("issuer"), wanted.issuer());
    EXPECT_EQ(pinsAsked(), 0U);
}

TEST_F(Envelopes, wantedRecipient_isNamedByItsHolderToAPageThatWasShownIt) {
    const Holder holder = plug("SN");
    const std::string sealed = seal("bid", {{"layers", {{holder.pem}}}});
    Client other(bridge_.port());
    other.hello();
    page_.result("certificates.list");
    bridge_.inLoop([&] { bridge_.hosts().unplug(holder.address); });
    const json wanted = errorOf("envelope.open", {{"envelope", sealed}}).at("recipients").at(0);
    EXPECT_EQ(wanted.at("holder"), pki::Certificate::fromPem(holder.pem).subjectText());
    const json recipients = page_.result("envelope.inspect", {{"envelope", sealed}}).at("recipients");
    EXPECT_EQ(recipients.at(0).at("holder"), wanted.at("holder"));
    const json unknown = other.call("envelope.open", {{"envelope", sealed}}).at("error").at("data");
    EXPECT_FALSE(unknown.at("recipients").at(0).contains("holder")) << "not from what another page saw";
}

TEST_F(Envelopes, secondLayer_isOpenedAfterTheFirst) {
    const Holder bidder = plug("BIDDER");
    const Holder tenderer = plug("TENDERER");
    const std::string content = document(5000);
    const std::string sealed = seal(content, {{"layers", {{bidder.pem}, {tenderer.pem}}}});
    const json inner = page_.result("envelope.open", {{"envelope", sealed}}).at("data");
    const json opened = page_.result("envelope.open", {{"envelope", inner}});
    EXPECT_EQ(decoded(opened.at("data")), content);
}

TEST_F(Envelopes, ofSeveralRecipients_anyOneOpens) {
    const Holder away = plug("AWAY");
    const Holder here = plug("HERE");
    const std::string sealed = seal("both", {{"layers", json::array({json::array({away.pem, here.pem})})}});
    bridge_.inLoop([&] { bridge_.hosts().unplug(away.address); });
    EXPECT_EQ(decoded(page_.result("envelope.open", {{"envelope", sealed}}).at("data")), "both");
    const json recipients = page_.result("envelope.inspect", {{"envelope", sealed}}).at("recipients");
    EXPECT_EQ(recipients.size(), 2U);
    unsigned usable = 0;
    for (const json& recipient : recipients) usable += recipient.contains("token") ? 1U : 0U;
    EXPECT_EQ(usable, 1U);
}

TEST_F(Envelopes, recipientNamedByTheKeyIdentifier_isFoundAndOpens) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const Holder holder = plug(std::string(token::toString(algorithm)), algorithm);
        const std::string sealed = seal("bid", {{"layers", {{holder.pem}}}, {"keyIdentifiers", true}});
        const json recipient =
            page_.result("envelope.inspect", {{"envelope", sealed}}).at("recipients").at(0);
        EXPECT_FALSE(recipient.contains("issuer"));
        EXPECT_EQ(recipient.at("keyIdentifier"),
                  toHex(pki::Certificate::fromPem(holder.pem).subjectKeyIdentifier()));
        EXPECT_TRUE(recipient.contains("certificate"));
        EXPECT_EQ(decoded(page_.result("envelope.open", {{"envelope", sealed}}).at("data")), "bid");
    }
}

TEST_F(Envelopes, keyOfAnEarlierContainer_stillOpens) {
    const Holder holder = plug("SN");
    const std::string sealed = seal("before the renewal", {{"layers", {{holder.pem}}}});
    bridge_.inLoop([&] { return bridge_.hosts().addEncryptionKey(holder.address, "C9"); });
    EXPECT_EQ(decoded(page_.result("envelope.open", {{"envelope", sealed}}).at("data")),
              "before the renewal");
}

TEST_F(Envelopes, signingCertificate_isNotSealedTo) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        bridge_.plug("S" + std::string(token::toString(algorithm)), algorithm);
    }
    const json certificates = page_.result("certificates.list").at("certificates");
    ASSERT_EQ(certificates.size(), 3U);
    for (const json& certificate : certificates) {
        const json error =
            page_.call("envelope.seal", {{"layers", {{certificate.at("pem")}}}, {"data", "AAAA"}})
                .at("error");
        EXPECT_EQ(error.at("data").at("code"), "certificate-mismatch");
        EXPECT_EQ(error.at("data").at("reason"), "usage");
        EXPECT_EQ(error.at("message"), "The certificate is not for this use.") << "none came back";
    }
}

TEST_F(Envelopes, changedOrCutOff_isCorrupt) {
    const Holder holder = plug("SN");
    const std::string text = seal(document(3000), {{"layers", {{holder.pem}}}, {"cipher", "sm4-gcm"}});
    Bytes changed = fromBase64Url(text).value();
    changed[changed.size() / 2] ^= 1U;
    EXPECT_EQ(page_.codeOf("envelope.open", {{"envelope", toBase64Url(changed)}}), "content-corrupt");
    const Bytes whole = fromBase64Url(text).value();
    const ByteView cut = ByteView(whole).first(whole.size() - 7);
    EXPECT_EQ(page_.codeOf("envelope.open", {{"envelope", toBase64Url(cut)}}), "content-corrupt");
    EXPECT_EQ(page_.codeOf("envelope.open", {{"envelope", toBase64Url(asBytes("no envelope"))}}),
              "bad-request");
}

TEST_F(Envelopes, pageWithoutTheScope_opensNothing) {
    const Holder holder = plug("SN");
    const std::string sealed = seal("secret", {{"layers", {{holder.pem}}}});
    Client poor(bridge_.port(), "https://poor.example");
    poor.hello();
    EXPECT_EQ(poor.codeOf("envelope.open", {{"envelope", sealed}}), "scope-denied");
    EXPECT_EQ(poor.codeOf("envelope.inspect", {{"envelope", sealed}}), "scope-denied");
}

TEST_F(Envelopes, streams_carryWhatNoMessageCould) {
    const Holder bidder = plug("BIDDER");
    const Holder tenderer = plug("TENDERER");
    const std::string content = document(9'000'000);
    const Streamed sealed =
        callStreaming(page_, "envelope.seal", {{"layers", {{bidder.pem}, {tenderer.pem}}}}, content);
    ASSERT_EQ(sealed.code, "");
    const Streamed inner =
        callStreaming(page_, "envelope.open", json::object(), sealed.octets, {.stream = 3});
    ASSERT_EQ(inner.code, "");
    EXPECT_TRUE(inner.result.contains("certificate"));
    const Streamed opened = callStreaming(page_, "envelope.open", json::object(), inner.octets,
                                          {.stream = 5, .piece = 5000, .allow = 1'000'000});
    EXPECT_EQ(opened.code, "");
    EXPECT_TRUE(opened.octets == content);
}

TEST_F(Envelopes, streamThatIsCutOff_endsWithAnErrorAndNotAsWhole) {
    const Holder holder = plug("SN");
    const std::string content = document(400'000);
    const Streamed sealed = callStreaming(page_, "envelope.seal", {{"layers", {{holder.pem}}}}, content);
    const std::string cut = sealed.octets.substr(0, sealed.octets.size() - 20);
    const Streamed opened = callStreaming(page_, "envelope.open", json::object(), cut, {.stream = 3});
    EXPECT_TRUE(opened.wasAnswered);
    EXPECT_EQ(opened.code, "content-corrupt");
    EXPECT_TRUE(opened.result.is_null());
}

TEST_F(Envelopes, streamWhoseTagWasChanged_isGivenUpAtItsEnd) {
    const Holder holder = plug("SN");
    const json params{{"layers", {{holder.pem}}}, {"cipher", "aes256-gcm"}};
    std::string sealed = callStreaming(page_, "envelope.seal", params, document(400'000)).octets;
    const std::size_t closing = 6;  // Three ends of contents behind the tag.
    sealed.at(sealed.size() - closing - 1) ^= 1;
    const Streamed opened = callStreaming(page_, "envelope.open", json::object(), sealed, {.stream = 3});
    EXPECT_GT(opened.octets.size(), 300'000U) << "it was on its way before anybody could know";
    EXPECT_EQ(opened.code, "content-corrupt");
    EXPECT_TRUE(opened.result.is_null());
}

TEST_F(Envelopes, resultThatIsTooLargeForAMessage_wantsAStream) {
    const Holder holder = plug("SN");
    const int id = page_.start("envelope.seal", {{"layers", {{holder.pem}}}, {"stream", 1}});
    std::size_t sent = 0;
    const std::size_t size = 5'000'000;
    while (sent < size) {
        const json message = page_.notification();
        if (message.at("method") != "stream.credit") break;
        const auto allowed = message.at("params").at("bytes").get<std::size_t>();
        page_.sendBinary(streamMessage(1, std::string(std::min(allowed, size - sent), 'x')));
        sent += allowed;
    }
    EXPECT_EQ(page_.finish(id).at("error").at("data").at("code"), "too-large");
}

/// Of a page that asked and waits: begun with the page's stream `name`.
int beginSealing(Client& page, const std::string& pem, unsigned name) {
    return page.start("envelope.seal", {{"layers", {{pem}}}, {"stream", name}, {"output", "stream"}});
}

TEST_F(Envelopes, ninthStream_isRefused_S34) {
    const Holder holder = plug("SN");
    for (unsigned i = 0; i < 4; ++i) {
        const int id = beginSealing(page_, holder.pem, 2 * i + 1);
        EXPECT_TRUE(page_.finish(id).contains("result"));
    }
    const int id = beginSealing(page_, holder.pem, 99);
    EXPECT_EQ(page_.finish(id).at("error").at("data").at("code"), "rate-limited");
    Client other(bridge_.port());
    other.hello();
    EXPECT_TRUE(other.finish(beginSealing(other, holder.pem, 1)).contains("result"))
        << "another connection has streams of its own";
}

TEST_F(Envelopes, pageThatNeverGivesCredit_holdsUpNobody_S34) {
    const Holder holder = plug("SN");
    page_.finish(beginSealing(page_, holder.pem, 1));
    page_.sendBinary(streamMessage(1, document(200'000)));
    Client other(bridge_.port());
    other.hello();
    const std::string content = document(2'000'000);
    const Streamed sealed = callStreaming(other, "envelope.seal", {{"layers", {{holder.pem}}}}, content);
    EXPECT_GT(sealed.octets.size(), content.size());
    EXPECT_EQ(page_.result("tokens.list").at("tokens").size(), 1U) << "and not itself";
}

TEST_F(Envelopes, moreThanWasAllowed_endsTheStream_S34) {
    const Holder holder = plug("SN");
    const int id = page_.start("envelope.seal", {{"layers", {{holder.pem}}}, {"stream", 1}});
    page_.notification();  // The first credit.
    page_.sendBinary(streamMessage(1, document(900'000)));
    EXPECT_EQ(page_.finish(id).at("error").at("data").at("code"), "bad-request");
}

TEST_F(Envelopes, streamThatThePageGivesUp_endsItsCall) {
    const Holder holder = plug("SN");
    const int id = page_.start("envelope.seal", {{"layers", {{holder.pem}}}, {"stream", 1}});
    page_.notification();
    page_.send(R"({"jsonrpc":"2.0","method":"stream.abort","params":{"stream":1}})");
    EXPECT_EQ(page_.finish(id).at("error").at("data").at("code"), "user-cancelled");
    const int again = page_.start("envelope.seal", {{"layers", {{holder.pem}}}, {"stream", 2}});
    EXPECT_EQ(page_.finish(again).at("error").at("data").at("code"), "bad-request") << "even: the bridge's";
}

TEST_F(Envelopes, nameOfAStream_servesOnce_S34) {
    const Holder holder = plug("SN");
    const auto codeOf = [&](unsigned name) {
        return callStreaming(page_, "envelope.seal", {{"layers", {{holder.pem}}}}, "bid", {.stream = name})
            .code;
    };
    for (const unsigned name : {7U, 1U, 3U, 5U, 4'000'000'001U}) EXPECT_EQ(codeOf(name), "") << name;
    for (const unsigned name : {1U, 5U, 7U, 4'000'000'001U}) {
        const int id = beginSealing(page_, holder.pem, name);
        EXPECT_EQ(page_.finish(id).at("error").at("data").at("code"), "bad-request")
            << name << ": what is still on its way to the first would count as the second's";
    }
    EXPECT_EQ(codeOf(9), "");
}

TEST_F(Envelopes, connectionThatGoes_takesItsStreamsWithIt) {
    const Holder holder = plug("SN");
    {
        Client gone(bridge_.port());
        gone.hello();
        gone.finish(beginSealing(gone, holder.pem, 1));
        gone.sendBinary(streamMessage(1, document(100'000)));
        gone.drop();
    }
    const std::string content = document(1000);
    EXPECT_EQ(callStreaming(page_, "envelope.seal", {{"layers", {{holder.pem}}}}, content).code, "");
}

class ConfirmedEnvelopes : public Envelopes {
  protected:
    ConfirmedEnvelopes() : Envelopes(withDecryption(policy::Confirm::each)) {}
};

TEST_F(ConfirmedEnvelopes, opening_showsWhatThePageSaysAndNeedsTheUsersYes_S11) {
    const Holder holder = plug("SN");
    const std::string sealed = seal("bid", {{"layers", {{holder.pem}}}});
    const json params{{"envelope", sealed}, {"description", "bid.pdf"}, {"size", 1234}};
    EXPECT_EQ(decoded(page_.result("envelope.open", params).at("data")), "bid");
    const auto text = bridge_.inLoop([&] { return bridge_.consent().dialogs.at(0).text; });
    EXPECT_NE(text.find(kPortal), std::string::npos) << text;
    EXPECT_NE(text.find("bid.pdf"), std::string::npos) << text;
    EXPECT_NE(text.find("1234"), std::string::npos) << text;
    bridge_.inLoop([&] { bridge_.consent().refusals.push_back(ErrorCode::userCancelled); });
    EXPECT_EQ(page_.codeOf("envelope.open", params), "user-cancelled");
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("decrypt"); }), 1U);
}

}  // namespace
}  // namespace ukey::test
