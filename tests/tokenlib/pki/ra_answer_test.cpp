#include "tokenlib/pki/ra_answer.hpp"

#include <gtest/gtest.h>

#include "test_ca.hpp"
#include "test_ra.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::pki {
namespace {

using test::CertificateSpec;
using test::TestCa;
using test::TestKey;
using test::WrappedPair;
using token::EnvelopedSm2Key;
using token::KeyAlgorithm;
using token::WrappedKeyPair;

std::string pem(const Bytes& der) { return Certificate::fromDer(der).pem(); }

/// "certificate-mismatch: why", or "" when it passes.
std::string verdict(const RaAnswer& answer, const RaExpectation& expectation) {
    try {
        checkAnswer(answer, expectation);
    } catch (const Error& error) {
        return std::string(toString(error.code())) + ": " + error.what();
    }
    return "";
}

/// The reason of a mismatch, "" when there is none.
std::string reasonOf(const RaAnswer& answer, const RaExpectation& expectation) {
    try {
        checkAnswer(answer, expectation);
    } catch (const Error& error) {
        return std::string(error.reason().empty() ? toString(error.code()) : error.reason());
    }
    return "";
}

#define EXPECT_VERDICT(call, code, part)                                                  \
    do {                                                                                  \
        const std::string got = (call);                                                   \
        EXPECT_TRUE(got.starts_with(code) && got.find(part) != std::string::npos) << got; \
    } while (false)

class RaAnswerTest : public testing::Test {
  protected:
    static const TestCa& root() {
        static const TestCa instance(KeyAlgorithm::sm2, "Root");
        return instance;
    }
    static const TestCa& issuing() {
        static const TestCa instance(root(), KeyAlgorithm::sm2, "Issuing CA");
        return instance;
    }
    static const TestKey& signingKey() {
        static const TestKey key = TestKey::generate(KeyAlgorithm::sm2);
        return key;
    }
    static const WrappedPair& pair() {
        static const WrappedPair instance = test::wrapPair(signingKey());
        return instance;
    }

    static std::string signCertificate(CertificateSpec spec = {}) {
        return pem(issuing().issue(signingKey().publicKey(), spec));
    }
    static std::string encryptCertificate(CertificateSpec spec = {}) {
        spec.keyUsage = test::kEncryptUsage;
        return pem(issuing().issue(pair().pair.publicKey(), spec));
    }

    static RaAnswer goodAnswer() {
        RaAnswer answer;
        answer.signCertificate = signCertificate();
        answer.encryptCertificate = encryptCertificate();
        answer.encryptionKey = EncryptionKeyText{.format = EncryptionKeyFormat::sm2EnvelopedKey,
                                                 .data = toBase64Url(test::sm2EnvelopedKey(pair())),
                                                 .symmetricAlgorithm = {},
                                                 .wrappedKey = {},
                                                 .iv = {}};
        answer.chain = {pem(issuing().certificate()), pem(root().certificate())};
        return answer;
    }
    static RaExpectation expectation() {
        RaExpectation out;
        out.signingKey = signingKey().publicKey();
        out.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        return out;
    }
    static RaExpectation trusting(const TestCa& ca) {
        RaExpectation out = expectation();
        out.trusted = {Certificate::fromDer(ca.certificate())};
        return out;
    }
};

TEST_F(RaAnswerTest, good_givesWhatTheDriverImports) {
    const CheckedAnswer checked = checkAnswer(goodAnswer(), trusting(root()));
    EXPECT_EQ(checked.signCertificate.publicKey(), signingKey().publicKey());
    EXPECT_EQ(checked.encryptCertificate->publicKey(), pair().pair.publicKey());
    EXPECT_EQ(test::openEnveloped(std::get<EnvelopedSm2Key>(*checked.encryptionKey), signingKey()),
              pair().pair.scalar());
    EXPECT_EQ(checked.chain.size(), 2U);
}

TEST_F(RaAnswerTest, everyWrapping_givesTheSameKey) {
    const Certificate sign = Certificate::fromPem(signCertificate());
    const Bytes named = test::tlv(0x30, test::joined({sign.issuerDer(), sign.serialNumberDer()}));
    const std::vector<std::pair<EncryptionKeyFormat, Bytes>> wrappings{
        {EncryptionKeyFormat::sm2EnvelopedKey, test::sm2EnvelopedKey(pair())},
        {EncryptionKeyFormat::skfEnvelopedKeyBlob, test::skfBlob(pair())},
        {EncryptionKeyFormat::signedAndEnvelopedData, test::signedAndEnveloped(pair(), named)},
        {EncryptionKeyFormat::csrResponse,
         test::csrResponse({sign.der()}, test::sm2EnvelopedKey(pair()),
                           {Certificate::fromPem(encryptCertificate()).der()})},
    };
    for (const auto& [format, octets] : wrappings) {
        for (const std::string& data : {toBase64(octets), toBase64Url(octets), toHex(octets)}) {
            RaAnswer answer = goodAnswer();
            answer.signCertificate = sign.pem();
            answer.encryptionKey->format = format;
            answer.encryptionKey->data = data;
            if (format == EncryptionKeyFormat::csrResponse) answer.encryptCertificate.reset();
            const CheckedAnswer checked = checkAnswer(answer, expectation());
            EXPECT_EQ(test::openEnveloped(std::get<EnvelopedSm2Key>(*checked.encryptionKey), signingKey()),
                      pair().pair.scalar());
        }
    }
}

TEST_F(RaAnswerTest, cfcaKey_needsTheTemporaryKeyOfThisRequest) {
    const Sm2PrivateKey temporary = Sm2PrivateKey::generate();
    RaAnswer answer = goodAnswer();
    answer.encryptionKey->format = EncryptionKeyFormat::cfcaTemporaryKey;
    answer.encryptionKey->data =
        test::cfcaText(pair().pair, TestKey::sm2(temporary.scalar().view(), temporary.publicKey().point));
    RaExpectation expected = expectation();
    EXPECT_VERDICT(verdict(answer, expected), "bad-request", "no temporary key");
    expected.temporaryKey = &temporary;
    const CheckedAnswer checked = checkAnswer(answer, expected);
    EXPECT_EQ(test::openEnveloped(std::get<EnvelopedSm2Key>(*checked.encryptionKey), signingKey()),
              pair().pair.scalar());
    const Sm2PrivateKey other = Sm2PrivateKey::generate();
    expected.temporaryKey = &other;
    EXPECT_VERDICT(verdict(answer, expected), "bad-request", "temporary key of this request");
}

TEST_F(RaAnswerTest, onePackageWithAll_isSortedByKeyUsageNotByOrder) {
    RaAnswer answer = goodAnswer();
    answer.signCertificate = toBase64(test::p7b(
        test::kOidGmSignedData, {root().certificate(), Certificate::fromPem(encryptCertificate()).der(),
                                 Certificate::fromPem(signCertificate()).der(), issuing().certificate()}));
    answer.encryptCertificate.reset();
    answer.chain.clear();
    const CheckedAnswer checked = checkAnswer(answer, trusting(root()));
    EXPECT_EQ(checked.signCertificate.publicKey(), signingKey().publicKey());
    EXPECT_EQ(checked.encryptCertificate->publicKey(), pair().pair.publicKey());
}

TEST_F(RaAnswerTest, signingCertificateOnly_isEnough) {
    RaAnswer answer = goodAnswer();
    answer.encryptCertificate.reset();
    answer.encryptionKey.reset();
    const CheckedAnswer checked = checkAnswer(answer, expectation());
    EXPECT_FALSE(checked.encryptCertificate || checked.encryptionKey);
}

TEST_F(RaAnswerTest, certificateOfAnotherKey_isAMismatch_S27) {
    RaAnswer answer = goodAnswer();
    answer.signCertificate = pem(issuing().issue(TestKey::generate(KeyAlgorithm::sm2).publicKey()));
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "another key");
    answer = goodAnswer();
    CertificateSpec spec;
    spec.keyUsage = test::kEncryptUsage;
    answer.encryptCertificate = pem(issuing().issue(TestKey::generate(KeyAlgorithm::sm2).publicKey(), spec));
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "not for the encryption key");
}

TEST_F(RaAnswerTest, swappedCertificates_areAMismatch) {
    RaAnswer answer = goodAnswer();
    std::swap(answer.signCertificate, *answer.encryptCertificate);
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "may not sign");
    answer = goodAnswer();
    answer.encryptCertificate = answer.signCertificate;
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "may not encrypt");
}

TEST_F(RaAnswerTest, outOfItsValidity_isAMismatch) {
    RaAnswer answer = goodAnswer();
    answer.signCertificate =
        signCertificate({.validFrom = std::chrono::hours(-48), .validTo = std::chrono::hours(-1)});
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "expired");
    answer = goodAnswer();
    answer.encryptCertificate =
        encryptCertificate({.validFrom = std::chrono::hours(-48), .validTo = std::chrono::hours(-1)});
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "expired");
    answer = goodAnswer();
    answer.signCertificate =
        signCertificate({.validFrom = std::chrono::hours(48), .validTo = std::chrono::hours(96)});
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "begins only");
    answer.signCertificate =
        signCertificate({.validFrom = std::chrono::hours(2), .validTo = std::chrono::hours(20)});
    EXPECT_EQ(verdict(answer, expectation()), "");
}

TEST_F(RaAnswerTest, chainThatDoesNotHold_isAMismatch) {
    RaAnswer answer = goodAnswer();
    const TestCa impostor(KeyAlgorithm::sm2, "Issuing CA");
    answer.chain = {pem(impostor.certificate())};
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "chain");
    // The issuer holds, its own issuer does not.
    const TestCa otherRoot(KeyAlgorithm::sm2, "Root");
    answer.chain = {pem(issuing().certificate()), pem(otherRoot.certificate())};
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "chain");
    // The encryption certificate is from elsewhere.
    answer = goodAnswer();
    CertificateSpec spec;
    spec.keyUsage = test::kEncryptUsage;
    answer.encryptCertificate = pem(otherRoot.issue(pair().pair.publicKey(), spec));
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "chain");
}

TEST_F(RaAnswerTest, chainThatIsRequired_endsAtATrustedCa) {
    RaAnswer answer = goodAnswer();
    EXPECT_EQ(verdict(answer, trusting(root())), "");
    EXPECT_EQ(verdict(answer, trusting(issuing())), "");
    EXPECT_VERDICT(verdict(answer, trusting(TestCa(KeyAlgorithm::sm2, "Another Root"))),
                   "certificate-mismatch", "chain");
    answer.chain.clear();
    EXPECT_VERDICT(verdict(answer, trusting(root())), "certificate-mismatch", "chain");
    EXPECT_EQ(verdict(answer, trusting(issuing())), "");
    EXPECT_EQ(verdict(answer, expectation()), "");
}

TEST_F(RaAnswerTest, keyOrCertificateMissing_isABadRequest) {
    RaAnswer answer = goodAnswer();
    answer.encryptCertificate.reset();
    EXPECT_VERDICT(verdict(answer, expectation()), "bad-request", "without its certificate");
    answer = goodAnswer();
    answer.encryptionKey.reset();
    EXPECT_VERDICT(verdict(answer, expectation()), "bad-request", "without its key");
}

TEST_F(RaAnswerTest, malformedParts_areABadRequest) {
    RaAnswer answer = goodAnswer();
    const std::string key = answer.encryptionKey->data;
    for (const std::string& data :
         {std::string("AAAA"), std::string("!"), std::string(), key.substr(0, 100)}) {
        answer.encryptionKey->data = data;
        EXPECT_VERDICT(verdict(answer, expectation()), "bad-request", "");
    }
    answer = goodAnswer();
    answer.signCertificate.resize(200);
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "");
    answer = goodAnswer();
    answer.chain.assign(17, pem(root().certificate()));
    EXPECT_VERDICT(verdict(answer, expectation()), "too-large", "");
}

TEST_F(RaAnswerTest, blobOfAnotherPair_isAMismatch) {
    RaAnswer answer = goodAnswer();
    answer.encryptionKey->data = toBase64(test::sm2EnvelopedKey(test::wrapPair(signingKey())));
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "not for the encryption key");
}

TEST_F(RaAnswerTest, keptKeys_takeCertificatesForTheSameKeysOnly) {
    RaAnswer answer = goodAnswer();
    answer.encryptionKey.reset();
    RaExpectation kept = expectation();
    kept.keptEncryptionKey = pair().pair.publicKey();
    EXPECT_TRUE(checkAnswer(answer, kept).encryptCertificate);
    kept.keptEncryptionKey = TestKey::generate(KeyAlgorithm::sm2).publicKey();
    EXPECT_VERDICT(verdict(answer, kept), "certificate-mismatch", "not for the key in the token");
    kept.keptEncryptionKey = pair().pair.publicKey();
    EXPECT_VERDICT(verdict(goodAnswer(), kept), "certificate-mismatch", "keys are kept");
}

TEST_F(RaAnswerTest, everyMismatch_saysWhatDoesNotFit) {
    const auto withSign = [](const std::string& certificate) {
        RaAnswer answer = goodAnswer();
        answer.signCertificate = certificate;
        return answer;
    };
    const auto withEncrypt = [](const std::string& certificate) {
        RaAnswer answer = goodAnswer();
        answer.encryptCertificate = certificate;
        return answer;
    };
    const CertificateSpec over{.validFrom = std::chrono::hours(-48), .validTo = std::chrono::hours(-1)};
    const CertificateSpec later{.validFrom = std::chrono::hours(48), .validTo = std::chrono::hours(96)};
    EXPECT_EQ(reasonOf(withSign(signCertificate(over)), expectation()), "expired");
    EXPECT_EQ(reasonOf(withEncrypt(encryptCertificate(over)), expectation()), "expired");
    EXPECT_EQ(reasonOf(withSign(signCertificate(later)), expectation()), "not-yet-valid");
    EXPECT_EQ(reasonOf(withEncrypt(encryptCertificate(later)), expectation()), "not-yet-valid");
    EXPECT_EQ(reasonOf(goodAnswer(), trusting(TestCa(KeyAlgorithm::sm2, "Another Root"))), "chain");
    EXPECT_EQ(reasonOf(withSign(pem(TestCa(KeyAlgorithm::sm2, "Root").issue(signingKey().publicKey()))),
                       trusting(root())),
              "chain");
    const TestKey other = TestKey::generate(KeyAlgorithm::sm2);
    EXPECT_EQ(reasonOf(withSign(pem(issuing().issue(other.publicKey()))), expectation()), "key");
    EXPECT_EQ(reasonOf(withSign(pem(issuing().issue(TestKey::shared(KeyAlgorithm::p256).publicKey()))),
                       expectation()),
              "key");
    EXPECT_EQ(reasonOf(withSign(goodAnswer().encryptCertificate.value()), expectation()), "usage");
    RaAnswer twice = goodAnswer();
    twice.encryptCertificate = twice.signCertificate;
    EXPECT_EQ(reasonOf(twice, expectation()), "usage");
    for (const char* text : {"", "no certificate", "MIIB", "-----BEGIN CERTIFICATE-----\nMIIB"}) {
        EXPECT_EQ(reasonOf(withSign(text), expectation()), "malformed") << text;
        EXPECT_EQ(reasonOf(withEncrypt(text), expectation()), "malformed") << text;
        RaAnswer answer = goodAnswer();
        answer.chain.push_back(text);
        EXPECT_EQ(reasonOf(answer, expectation()), "malformed") << text;
    }
}

TEST_F(RaAnswerTest, unknownCriticalExtension_isAMismatchWithAndWithoutAChain) {
    RaAnswer answer = goodAnswer();
    answer.encryptCertificate.reset();
    answer.encryptionKey.reset();
    answer.signCertificate = signCertificate({.extensions = {{"critical:1.2.3.4", Bytes{5, 0}}}});
    EXPECT_EQ(reasonOf(answer, expectation()), "extension");
    EXPECT_EQ(reasonOf(answer, trusting(root())), "extension");
    answer.chain.clear();
    EXPECT_EQ(reasonOf(answer, expectation()), "extension");
    // What names the holder is known here, critical or not; what is not critical decides nothing.
    answer.signCertificate = signCertificate(
        {.extensions = {{"critical:1.2.156.10260.4.1.4", Bytes{0x0C, 1, '9'}}, {"1.2.3.4", Bytes{5, 0}}}});
    EXPECT_EQ(reasonOf(answer, trusting(issuing())), "");
}

TEST_F(RaAnswerTest, oldAndRenewedRoot_holdWhicheverIsTrusted) {
    CertificateSpec spec;
    spec.subject = {{"C", "CN"}, {"CN", "Root"}};
    spec.keyUsage = test::kCaUsage;
    spec.ca = true;
    spec.serial = 99;
    const Bytes renewed = root().issue(*Certificate::fromDer(root().certificate()).publicKey(), spec);
    spec.validFrom = std::chrono::hours(-48);
    spec.validTo = std::chrono::hours(-1);
    const Bytes old = root().issue(*Certificate::fromDer(root().certificate()).publicKey(), spec);
    RaAnswer answer = goodAnswer();
    answer.chain = {pem(old), pem(root().certificate()), pem(renewed), pem(issuing().certificate())};
    EXPECT_EQ(reasonOf(answer, expectation()), "");
    EXPECT_EQ(reasonOf(answer, trusting(root())), "");
    RaExpectation trustsRenewed = expectation();
    trustsRenewed.trusted = {Certificate::fromDer(old), Certificate::fromDer(renewed)};
    EXPECT_EQ(reasonOf(answer, trustsRenewed), "");
    trustsRenewed.trusted.pop_back();
    EXPECT_EQ(reasonOf(answer, trustsRenewed), "chain") << "the old one is over";
}

TEST_F(RaAnswerTest, keyInEveryForm_isRead) {
    const std::string base64 = toBase64(test::sm2EnvelopedKey(pair()));
    const std::string digits = toHex(test::sm2EnvelopedKey(pair()));
    std::string colons;
    for (std::size_t at = 0; at < digits.size(); at += 2)
        colons += (at == 0 ? "" : ":") + digits.substr(at, 2);
    for (const std::string& data :
         {"\xEF\xBB\xBF" + base64, base64 + "\r\n", base64.substr(0, 60) + "\\n" + base64.substr(60), colons,
          "-----BEGIN SM2 ENVELOPED KEY-----\\n" + base64 + "\\n-----END SM2 ENVELOPED KEY-----\\n",
          '"' + base64 + '"', toBase64([] {
              Bytes withLineEnd = test::sm2EnvelopedKey(pair());
              withLineEnd.push_back('\n');
              return withLineEnd;
          }())}) {
        RaAnswer answer = goodAnswer();
        answer.encryptionKey->data = data;
        EXPECT_EQ(reasonOf(answer, expectation()), "") << data;
    }
}

class RsaAnswerTest : public RaAnswerTest {
  protected:
    static const TestKey& rsaKey() { return TestKey::shared(KeyAlgorithm::rsa2048); }
    static const TestKey& rsaPair() {
        static const TestKey key = TestKey::generate(KeyAlgorithm::rsa2048);
        return key;
    }
    static const TestCa& rsaCa() {
        static const TestCa ca(KeyAlgorithm::rsa2048, "RSA Root");
        return ca;
    }
    static RaExpectation rsaExpectation() {
        RaExpectation out = trusting(rsaCa());
        out.signingKey = rsaKey().publicKey();
        return out;
    }
    static RaAnswer rsaAnswer() {
        const Bytes symmetricKey(16, 9);
        Bytes privateKey = rsaPair().pkcs1();
        privateKey.resize((privateKey.size() + 15) / 16 * 16, 0);
        RaAnswer answer;
        answer.signCertificate = pem(rsaCa().issue(rsaKey().publicKey()));
        CertificateSpec spec;
        spec.keyUsage = kKeyEncipherment | kDataEncipherment;
        answer.encryptCertificate = pem(rsaCa().issue(rsaPair().publicKey(), spec));
        answer.encryptionKey =
            EncryptionKeyText{.format = EncryptionKeyFormat::rsaWrapped,
                              .data = toBase64(test::encryptWith("SM4-ECB", symmetricKey, {}, privateKey)),
                              .symmetricAlgorithm = "sm4-ecb",
                              .wrappedKey = test::encryptTo(rsaKey(), symmetricKey),
                              .iv = {}};
        return answer;
    }
};

TEST_F(RsaAnswerTest, wrappedPair_goesToTheDriverAsItIs) {
    const RaAnswer answer = rsaAnswer();
    const CheckedAnswer checked = checkAnswer(answer, rsaExpectation());
    const auto& key = std::get<WrappedKeyPair>(*checked.encryptionKey);
    EXPECT_EQ(key.algorithm, KeyAlgorithm::rsa2048);
    EXPECT_EQ(key.symmetricAlgorithm, 0x401U);
    EXPECT_EQ(key.publicKey, rsaPair().publicKey());
    EXPECT_EQ(toBase64(key.encryptedPrivateKey), answer.encryptionKey->data);
    EXPECT_EQ(rsaKey().decrypt(key.wrappedKey), Bytes(16, 9));
}

TEST_F(RsaAnswerTest, singleCertificateForBothUses_isASigningCertificate) {
    CertificateSpec spec;
    spec.keyUsage = kDigitalSignature | kKeyEncipherment;
    RaAnswer answer;
    answer.signCertificate = pem(rsaCa().issue(rsaKey().publicKey(), spec));
    EXPECT_FALSE(checkAnswer(answer, rsaExpectation()).encryptCertificate);
    answer.encryptCertificate = answer.signCertificate;
    EXPECT_FALSE(checkAnswer(answer, rsaExpectation()).encryptCertificate);
}

TEST_F(RsaAnswerTest, wrappedPairWithWrongParts_isABadRequest) {
    RaAnswer answer = rsaAnswer();
    answer.encryptionKey->symmetricAlgorithm = "rot13";
    EXPECT_VERDICT(verdict(answer, rsaExpectation()), "bad-request", "symmetric algorithm");
    answer.encryptionKey->symmetricAlgorithm = "sm4-cbc";
    EXPECT_VERDICT(verdict(answer, rsaExpectation()), "bad-request", "IV");
    answer.encryptionKey->iv = Bytes(16, 1);
    EXPECT_EQ(verdict(answer, rsaExpectation()), "");
    answer.encryptionKey->wrappedKey.pop_back();
    EXPECT_VERDICT(verdict(answer, rsaExpectation()), "bad-request", "modulus");
    answer = rsaAnswer();
    answer.encryptionKey->data = toBase64(Bytes(17, 1));
    EXPECT_VERDICT(verdict(answer, rsaExpectation()), "bad-request", "");
    answer = rsaAnswer();
    answer.encryptionKey->format = EncryptionKeyFormat::sm2EnvelopedKey;
    answer.encryptionKey->data = toBase64(test::sm2EnvelopedKey(pair()));
    EXPECT_VERDICT(verdict(answer, rsaExpectation()), "bad-request", "not SM2");
    answer = goodAnswer();
    answer.encryptionKey = rsaAnswer().encryptionKey;
    EXPECT_VERDICT(verdict(answer, expectation()), "bad-request", "not RSA");
}

TEST_F(RaAnswerTest, chainThroughAWeakCa_isAMismatch_S23) {
    const TestCa weak = TestCa::ofWeakRsa();
    RaAnswer answer = goodAnswer();
    answer.encryptCertificate.reset();
    answer.encryptionKey.reset();
    answer.signCertificate = pem(weak.issue(signingKey().publicKey()));
    answer.chain = {pem(weak.certificate())};
    EXPECT_VERDICT(verdict(answer, expectation()), "certificate-mismatch", "too weak");
}

}  // namespace
}  // namespace ukey::pki
