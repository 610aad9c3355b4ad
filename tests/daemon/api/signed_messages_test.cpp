// Signed messages, lists of them, and checking, through a running server with tokens in software.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tests/daemon/support/streaming.hpp"
#include "tokenlib/message/signed_data_reader.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;
using token::KeyAlgorithm;

config::Config confirming(policy::Confirm confirm) {
    config::Config configuration = BridgeUnderTest::usualConfig();
    for (auto& rule : configuration.origins) rule.confirm = confirm;
    return configuration;
}

class SignedMessages : public testing::Test {
  protected:
    explicit SignedMessages(policy::Confirm confirm = policy::Confirm::login)
        : bridge_(confirming(confirm)), page_(bridge_.port()) {
        page_.hello();
    }

    /// Plugs a token in and logs in on it; its certificate.
    json plug(KeyAlgorithm algorithm) {
        bridge_.plug("S" + std::string(token::toString(algorithm)), algorithm);
        const json certificates = page_.result("certificates.list").at("certificates");
        for (const json& entry : certificates) {
            if (entry.at("algorithm") != token::toString(algorithm)) continue;
            page_.result("pin.verify", {{"token", entry.at("token")}});
            return entry;
        }
        throw std::runtime_error("no certificate");
    }
    json sign(const json& certificate, std::string_view content, const json& more) {
        json params{{"certificate", certificate.at("id")}, {"data", toBase64Url(asBytes(content))}};
        params.update(more);
        return page_.result("sign.data", params).at("signature");
    }
    /// `{valid}` or `{valid, reason}`.
    json verify(const json& params) {
        const json result = page_.result("signature.verify", params);
        return result.contains("reason") ? result.at("reason") : json(result.at("valid"));
    }
    unsigned signatures() {
        return bridge_.inLoop([&] { return bridge_.hosts().count("sign"); });
    }

    BridgeUnderTest bridge_;
    Client page_;
};

json item(const std::string& name, const std::string& content) {
    return {{"name", name}, {"data", toBase64Url(asBytes(content))}};
}

TEST_F(SignedMessages, everyFormatOfEveryKey_isVerifiedAndChangedContentIsNot) {
    const std::string content = "a bid of 1,000,000";
    const std::string data = toBase64Url(asBytes(content));
    const std::string other = toBase64Url(asBytes("a bid of 9,000,000"));
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::p256, KeyAlgorithm::rsa2048}) {
        const json certificate = plug(algorithm);
        for (const char* format : {"raw", "pkcs7", "cms"}) {
            json check{{"format", format},
                       {"signature", sign(certificate, content, {{"format", format}})},
                       {"certificate", certificate.at("pem")}};
            check["data"] = data;
            EXPECT_EQ(verify(check), true) << format << token::toString(algorithm);
            check["data"] = other;
            EXPECT_NE(verify(check), true) << format << token::toString(algorithm);
        }
    }
}

TEST_F(SignedMessages, family_isThatOfTheKeyUnlessThePageSaysOtherwise) {
    const json certificate = plug(KeyAlgorithm::sm2);
    const auto familyOf = [&](const json& more) {
        const auto message = fromBase64Url(sign(certificate, "x", more).get<std::string>()).value();
        return cms::verifySignedData(message, asBytes("x"), {}).family;
    };
    EXPECT_EQ(familyOf({{"format", "pkcs7"}}), cms::Family::gm);
    EXPECT_EQ(familyOf({{"format", "pkcs7"}, {"family", "cms"}}), cms::Family::cms);
    EXPECT_EQ(familyOf({{"format", "cms"}}), cms::Family::cms);
}

TEST_F(SignedMessages, signingTime_isThereUnlessThePageLeavesItOut) {
    const json certificate = plug(KeyAlgorithm::rsa2048);
    const auto timeIn = [&](const json& signature) {
        cms::VerifyOptions options;
        options.time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const Bytes message = fromBase64Url(signature.get<std::string>()).value();
        const auto verdict = cms::verifySignedData(message, asBytes("x"), options);
        EXPECT_TRUE(verdict.isValid());
        return verdict.signers.at(0).signingTime.has_value();
    };
    for (const char* format : {"pkcs7", "cms"}) {
        const json without{{"format", format}, {"signingTime", false}};
        EXPECT_TRUE(timeIn(sign(certificate, "x", {{"format", format}}))) << format;
        EXPECT_FALSE(timeIn(sign(certificate, "x", without))) << format;
        json list{{"certificate", certificate.at("id")}, {"items", {item("a", "x")}}};
        list.update(without);
        EXPECT_FALSE(timeIn(page_.result("sign.batch", list).at("signatures").at(0))) << format;
    }
}

TEST_F(SignedMessages, attachedStream_isAMessageWithItsContent) {
    const json certificate = plug(KeyAlgorithm::sm2);
    const std::string content(3'000'000, 'z');
    const Streamed signedOne = callStreaming(
        page_, "sign.data", {{"certificate", certificate.at("id")}, {"format", "pkcs7"}, {"detached", false}},
        content);
    ASSERT_EQ(signedOne.code, "");
    EXPECT_EQ(signedOne.result.at("algorithm"), "SM2SM3");
    cms::VerifyOptions options;
    options.time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::string seen;
    cms::SignedDataReader reader(options, [&](ByteView octets) { seen += asText(octets); });
    reader.feed(asBytes(signedOne.octets));
    EXPECT_TRUE(reader.finish().isValid());
    EXPECT_TRUE(seen == content);
}

TEST_F(SignedMessages, rawSignatureOfAStream_isThatOfItsContent) {
    const json certificate = plug(KeyAlgorithm::p256);
    const std::string content(700'000, 'q');
    const Streamed made = callStreaming(page_, "sign.data",
                                        {{"certificate", certificate.at("id")}, {"format", "raw"}}, content);
    ASSERT_EQ(made.code, "");
    EXPECT_EQ(verify({{"format", "raw"},
                      {"signature", toBase64Url(asBytes(made.octets))},
                      {"data", toBase64Url(asBytes(content))},
                      {"certificate", certificate.at("pem")}}),
              true);
}

TEST_F(SignedMessages, streamOfAPageThatIsNotLoggedIn_isRefusedBeforeItBegins) {
    bridge_.plug("SN", KeyAlgorithm::sm2);
    const json certificate = page_.result("certificates.list").at("certificates").at(0);
    const Streamed made = callStreaming(
        page_, "sign.data", {{"certificate", certificate.at("id")}, {"format", "pkcs7"}}, "content");
    EXPECT_EQ(made.code, "pin-required");
    EXPECT_FALSE(made.wasAnswered);
}

TEST_F(SignedMessages, reservedMessage_isNotSignedInAStreamNorInAList_S22) {
    const json certificate = plug(KeyAlgorithm::sm2);
    const std::string reserved = "Ukey Bridge renewal v2";
    std::uint32_t stream = 1;
    for (const char* format : {"raw", "pkcs7", "cms"}) {
        const Streamed made =
            callStreaming(page_, "sign.data", {{"certificate", certificate.at("id")}, {"format", format}},
                          reserved, {.stream = stream, .piece = 5});
        stream += 2;
        EXPECT_EQ(made.code, "reserved-message") << format;
    }
    const json items = json::array({item("good", "a bid"), item("bad", reserved)});
    EXPECT_EQ(page_.codeOf("sign.batch",
                           {{"certificate", certificate.at("id")}, {"format", "raw"}, {"items", items}}),
              "reserved-message");
    EXPECT_EQ(signatures(), 0U) << "one item that may not be signed: none is";
}

TEST_F(SignedMessages, secondSigner_isAddedToTheMessageOfTheFirst) {
    const json first = plug(KeyAlgorithm::sm2);
    const json second = plug(KeyAlgorithm::p256);
    const std::string data = toBase64Url(asBytes("contract"));
    const json one = sign(first, "contract", {{"format", "cms"}});
    const json both = sign(second, "contract", {{"format", "cms"}, {"add", one}});
    const json verdict =
        page_.result("signature.verify", {{"format", "cms"}, {"signature", both}, {"data", data}});
    EXPECT_EQ(verdict.at("valid"), true);
    EXPECT_EQ(verdict.at("signers").size(), 2U);
}

// Without signed attributes the signature of the second is over the content itself.
TEST_F(SignedMessages, secondSignerOfAReservedMessage_isNotAdded_S22) {
    const json certificate = plug(KeyAlgorithm::sm2);
    const json one = sign(certificate, "contract", {{"format", "pkcs7"}});
    for (const bool attributes : {true, false}) {
        const json params{{"certificate", certificate.at("id")},
                          {"format", "pkcs7"},
                          {"attributes", attributes},
                          {"add", one},
                          {"data", toBase64Url(asBytes("Ukey Bridge renewal v2"))}};
        EXPECT_EQ(page_.codeOf("sign.data", params), "reserved-message") << attributes;
    }
    EXPECT_EQ(signatures(), 1U);
}

TEST_F(SignedMessages, secondSignerOfAMessageThatHoldsAReservedOne_isNotAdded_S22) {
    const json certificate = plug(KeyAlgorithm::sm2);
    // As a page can make it: nobody asks whether the first signature holds.
    const json harmless =
        sign(certificate, "Akey Bridge renewal v2", {{"format", "pkcs7"}, {"detached", false}});
    Bytes message = fromBase64Url(harmless.get<std::string>()).value();
    const std::string_view text = asText(message);
    message.at(text.find("Akey Bridge")) = 'U';
    for (const bool attributes : {true, false}) {
        for (const char* data : {"", "a bid", "Akey Bridge renewal v2"}) {
            const json params{{"certificate", certificate.at("id")},
                              {"format", "pkcs7"},
                              {"attributes", attributes},
                              {"add", toBase64Url(message)},
                              {"data", toBase64Url(asBytes(data))}};
            EXPECT_EQ(page_.codeOf("sign.data", params), "reserved-message") << attributes << data;
        }
    }
    EXPECT_EQ(signatures(), 1U);
}

TEST_F(SignedMessages, secondSignerOfAMessageWithItsContent_signsThatAndNothingElse) {
    const json first = plug(KeyAlgorithm::sm2);
    const json second = plug(KeyAlgorithm::p256);
    const json one = sign(first, "contract", {{"format", "cms"}, {"detached", false}});
    const auto add = [&](const char* data) {
        return json{{"certificate", second.at("id")},
                    {"format", "cms"},
                    {"add", one},
                    {"data", toBase64Url(asBytes(data))}};
    };
    EXPECT_EQ(page_.codeOf("sign.data", add("another contract")), "bad-request");
    EXPECT_EQ(signatures(), 1U);
    for (const char* data : {"", "contract"}) {
        const json both = page_.result("sign.data", add(data)).at("signature");
        const json verdict = page_.result("signature.verify", {{"format", "cms"}, {"signature", both}});
        EXPECT_EQ(verdict.at("valid"), true) << data;
        EXPECT_EQ(verdict.at("signers").size(), 2U);
    }
}

TEST_F(SignedMessages, secondSigner_isAddedOverAStreamToo) {
    const json first = plug(KeyAlgorithm::sm2);
    const json second = plug(KeyAlgorithm::rsa2048);
    const std::string content(6'000'000, 'c');
    const Streamed one =
        callStreaming(page_, "sign.data", {{"certificate", first.at("id")}, {"format", "cms"}}, content);
    const Streamed both = callStreaming(
        page_, "sign.data",
        {{"certificate", second.at("id")}, {"format", "cms"}, {"add", toBase64Url(asBytes(one.octets))}},
        content, {.stream = 3});
    ASSERT_EQ(both.code, "");
    cms::VerifyOptions options;
    options.time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto verdict = cms::verifySignedData(asBytes(both.octets), asBytes(content), options);
    EXPECT_TRUE(verdict.isValid());
    EXPECT_EQ(verdict.signers.size(), 2U);
}

TEST_F(SignedMessages, issuersThatThePageHas_areInTheMessageUnlessItLeavesTheChainOut) {
    const json certificate = plug(KeyAlgorithm::sm2);
    const pki::test::TestCa issuer(KeyAlgorithm::sm2, "Issuer");
    const json issuers = json::array({pki::Certificate::fromDer(issuer.certificate()).pem()});
    const auto certificatesIn = [&](const json& signature) {
        const auto message = fromBase64Url(signature.get<std::string>()).value();
        return cms::verifySignedData(message, asBytes("x"), {}).certificates.size();
    };
    for (const char* format : {"pkcs7", "cms"}) {
        json how{{"format", format}};
        EXPECT_EQ(certificatesIn(sign(certificate, "x", how)), 1U) << format;
        how["issuers"] = issuers;
        EXPECT_EQ(certificatesIn(sign(certificate, "x", how)), 2U) << format;
        how["chain"] = true;
        EXPECT_EQ(certificatesIn(sign(certificate, "x", how)), 2U) << format;
        how["chain"] = false;
        EXPECT_EQ(certificatesIn(sign(certificate, "x", how)), 1U) << format;
        json list{{"certificate", certificate.at("id")}, {"items", {item("a", "x")}}, {"format", format}};
        list["issuers"] = issuers;
        EXPECT_EQ(certificatesIn(page_.result("sign.batch", list).at("signatures").at(0)), 2U) << format;
    }
}

TEST_F(SignedMessages, issuersThatLieOnTheToken_areInTheMessageUnlessThePageLeavesTheChainOut) {
    const auto address = bridge_.plug("SN", KeyAlgorithm::sm2);
    bridge_.inLoop([&] { bridge_.hosts().addAuthority(address); });
    const json certificates = page_.result("certificates.list").at("certificates");
    ASSERT_EQ(certificates.size(), 1U) << "the CA's is not one of the user's";
    const json& certificate = certificates.at(0);
    page_.result("pin.verify", {{"token", certificate.at("token")}});
    const pki::test::TestCa stranger(KeyAlgorithm::sm2, "Issuer");
    const auto certificatesIn = [&](const json& signature) {
        const auto message = fromBase64Url(signature.get<std::string>()).value();
        return cms::verifySignedData(message, asBytes("x"), {}).certificates;
    };
    for (const char* format : {"pkcs7", "cms"}) {
        json how{{"format", format}};
        const auto issuer = certificatesIn(sign(certificate, "x", how));
        ASSERT_EQ(issuer.size(), 2U) << format;
        EXPECT_TRUE(issuer.at(0).isCa() || issuer.at(1).isCa());
        json list{{"certificate", certificate.at("id")}, {"items", {item("a", "x")}}, {"format", format}};
        EXPECT_EQ(certificatesIn(page_.result("sign.batch", list).at("signatures").at(0)).size(), 2U);
        how["issuers"] = {pki::Certificate::fromDer(stranger.certificate()).pem(),
                          (issuer.at(0).isCa() ? issuer.at(0) : issuer.at(1)).pem()};
        EXPECT_EQ(certificatesIn(sign(certificate, "x", how)).size(), 3U) << "each once";
        how["chain"] = false;
        EXPECT_EQ(certificatesIn(sign(certificate, "x", how)).size(), 1U) << format;
    }
}

TEST_F(SignedMessages, signerOfAnotherCa_isNotTrusted) {
    const json certificate = plug(KeyAlgorithm::sm2);
    const json signature = sign(certificate, "x", {{"format", "pkcs7"}});
    const pki::test::TestCa stranger(KeyAlgorithm::p256, "Somebody Else");
    json check{{"format", "pkcs7"}, {"signature", signature}, {"data", toBase64Url(asBytes("x"))}};
    EXPECT_EQ(verify(check), true);
    check["trusted"] = json::array({pki::Certificate::fromDer(stranger.certificate()).pem()});
    EXPECT_EQ(verify(check), "chain");
}

TEST_F(SignedMessages, whatIsNoMessage_isABadRequest) {
    EXPECT_EQ(page_.codeOf("signature.verify", {{"format", "cms"}, {"signature", "AAAA"}}), "bad-request");
    EXPECT_EQ(page_.codeOf("signature.verify", {{"format", "raw"}, {"signature", "AAAA"}}), "bad-request");
}

TEST_F(SignedMessages, batch_isSignedUnderOnePin) {
    const json certificate = plug(KeyAlgorithm::sm2);
    json items = json::array();
    for (int i = 0; i < 20; ++i) items.push_back(item("n" + std::to_string(i), "bid " + std::to_string(i)));
    const json result = page_.result(
        "sign.batch", {{"certificate", certificate.at("id")}, {"format", "pkcs7"}, {"items", items}});
    ASSERT_EQ(result.at("signatures").size(), 20U);
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(verify({{"format", "pkcs7"},
                          {"signature", result.at("signatures").at(i)},
                          {"data", items.at(i).at("data")}}),
                  true);
    }
    EXPECT_EQ(bridge_.inLoop([&] { return bridge_.hosts().count("verify-pin"); }), 1U);
}

TEST_F(SignedMessages, tokenWhoseLibrarySignsInAnotherWay_signsEverything_andItIsFoundOutOnceAKey) {
    bridge_.inLoop([&] { bridge_.hosts().setWaysToSign(2); });
    const json items = json::array({item("a", "1"), item("b", "2"), item("c", "3")});
    const auto batch = [&](const json& certificate) {
        const json result = page_.result(
            "sign.batch", {{"certificate", certificate.at("id")}, {"format", "cms"}, {"items", items}});
        for (std::size_t i = 0; i < items.size(); ++i) {
            EXPECT_EQ(verify({{"format", "cms"},
                              {"signature", result.at("signatures").at(i)},
                              {"data", items.at(i).at("data")}}),
                      true);
        }
    };
    const json first = plug(KeyAlgorithm::rsa2048);
    batch(first);
    EXPECT_EQ(signatures(), 4U) << "the first item twice";
    for (const char* format : {"raw", "pkcs7", "cms"}) (void)sign(first, "x", {{"format", format}});
    (void)page_.result("auth.sign", {{"certificate", first.at("id")}, {"challenge", std::string(44, 'A')}});
    EXPECT_EQ(signatures(), 8U) << "one each";
    const json second = plug(KeyAlgorithm::sm2);
    (void)sign(second, "x", {{"format", "pkcs7"}});
    EXPECT_EQ(signatures(), 10U);
    bridge_.inLoop([&] { bridge_.hosts().setWaysToSign(1); });
    (void)sign(second, "x", {{"format", "pkcs7"}});
    EXPECT_EQ(signatures(), 12U) << "and once more when it changes";
    batch(second);
    EXPECT_EQ(signatures(), 15U);
}

TEST_F(SignedMessages, batchThatATokenFails_givesNoSignatureAway) {
    const json certificate = plug(KeyAlgorithm::sm2);
    bridge_.inLoop([&] { bridge_.hosts().spoilSignatures(); });
    const json items = json::array({item("a", "1"), item("b", "2")});
    const json answer = page_.call(
        "sign.batch", {{"certificate", certificate.at("id")}, {"format", "raw"}, {"items", items}});
    EXPECT_EQ(answer.at("error").at("data").at("code"), "driver-error");
    EXPECT_FALSE(answer.contains("result"));
}

TEST_F(SignedMessages, batchOf500OfWhichTheTokenSignsOneOtherThanConsentedTo_givesNoSignatureAway) {
    const json certificate = plug(KeyAlgorithm::p256);
    json items = json::array();
    for (int i = 0; i < 500; ++i) items.push_back(item("bid " + std::to_string(i), std::to_string(i)));
    const json params{{"certificate", certificate.at("id")}, {"format", "raw"}, {"items", items}};
    bridge_.inLoop([&] { bridge_.hosts().spoilSignaturesAfter(499); });
    const json answer = page_.call("sign.batch", params);
    EXPECT_EQ(answer.at("error").at("data").at("code"), "driver-error");
    EXPECT_FALSE(answer.contains("result"));
    EXPECT_EQ(signatures(), 500U) << "it was the last one";
}

/// A list of raw signatures.
json listOf(const json& certificate, int size) {
    json items = json::array();
    for (int i = 0; i < size; ++i) items.push_back(item("bid " + std::to_string(i), std::to_string(i)));
    return {{"certificate", certificate.at("id")}, {"format", "raw"}, {"items", items}};
}

TEST_F(SignedMessages, batch_hasTheTokenSignOneWhileAnotherIsChecked) {
    const json certificate = plug(KeyAlgorithm::sm2);
    const json params = listOf(certificate, 10);
    (void)sign(certificate, "how the key signs is known then", {{"format", "raw"}});
    bridge_.inLoop([&] { bridge_.hosts().hold("sign"); });
    const int id = page_.start("sign.batch", params);
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("sign") > 1; });
    bridge_.inLoop([&] { bridge_.hosts().release("sign"); });
    const json made = page_.finish(id).at("result").at("signatures");
    ASSERT_EQ(made.size(), 10U);
    for (std::size_t i = 0; i < made.size(); ++i) {
        EXPECT_EQ(verify({{"format", "raw"},
                          {"signature", made.at(i)},
                          {"data", params.at("items").at(i).at("data")},
                          {"certificate", certificate.at("pem")}}),
                  true)
            << "each in its place";
    }
}

TEST_F(SignedMessages, pageThatLeavesDuringABatch_hasNothingMoreSigned) {
    const json certificate = plug(KeyAlgorithm::sm2);
    (void)sign(certificate, "how the key signs is known then", {{"format", "raw"}});
    bridge_.inLoop([&] { bridge_.hosts().hold("sign"); });
    page_.start("sign.batch", listOf(certificate, 10));
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("sign") > 1; });
    const unsigned begun = signatures();
    page_.drop();
    bridge_.waitUntil([&] { return bridge_.hosts().waiting("sign") == 0; });
    bridge_.inLoop([&] { bridge_.hosts().release("sign"); });
    EXPECT_EQ(signatures(), begun);
}

class ConfirmedMessages : public SignedMessages {
  protected:
    ConfirmedMessages() : SignedMessages(policy::Confirm::each) {}
    std::vector<prompt::Dialog> dialogs() {
        return bridge_.inLoop([&] { return bridge_.consent().dialogs; });
    }
};

TEST_F(ConfirmedMessages, batch_isOneDialogWithTheListAndANoSignsNothing_S11) {
    const json certificate = plug(KeyAlgorithm::sm2);
    const json items = json::array({item("first.pdf", "1"), item("middle.pdf", "2"), item("last.pdf", "3")});
    const json params{{"certificate", certificate.at("id")}, {"format", "pkcs7"}, {"items", items}};
    EXPECT_EQ(page_.result("sign.batch", params).at("signatures").size(), 3U);
    ASSERT_EQ(dialogs().size(), 1U);
    const std::string text = dialogs().front().text;
    for (const char* part : {"3 items", "first.pdf", "last.pdf", kPortal})
        EXPECT_NE(text.find(part), std::string::npos) << text;
    bridge_.inLoop([&] { bridge_.consent().refusals.push_back(ErrorCode::userCancelled); });
    EXPECT_EQ(page_.codeOf("sign.batch", params), "user-cancelled");
    EXPECT_EQ(signatures(), 3U);
}

TEST_F(ConfirmedMessages, digestOfTheList_isAnotherWhenOneItemIs_S11) {
    const json certificate = plug(KeyAlgorithm::sm2);
    for (const char* middle : {"2", "3"}) {
        const json items = json::array({item("a", "1"), item("b", middle), item("c", "3")});
        page_.result("sign.batch",
                     {{"certificate", certificate.at("id")}, {"format", "pkcs7"}, {"items", items}});
    }
    EXPECT_NE(dialogs().at(0).text, dialogs().at(1).text);
}

TEST_F(ConfirmedMessages, message_isShownWithItsSizeAndTheDigestOfItsContent_S11) {
    const json certificate = plug(KeyAlgorithm::p256);
    sign(certificate, "abc", {{"format", "cms"}});
    const std::string text = dialogs().at(0).text;
    EXPECT_NE(text.find("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("3 octets"), std::string::npos) << text;
}

TEST_F(ConfirmedMessages, secondSignature_isShownWithTheContentOfTheMessageToo_S11) {
    const json certificate = plug(KeyAlgorithm::p256);
    for (const bool detached : {true, false}) {
        const json one = sign(certificate, "abc", {{"format", "cms"}, {"detached", detached}});
        sign(certificate, "abc", {{"format", "cms"}, {"add", one}});
        const std::string text = dialogs().back().text;
        EXPECT_NE(text.find("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                  std::string::npos)
            << text;
        EXPECT_NE(text.find("3 octets"), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace ukey::test
