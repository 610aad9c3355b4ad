// The server's look at sealed files: those of the bridge's own writer and of OpenSSL's command line; and what
// is none.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sandbox/sealed_check/message_walk.hpp"
#include "sandbox/sealed_check/sealed_check.hpp"
#include "tests/sandbox/support.hpp"
#include "tokenlib/message/envelope_writer.hpp"

namespace ukey::sealed_check {
namespace {

using sandbox_test::Holder;
using token::KeyAlgorithm;
using token::KeyUsage;

class SealedCheckTest : public ::testing::Test {
  protected:
    SealedCheckTest() {
        sandbox_test::putCa(folder_.path());
        centre_ =
            std::make_unique<ca::CertificateCentre>(folder_.path(), ca::kDefaultPublicUrl, clock_.clock());
        tenderer_ = holder(KeyAlgorithm::sm2);
        bidder_ = holder(KeyAlgorithm::rsa2048);
    }
    Holder holder(KeyAlgorithm algorithm) {
        return sandbox_test::certify(*centre_, algorithm, KeyUsage::encrypt, "出让人");
    }
    static Bytes sealed(ByteView content, const std::vector<const Holder*>& to,
                        pki::ContentCipher cipher = pki::ContentCipher::sm4Gcm,
                        cms::Family family = cms::Family::gm) {
        std::vector<pki::Certificate> certificates;
        for (const auto* one : to) certificates.push_back(pki::Certificate::fromPem(one->pem()));
        cms::EnvelopeWriter writer(certificates, {family, cipher, false});
        auto out = writer.update(content);
        const auto end = writer.finish();
        out.insert(out.end(), end.begin(), end.end());
        return out;
    }
    /// What OpenSSL's command line makes.
    Bytes sealedByOpenSsl(const std::string& options, const Holder& to) {
        folder_.write("content", std::string(200'000, 'x'));
        folder_.write("to.pem", to.pem());
        const auto in = folder_.path().string();
        const auto result =
            sandbox_test::runCommand("openssl cms -encrypt -binary -outform DER " + options + " -in " + in +
                                     "/content -out " + in + "/sealed -recip " + in + "/to.pem");
        EXPECT_EQ(result.status, 0) << result.output;
        return sandbox_test::contentOf(folder_.path() / "sealed");
    }
    /// Where the set of RecipientInfos begins, and its first: before the version of that, each with a length
    /// of one or of two octets behind the first.
    static std::pair<Bytes::const_iterator, Bytes::const_iterator> recipientsOf(const Bytes& file) {
        const Bytes version{0x02, 0x01, 0x01};
        const auto at = std::search(file.begin() + 21, file.end(), version.begin(), version.end());
        if (at == file.end()) throw std::runtime_error("the file has no recipient");
        const auto set = *(at - 6) == 0x31 ? at - 6 : at - 8;
        return {set, set + (at - set) / 2};
    }
    /// "none" when all is well.
    static std::string verdict(ByteView file, const std::vector<const Holder*>& expected,
                               std::size_t piece = 1000) {
        SealedCheck check;
        for (std::size_t at = 0; at < file.size(); at += piece)
            check.feed(file.subspan(at, std::min(piece, file.size() - at)));
        std::vector<const X509*> certificates;
        for (const auto* one : expected) certificates.push_back(one->certificate.get());
        const auto refusal = check.finish(certificates);
        return refusal ? std::string(toString(*refusal)) : "none";
    }

    sandbox_test::TemporaryFolder folder_;
    sandbox_test::TestClock clock_;
    std::unique_ptr<ca::CertificateCentre> centre_;
    Holder tenderer_;
    Holder bidder_;
};

TEST_F(SealedCheckTest, fileOfEachKind_isTakenForItsRecipientsAlone) {
    const Bytes content(150'000, 7);
    for (const auto cipher : {pki::ContentCipher::sm4Cbc, pki::ContentCipher::sm4Gcm,
                              pki::ContentCipher::aes256Cbc, pki::ContentCipher::aes256Gcm}) {
        for (const auto family : {cms::Family::gm, cms::Family::cms}) {
            const auto file = sealed(content, {&tenderer_}, cipher, family);
            EXPECT_EQ(verdict(file, {&tenderer_}), "none");
            EXPECT_EQ(verdict(file, {&bidder_}), "wrong-recipients");
        }
    }
    const auto both = sealed(content, {&tenderer_, &bidder_});
    EXPECT_EQ(verdict(both, {&tenderer_, &bidder_}), "none");
    EXPECT_EQ(verdict(both, {&bidder_, &tenderer_}), "none");
    EXPECT_EQ(verdict(both, {&tenderer_}), "wrong-recipients") << "somebody else could open it too";
    EXPECT_EQ(verdict(sealed(content, {&tenderer_}), {&tenderer_, &bidder_}), "wrong-recipients");
    const auto renewed = holder(KeyAlgorithm::sm2);
    EXPECT_EQ(verdict(both, {&renewed}), "wrong-recipients") << "same name, another certificate";
}

TEST_F(SealedCheckTest, keyThatIsAgreedOn_namesItsRecipientsToo) {
    const Bytes content(70'000, 7);
    for (const auto algorithm : {KeyAlgorithm::p256, KeyAlgorithm::p384}) {
        const auto one = holder(algorithm);
        const auto other = holder(algorithm);
        for (const auto cipher : {pki::ContentCipher::aes256Cbc, pki::ContentCipher::aes256Gcm}) {
            const auto file = sealed(content, {&one}, cipher, cms::Family::cms);
            EXPECT_EQ(verdict(file, {&one}), "none");
            EXPECT_EQ(verdict(file, {&one}, 1), "none");
            EXPECT_EQ(verdict(file, {&other}), "wrong-recipients");
            const auto mixed = sealed(content, {&one, &bidder_, &other}, cipher, cms::Family::cms);
            EXPECT_EQ(verdict(mixed, {&bidder_, &other, &one}), "none");
            EXPECT_EQ(verdict(mixed, {&bidder_, &one}), "wrong-recipients")
                << "somebody else could open it too";
        }
        for (const char* options : {"", "-stream", "-keyid", "-keyid -aes-256-gcm"}) {
            const auto file = sealedByOpenSsl(options, one);
            EXPECT_EQ(verdict(file, {&one}), "none") << options;
            EXPECT_EQ(verdict(file, {&other}), "wrong-recipients") << options;
        }
    }
}

TEST_F(SealedCheckTest, agreementWithNobody_isNoSealedFile) {
    // [1] { version, originator, algorithm, no keys } beside a recipient that is meant.
    const auto file = sealed({}, {&tenderer_});
    const auto [set, recipient] = recipientsOf(file);
    ASSERT_EQ(*set, 0x31);
    const auto length = recipient[1] == 0x81 ? 3 + recipient[2] : 4 + recipient[2] * 256 + recipient[3];
    const auto with = [&](const Bytes& agreement) {
        Bytes out(file.begin(), set);
        out.insert(out.end(), {0x31, 0x80});
        out.insert(out.end(), recipient, recipient + length);
        out.insert(out.end(), agreement.begin(), agreement.end());
        out.insert(out.end(), {0x00, 0x00});
        out.insert(out.end(), recipient + length, file.end());
        return out;
    };
    ASSERT_EQ(verdict(with({}), {&tenderer_}), "none");
    for (const Bytes& nobody : {Bytes{0xA1, 0x00}, Bytes{0xA1, 0x03, 0x02, 0x01, 0x03},
                                Bytes{0xA1, 0x09, 0x02, 0x01, 0x03, 0xA0, 0x00, 0x30, 0x00, 0x30, 0x00}}) {
        EXPECT_EQ(verdict(with(nobody), {&tenderer_}), "not-sealed") << toHex(nobody);
    }
    const Bytes nameless{0xA1, 0x0B, 0x02, 0x01, 0x03, 0xA0, 0x00, 0x30, 0x00, 0x30, 0x02, 0x30, 0x00};
    EXPECT_EQ(verdict(with(nameless), {&tenderer_}), "not-sealed");
}

TEST_F(SealedCheckTest, fileOfOpenSsl_isTakenInAnyOfItsForms) {
    for (const char* options :
         {"", "-stream", "-keyid", "-stream -keyid", "-aes-256-gcm", "-aes256 -stream"}) {
        const auto file = sealedByOpenSsl(options, bidder_);
        EXPECT_EQ(verdict(file, {&bidder_}), "none") << options;
        EXPECT_EQ(verdict(file, {&tenderer_}), "wrong-recipients") << options;
    }
}

TEST_F(SealedCheckTest, emptyContentAndLayers_areSealedFilesToo) {
    EXPECT_EQ(verdict(sealed({}, {&tenderer_}), {&tenderer_}), "none");
    const auto inner = sealed(Bytes(70'000, 1), {&bidder_});
    EXPECT_EQ(verdict(sealed(inner, {&tenderer_}), {&tenderer_}), "none");
}

TEST_F(SealedCheckTest, piecesOfAnySize_makeNoDifference) {
    const auto file = sealed(Bytes(3000, 9), {&tenderer_, &bidder_});
    for (const std::size_t piece : {1UL, 2UL, 7UL, 100'000UL})
        EXPECT_EQ(verdict(file, {&tenderer_, &bidder_}, piece), "none");
}

TEST_F(SealedCheckTest, fileCutOffAnywhere_isNeverTakenForWhole) {
    const auto file = sealed(Bytes(500, 9), {&tenderer_});
    for (std::size_t length = 0; length < file.size(); ++length) {
        const auto said = verdict(ByteView(file).first(length), {&tenderer_}, 100'000);
        EXPECT_TRUE(said == "incomplete" || (said == "not-sealed" && length < 40)) << length << ": " << said;
    }
    auto longer = file;
    longer.push_back(0);
    EXPECT_EQ(verdict(longer, {&tenderer_}), "not-sealed");
}

TEST_F(SealedCheckTest, whatIsNoSealedFile_isRefused) {
    const auto text = [](std::string_view octets) { return toBytes(asBytes(octets)); };
    for (const auto& file : {text(""), text("PK\x03\x04 a zip"), text("%PDF-1.7"), Bytes(5000, 0x30),
                             Bytes(5000, 0), Bytes(5000, 0xFF), Bytes{0x30, 0x80, 0, 0}, Bytes{0x30, 0}}) {
        EXPECT_EQ(verdict(file, {&tenderer_}), "not-sealed");
    }
    const auto in = folder_.path().string();
    folder_.write("content", "signed only");
    folder_.write("signer.pem", bidder_.pem());
    folder_.write("key.pem", ca::privateKeyToPem(bidder_.key.get()));
    const auto signedOnly = sandbox_test::runCommand("openssl cms -sign -binary -nodetach -outform DER -in " +
                                                     in + "/content -out " + in + "/signed -signer " + in +
                                                     "/signer.pem -inkey " + in + "/key.pem");
    ASSERT_EQ(signedOnly.status, 0) << signedOnly.output;
    EXPECT_EQ(verdict(sandbox_test::contentOf(folder_.path() / "signed"), {&bidder_}), "not-sealed");
}

TEST_F(SealedCheckTest, endlessNames_areNotKept) {
    // A recipient's name that goes on and on, made of empty elements.
    const auto file = sealed({}, {&tenderer_});
    const auto [set, recipient] = recipientsOf(file);
    ASSERT_EQ(*set, 0x31);
    Bytes endless(file.begin(), set);
    const Bytes nameless{0x31, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0x30, 0x80};
    endless.insert(endless.end(), nameless.begin(), nameless.end());
    for (int i = 0; i < 100'000; ++i) endless.insert(endless.end(), {0x05, 0x00});
    EXPECT_EQ(verdict(endless, {&tenderer_}), "not-sealed");
}

TEST(MessageWalkOfBer, elementThatOutlivesWhatHoldsIt_isNoMessage) {
    for (const Bytes& file :
         {Bytes{0x30, 0x04, 0x30, 0x80, 0x05, 0x00, 0x05, 0x00, 0x00, 0x00},
          Bytes{0x30, 0x02, 0x30, 0x80, 0x00, 0x00}, Bytes{0x30, 0x02, 0x06, 0x05, 1, 2, 3},
          Bytes{0x30, 0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x06}}) {
        MessageWalk walk({[](const auto&, auto) {}, [](const auto&, auto) {}, [](const auto&) {}});
        EXPECT_FALSE(walk.feed(file)) << toHex(file);
    }
    MessageWalk good({[](const auto&, auto) {}, [](const auto&, auto) {}, [](const auto&) {}});
    EXPECT_TRUE(good.feed(Bytes{0x30, 0x06, 0x30, 0x80, 0x05, 0x00, 0x00, 0x00}) && good.isWhole());
}

}  // namespace
}  // namespace ukey::sealed_check
