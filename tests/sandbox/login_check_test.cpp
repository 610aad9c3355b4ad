// The login check against signatures that others made, and every way to be refused.
#include "sandbox/login_check/login_check.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "sandbox/login_check/data_signature.hpp"
#include "sandbox/login_check/encoding.hpp"
#include "tests/sandbox/support.hpp"

namespace ukey::login_check {
namespace {

using namespace std::chrono_literals;
using sandbox_test::answerOf;
using sandbox_test::certify;
using sandbox_test::Holder;
using token::KeyAlgorithm;
using token::KeyUsage;

constexpr const char* kOrigin = "https://trading.example";
constexpr const char* kVisitor = "visitor";

class LoginCheckTest : public ::testing::Test {
  protected:
    LoginCheckTest() {
        sandbox_test::putCa(folder_.path() / "ca");
        centre_ = std::make_unique<ca::CertificateCentre>(folder_.path() / "ca", ca::kDefaultPublicUrl,
                                                          clock_.clock());
        challenges_ = std::make_unique<Challenges>(folder_.path() / "challenges.sqlite");
        trust_ = {centre_->rootsPem(), centre_->issuingPem(), [this] { return centre_->revocationLists(); }};
    }

    std::string challenge() { return challenges_->issue(kVisitor, clock_.now()).text; }

    std::variant<Person, Refusal> check(const Answer& answer, const std::string& text,
                                        const std::string& visitor = kVisitor) {
        return LoginCheck({kOrigin, "https://second.example"}, trust_, *challenges_)
            .check(answer, text, visitor, clock_.now());
    }
    /// Signs a new challenge for the site and hands it in.
    std::variant<Person, Refusal> logIn(const Holder& holder) {
        const auto text = challenge();
        return check(answerOf(holder, kOrigin, text), text);
    }

    sandbox_test::TemporaryFolder folder_;
    sandbox_test::TestClock clock_;
    std::unique_ptr<ca::CertificateCentre> centre_;
    std::unique_ptr<Challenges> challenges_;
    Trust trust_;
};

void expectRefusal(const std::variant<Person, Refusal>& result, Refusal expected) {
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
        EXPECT_EQ(toString(*refusal), toString(expected));
    } else {
        ADD_FAILURE() << "logged in, expected " << toString(expected);
    }
}

void expectPerson(const std::variant<Person, Refusal>& result) {
    if (const auto* refusal = std::get_if<Refusal>(&result)) ADD_FAILURE() << toString(*refusal);
}

TEST_F(LoginCheckTest, signatureOfOpensslCommandLine_logsIn) {
    const std::pair<KeyAlgorithm, const char*> algorithms[] = {{KeyAlgorithm::sm2, "sm2"},
                                                               {KeyAlgorithm::rsa2048, "rsa2048"},
                                                               {KeyAlgorithm::p256, "p256"},
                                                               {KeyAlgorithm::p384, "p384"}};
    for (const auto& [algorithm, name] : algorithms) {
        const auto result = logIn(certify(*centre_, algorithm));
        expectPerson(result);
        const auto& person = std::get<Person>(result);
        EXPECT_EQ(person.name, "张三");
        EXPECT_EQ(person.algorithm, name);
        EXPECT_EQ(person.subjectText, "CN=张三,O=浙江某某置业有限公司,L=杭州市,ST=浙江省,C=CN");
        EXPECT_EQ(person.serialNumber.size(), 32U);
        EXPECT_EQ(person.thumbprint.size(), 64U);
    }
}

TEST_F(LoginCheckTest, sm2SignatureOfBotan_logsIn) {
    sandbox_test::BotanSigner signer;
    const auto key = ca::fromPublicKey(signer.publicKey());
    ca::IssueOrder order;
    order.subject.commonName = "Botan";
    order.publicKey = key.get();
    order.notBefore = clock_.now() - 1min;
    order.notAfter = clock_.now() + 24h;
    const auto certificate = centre_->sm2().issue(order);
    const auto text = challenge();
    const auto signature = signer.sign(sandbox_test::loginMessage("SM3", kOrigin, text));
    expectPerson(
        check({"ukey-auth:2", "SM2SM3", ca::toPem(certificate.get()), toBase64Url(signature)}, text));
}

TEST_F(LoginCheckTest, secondOriginOfTheSite_logsIn) {
    const auto text = challenge();
    expectPerson(check(answerOf(certify(*centre_, KeyAlgorithm::sm2), "https://second.example", text), text));
}

TEST_F(LoginCheckTest, signatureForAnotherOrigin_isRefused_S22) {
    const auto text = challenge();
    expectRefusal(
        check(answerOf(certify(*centre_, KeyAlgorithm::sm2), "https://trading.example.evil", text), text),
        Refusal::badSignature);
}

// A page that may have data signed at another site could have had the two hashes signed there.
TEST_F(LoginCheckTest, signatureOverTheHashesAlone_isNoLogin_S22) {
    const std::pair<KeyAlgorithm, const char*> algorithms[] = {
        {KeyAlgorithm::sm2, "SM3"}, {KeyAlgorithm::rsa2048, "SHA256"}, {KeyAlgorithm::p384, "SHA384"}};
    for (const auto& [algorithm, digest] : algorithms) {
        const auto holder = certify(*centre_, algorithm);
        for (const char* format : {"ukey-auth:2", "web-eid:1", "web-eid:1.0"}) {
            const auto text = challenge();
            auto answer = answerOf(holder, kOrigin, text);
            auto message = sandbox_test::loginMessage(digest, kOrigin, text);
            message.erase(message.begin(), message.begin() + 30);
            auto signature = sandbox_test::signWithCommandLine(holder.key.get(), digest, message);
            const std::size_t coordinate = algorithm == KeyAlgorithm::p384 ? 48 : 32;
            if (algorithm != KeyAlgorithm::rsa2048)
                signature = sandbox_test::rawSignature(signature, coordinate);
            answer.signature = toBase64Url(signature);
            answer.format = format;
            const bool isNew = answer.format == "ukey-auth:2";
            expectRefusal(check(answer, text), isNew ? Refusal::badSignature : Refusal::badFormat);
        }
    }
}

TEST_F(LoginCheckTest, signatureOfADocument_isTheKeysOverThatDocumentAlone) {
    const std::vector<std::pair<KeyAlgorithm, const char*>> keys{{KeyAlgorithm::sm2, "SM3"},
                                                                 {KeyAlgorithm::rsa2048, "SHA256"},
                                                                 {KeyAlgorithm::p256, "SHA256"},
                                                                 {KeyAlgorithm::p384, "SHA384"}};
    const std::string document = "报价：1,000,000 元";
    for (const auto& [algorithm, digest] : keys) {
        const auto key = ca::generateKey(algorithm);
        const auto signature = sandbox_test::signWithCommandLine(key.get(), digest, asBytes(document));
        EXPECT_TRUE(isDataSignature(key.get(), document, signature)) << digest;
        EXPECT_FALSE(isDataSignature(key.get(), document + "0", signature)) << digest;
        EXPECT_FALSE(isDataSignature(ca::generateKey(algorithm).get(), document, signature)) << digest;
        EXPECT_FALSE(isDataSignature(key.get(), document, {})) << digest;
    }
}

TEST_F(LoginCheckTest, codeOfThePage_isTheCodeThatRuns) {
    const auto textOf = [](const char* file) {
        std::ifstream stream(std::string(UKEY_SOURCE_DIR) + "/" + file);
        return std::string(std::istreambuf_iterator<char>(stream), {});
    };
    const auto withoutIndent = [](const std::string& text) {
        std::istringstream lines(text);
        std::string all;
        for (std::string line; std::getline(lines, line);)
            all += line.substr(std::min(line.find_first_not_of(' '), line.size())) + "\n";
        return all;
    };
    const std::string page = textOf("docs/login-check.md");
    const std::size_t begin = page.find("```cpp\n// With its zero octet");
    ASSERT_NE(begin, std::string::npos);
    const std::size_t from = page.find('\n', begin) + 1;
    const std::string code = page.substr(from, page.find("```", from) - from);
    EXPECT_NE(withoutIndent(textOf("sandbox/login_check/signature_check.cpp")).find(withoutIndent(code)),
              std::string::npos);
}

TEST_F(LoginCheckTest, signatureOverAnotherChallenge_isRefused) {
    const auto text = challenge();
    expectRefusal(check(answerOf(certify(*centre_, KeyAlgorithm::rsa2048), kOrigin, challenge()), text),
                  Refusal::badSignature);
}

TEST_F(LoginCheckTest, signatureOfAnotherKey_isRefused) {
    const auto text = challenge();
    auto answer = answerOf(certify(*centre_, KeyAlgorithm::sm2), kOrigin, text);
    answer.certificate = certify(*centre_, KeyAlgorithm::sm2).pem();
    expectRefusal(check(answer, text), Refusal::badSignature);
}

TEST_F(LoginCheckTest, signatureOfWrongLength_isRefused) {
    const auto holder = certify(*centre_, KeyAlgorithm::p256);
    for (const std::size_t length : {0U, 63U, 65U, 128U}) {
        const auto text = challenge();
        auto answer = answerOf(holder, kOrigin, text);
        answer.signature = toBase64Url(Bytes(length, 1));
        expectRefusal(check(answer, text), Refusal::badSignature);
    }
}

TEST_F(LoginCheckTest, challengeUsedTwice_isRefused) {
    const auto text = challenge();
    const auto answer = answerOf(certify(*centre_, KeyAlgorithm::sm2), kOrigin, text);
    expectPerson(check(answer, text));
    expectRefusal(check(answer, text), Refusal::usedChallenge);
}

TEST_F(LoginCheckTest, challengeAfterAFailedAttempt_isUsedUp) {
    const auto text = challenge();
    auto answer = answerOf(certify(*centre_, KeyAlgorithm::sm2), kOrigin, text);
    auto spoilt = answer;
    spoilt.format = "x";
    expectRefusal(check(spoilt, text), Refusal::badFormat);
    expectRefusal(check(answer, text), Refusal::usedChallenge);
}

TEST_F(LoginCheckTest, challengeThatWasNeverIssued_isRefused) {
    const std::string text(44, 'A');
    expectRefusal(check(answerOf(certify(*centre_, KeyAlgorithm::sm2), kOrigin, text), text),
                  Refusal::unknownChallenge);
}

TEST_F(LoginCheckTest, challengeOfAnotherBrowser_isRefusedAndStaysGoodForItsOwn) {
    const auto text = challenge();
    const auto answer = answerOf(certify(*centre_, KeyAlgorithm::sm2), kOrigin, text);
    expectRefusal(check(answer, text, "somebody else"), Refusal::unknownChallenge);
    expectPerson(check(answer, text));
}

TEST_F(LoginCheckTest, challengeAnsweredTooLate_isRefused) {
    const auto text = challenge();
    const auto answer = answerOf(certify(*centre_, KeyAlgorithm::sm2), kOrigin, text);
    clock_.advance(6min);
    expectRefusal(check(answer, text), Refusal::expiredChallenge);
}

TEST_F(LoginCheckTest, challenge_has256BitsAndSurvivesARestart) {
    const auto text = challenge();
    EXPECT_GE(decodeBase64Url(text).value().size(), 32U);
    EXPECT_GE(text.size(), 44U);
    EXPECT_NE(text, challenge());
    challenges_ = std::make_unique<Challenges>(folder_.path() / "challenges.sqlite");
    expectPerson(check(answerOf(certify(*centre_, KeyAlgorithm::sm2), kOrigin, text), text));
}

TEST_F(LoginCheckTest, unknownFormat_isRefused) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    for (const char* format :
         {"", "ukey-auth:1", "ukey-auth:2.0", "ukey-auth:", "web-eid:1", "web-eid:1.0", "jwt"}) {
        const auto text = challenge();
        auto answer = answerOf(holder, kOrigin, text);
        answer.format = format;
        expectRefusal(check(answer, text), Refusal::badFormat);
    }
    const auto text = challenge();
    auto answer = answerOf(holder, kOrigin, text);
    answer.signature += "=";
    expectRefusal(check(answer, text), Refusal::badFormat);
}

TEST_F(LoginCheckTest, whatIsNoCertificate_isRefused) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    const std::string pem = holder.pem();
    for (const std::string& spoilt : {std::string(), std::string("nonsense"), pem.substr(0, pem.size() / 2),
                                      pem + pem, std::string(20000, 'A')}) {
        const auto text = challenge();
        auto answer = answerOf(holder, kOrigin, text);
        answer.certificate = spoilt;
        expectRefusal(check(answer, text), Refusal::badCertificate);
    }
}

TEST_F(LoginCheckTest, algorithmThatDoesNotFitTheKey_isRefused_S24) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    for (const char* algorithm : {"ES256", "RS256", "none", "", "SM2SHA256"}) {
        const auto text = challenge();
        auto answer = answerOf(holder, kOrigin, text);
        answer.algorithm = algorithm;
        expectRefusal(check(answer, text), Refusal::unsupportedAlgorithm);
    }
}

TEST_F(LoginCheckTest, weakKey_isRefused_S23) {
    Holder holder;
    holder.key.reset(EVP_RSA_gen(1024));
    ca::IssueOrder order;
    order.subject.commonName = "weak";
    order.publicKey = holder.key.get();
    order.notBefore = clock_.now() - 1min;
    order.notAfter = clock_.now() + 24h;
    ca::Contents contents;
    contents.subject = order.subject;
    contents.publicKey = holder.key.get();
    contents.notBefore = order.notBefore;
    contents.notAfter = order.notAfter;
    const auto issuerKey = ca::generateKey(KeyAlgorithm::p256);
    holder.certificate = ca::makeCertificate(contents, centre_->rsa().issuing(), issuerKey.get());
    const auto text = challenge();
    expectRefusal(check({"ukey-auth:2", "RS256", holder.pem(), "AAAA"}, text), Refusal::unsupportedAlgorithm);
}

TEST_F(LoginCheckTest, certificateOfAnotherCaOfTheSameName_isRefused) {
    ca::CertificateCentre other(folder_.path() / "other");
    expectRefusal(logIn(certify(other, KeyAlgorithm::sm2)), Refusal::unknownIssuer);
    expectRefusal(logIn(certify(other, KeyAlgorithm::p256)), Refusal::unknownIssuer);
}

TEST_F(LoginCheckTest, selfSignedCertificate_isRefused) {
    Holder holder;
    holder.key = ca::generateKey(KeyAlgorithm::sm2);
    ca::Contents contents;
    contents.subject.commonName = "self";
    contents.publicKey = holder.key.get();
    contents.notBefore = clock_.now() - 1min;
    contents.notAfter = clock_.now() + 24h;
    holder.certificate = ca::makeCertificate(contents, nullptr, holder.key.get());
    expectRefusal(logIn(holder), Refusal::unknownIssuer);
}

TEST_F(LoginCheckTest, certificateOutsideItsTime_isRefused) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    clock_.advance(-3min);
    expectRefusal(logIn(holder), Refusal::notYetValid);
    clock_.advance(366 * 24h);
    expectRefusal(logIn(holder), Refusal::expired);
}

TEST_F(LoginCheckTest, encryptionCertificate_isRefused) {
    expectRefusal(logIn(certify(*centre_, KeyAlgorithm::sm2, KeyUsage::encrypt)), Refusal::wrongUsage);
    expectRefusal(logIn(certify(*centre_, KeyAlgorithm::rsa2048, KeyUsage::encrypt)), Refusal::wrongUsage);
}

TEST_F(LoginCheckTest, certificateOfTheCaItself_isRefused) {
    const auto text = challenge();
    expectRefusal(check({"ukey-auth:2", "SM2SM3", ca::toPem(centre_->sm2().issuing()), "AAAA"}, text),
                  Refusal::wrongUsage);
}

TEST_F(LoginCheckTest, revokedCertificate_isRefusedAtOnce) {
    for (const auto algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048}) {
        const auto holder = certify(*centre_, algorithm);
        const auto other = certify(*centre_, algorithm);
        expectPerson(logIn(holder));
        centre_->revoke(holder.serial(), ca::RevocationReason::superseded);
        expectRefusal(logIn(holder), Refusal::revoked);
        expectPerson(logIn(other));
    }
}

TEST_F(LoginCheckTest, newestOfSeveralLists_counts) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    auto lists = centre_->revocationLists();
    clock_.advance(1min);
    centre_->revoke(holder.serial(), ca::RevocationReason::keyCompromise);
    for (const auto& list : centre_->revocationLists()) lists.push_back(list);
    lists.push_back(lists.front());
    trust_.revocationLists = [lists] { return lists; };
    expectRefusal(logIn(holder), Refusal::revoked);
}

TEST_F(LoginCheckTest, missingRevocationList_isRefused) {
    trust_.revocationLists = [this] { return std::vector<Bytes>{centre_->sm2().crl()}; };
    expectRefusal(logIn(certify(*centre_, KeyAlgorithm::sm2)), Refusal::crlMissing);
    trust_.revocationLists = [] { return std::vector<Bytes>{Bytes{1, 2, 3}, Bytes{}}; };
    expectRefusal(logIn(certify(*centre_, KeyAlgorithm::sm2)), Refusal::crlMissing);
}

TEST_F(LoginCheckTest, outdatedRevocationList_isRefused) {
    const auto lists = centre_->revocationLists();
    trust_.revocationLists = [lists] { return lists; };
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    clock_.advance(23h);
    expectPerson(logIn(holder));
    clock_.advance(2h);
    expectRefusal(logIn(holder), Refusal::crlOutdated);
}

TEST_F(LoginCheckTest, revocationListIssuedWhileTheLoginIsChecked_counts) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    trust_.revocationLists = [this] {
        clock_.advance(1s);
        return centre_->revocationLists();
    };
    expectPerson(logIn(holder));
}

TEST_F(LoginCheckTest, revocationListOfTheFuture_isRefused) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    trust_.revocationLists = [this] {
        clock_.advance(2min);
        return centre_->revocationLists();
    };
    expectRefusal(logIn(holder), Refusal::crlOutdated);
}

TEST_F(LoginCheckTest, revocationListOfAnImpostor_isRefused) {
    ca::CertificateCentre other(folder_.path() / "other");
    trust_.revocationLists = [&other] { return other.revocationLists(); };
    expectRefusal(logIn(certify(*centre_, KeyAlgorithm::sm2)), Refusal::crlInvalid);
    expectRefusal(logIn(certify(*centre_, KeyAlgorithm::p256)), Refusal::crlInvalid);
}

TEST_F(LoginCheckTest, tamperedRevocationList_isRefused) {
    auto lists = centre_->revocationLists();
    for (auto& list : lists) list.back() = static_cast<std::uint8_t>(list.back() ^ 1U);
    trust_.revocationLists = [lists] { return lists; };
    expectRefusal(logIn(certify(*centre_, KeyAlgorithm::sm2)), Refusal::crlInvalid);
}

TEST_F(LoginCheckTest, revokedIssuingCa_takesItsCertificatesWithIt) {
    // A root's own word on its issuing CA, made by hand as the sandbox never revokes one.
    const auto rootKey = ca::privateKeyFromPem(
        sandbox_test::runCommand("cat " + (folder_.path() / "ca/sm2-root.key").string()).output);
    auto lists = centre_->revocationLists();
    lists[1] = sandbox_test::crlThatRevokes(centre_->sm2().issuing(), centre_->sm2().root(), rootKey.get(),
                                            clock_.now());
    trust_.revocationLists = [lists] { return lists; };
    expectRefusal(logIn(certify(*centre_, KeyAlgorithm::sm2)), Refusal::revoked);
}

TEST_F(LoginCheckTest, siteWithoutAnchorsOrOrigin_cannotBeSetUp) {
    EXPECT_THROW(LoginCheck({}, trust_, *challenges_), std::invalid_argument);
    EXPECT_THROW(LoginCheck({kOrigin}, {{}, {}, trust_.revocationLists}, *challenges_),
                 std::invalid_argument);
    EXPECT_THROW(LoginCheck({kOrigin}, {trust_.anchors, {}, {}}, *challenges_), std::invalid_argument);
    EXPECT_THROW(LoginCheck({kOrigin}, {{"x"}, {}, trust_.revocationLists}, *challenges_),
                 std::invalid_argument);
}

TEST(Base64UrlOfLogin, malformedText_isRefused) {
    for (const char* text : {"A", "AB=", "AA==", "A B", "+/8", "AB", "AAB", "AAAA\n"}) {
        EXPECT_FALSE(decodeBase64Url(text).has_value()) << text;
    }
    EXPECT_EQ(encodeBase64Url(decodeBase64Url("-__-AQ").value()), "-__-AQ");
}

}  // namespace
}  // namespace ukey::login_check
