// What an RA sends wrongly changes nothing on the token, byte for byte; and what goes right goes right.
#include <gtest/gtest.h>

#include "token_bench.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/csr.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::enrolment::test {
namespace {

using pki::test::CertificateSpec;
using pki::test::TestKey;
using token::KeyAlgorithm;
using token::KeyUsage;

class Answers : public testing::Test {
  protected:
    Answers() {
        fs::create_directory(folder_.path() / "token");
        make_ = softToken(folder_.path() / "token");
        make_->create();
        bench_ = std::make_unique<TokenBench>(*make_, folder_.path() / "state");
    }

    static const TestIssuer& issuer() {
        static const TestIssuer instance(KeyAlgorithm::sm2);
        return instance;
    }
    Begun begin(Kind kind = Kind::issue, Keys keys = Keys::fresh) {
        return bench_->begin(bench_->order(kind, KeyAlgorithm::sm2, keys));
    }
    Record issue() { return bench_->enrol(bench_->order(Kind::issue, KeyAlgorithm::sm2), issuer()); }

    /// The code by which the answer is refused; the token and the enrolment must stay as they are.
    std::string refusal(const Begun& begun, const pki::RaAnswer& answer) {
        const std::string before = contentsOf(folder_.path() / "token");
        std::string code = "accepted";
        try {
            bench_->complete(begun.record.id, answer);
        } catch (const Error& error) {
            code = toString(error.code());
        }
        EXPECT_EQ(contentsOf(folder_.path() / "token") == before, true) << "the token was changed";
        const auto record = bench_->journal().find(begun.record.id);
        EXPECT_TRUE(record && record->step == Step::waiting);
        return code;
    }
    static token::PublicKey keyOf(const Begun& begun) {
        return pki::fromSubjectPublicKeyInfo(begun.record.signingKey);
    }

    TemporaryFolder folder_;
    std::unique_ptr<Make> make_;
    std::unique_ptr<TokenBench> bench_;
};

TEST_F(Answers, goodAnswer_isWrittenInStepsAndWorks) {
    const Record record = issue();
    EXPECT_EQ(bench_->phases(),
              (std::vector{Phase::generating, Phase::requesting, Phase::checking, Phase::importing,
                           Phase::writing, Phase::proving, Phase::retiring}));
    EXPECT_EQ(bench_->faultOf(record.container), "");
    EXPECT_EQ(bench_->visible(KeyUsage::sign).size(), 1U);
    EXPECT_EQ(bench_->visible(KeyUsage::encrypt).size(), 1U);
    EXPECT_FALSE(bench_->journal().find(record.id));
}

TEST_F(Answers, wrongSigningCertificate_isRefusedAndTheTokenUnchanged_S26) {
    const Begun begun = begin();
    const pki::RaAnswer good = issuer().answer(begun.record);
    pki::RaAnswer wrong = good;
    wrong.signCertificate = issuer().signCertificate(TestKey::shared(KeyAlgorithm::sm2).publicKey());
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch") << "another key";
    wrong.signCertificate = *good.encryptCertificate;
    wrong.encryptCertificate = good.signCertificate;
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch") << "swapped";
    wrong = good;
    CertificateSpec expired;
    expired.validFrom = std::chrono::hours(-48);
    expired.validTo = std::chrono::hours(-24);
    wrong.signCertificate = issuer().signCertificate(keyOf(begun), expired);
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch") << "expired";
    CertificateSpec encrypts;
    encrypts.keyUsage = pki::test::kEncryptUsage;
    wrong.signCertificate = issuer().signCertificate(keyOf(begun), encrypts);
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch") << "wrong usage";
    wrong.signCertificate = good.signCertificate.substr(0, good.signCertificate.size() / 2);
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch") << "truncated";
    wrong.signCertificate = "AAAA";
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch") << "no certificate";
    bench_->complete(begun.record.id, good);
    EXPECT_EQ(bench_->faultOf(begun.record.container), "");
}

TEST_F(Answers, wrongEncryptionKey_isRefusedAndTheTokenUnchanged_S26) {
    const Begun begun = begin();
    const pki::RaAnswer good = issuer().answer(begun.record);
    pki::RaAnswer wrong = good;
    wrong.encryptCertificate = issuer().encryptCertificate(TestKey::generate(KeyAlgorithm::sm2).publicKey());
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch") << "another key's certificate";
    wrong = good;
    wrong.encryptionKey = TestIssuer(KeyAlgorithm::sm2).wrapped(keyOf(begun));
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch") << "another pair";
    wrong.encryptionKey = issuer().wrapped(TestKey::shared(KeyAlgorithm::sm2).publicKey());
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch") << "for another token";
    wrong = good;
    wrong.encryptionKey->data.resize(wrong.encryptionKey->data.size() - 40);
    EXPECT_EQ(refusal(begun, wrong), "bad-request") << "truncated";
    wrong = good;
    wrong.encryptionKey.reset();
    EXPECT_EQ(refusal(begun, wrong), "bad-request") << "no key";
    wrong = good;
    wrong.encryptCertificate.reset();
    EXPECT_EQ(refusal(begun, wrong), "bad-request") << "no certificate";
    bench_->complete(begun.record.id, good);
    EXPECT_EQ(bench_->faultOf(begun.record.container), "");
}

TEST_F(Answers, unknownChain_isRefusedWhereOneIsRequired) {
    const Begun begun = begin();
    Rules rules;
    rules.trusted = {pki::Certificate::fromDer(TestIssuer(KeyAlgorithm::sm2).ca().certificate())};
    bench_->useRules(rules);
    EXPECT_EQ(refusal(begun, issuer().answer(begun.record)), "certificate-mismatch");
    rules.trusted = {pki::Certificate::fromDer(issuer().ca().certificate())};
    bench_->useRules(rules);
    bench_->complete(begun.record.id, issuer().answer(begun.record));
}

TEST_F(Answers, answerToAnotherEnrolment_isRefused) {
    const Begun first = begin();
    const pki::RaAnswer answer = issuer().answer(first.record);
    bench_->rollBack(first.record.id);
    const Begun second = begin();
    EXPECT_EQ(refusal(second, answer), "certificate-mismatch");
}

TEST_F(Answers, answerTwice_findsNoEnrolment) {
    const Begun begun = begin();
    const pki::RaAnswer answer = issuer().answer(begun.record);
    bench_->complete(begun.record.id, answer);
    const std::string before = contentsOf(folder_.path() / "token");
    try {
        bench_->complete(begun.record.id, answer);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::enrolmentNotFound);
    }
    EXPECT_EQ(contentsOf(folder_.path() / "token") == before, true);
}

TEST_F(Answers, newKeyForKeptKeys_isRefused) {
    issue();
    const Begun begun = begin(Kind::renew, Keys::kept);
    pki::RaAnswer wrong = issuer().answer(begun.record);
    wrong.encryptionKey = issuer().wrapped(keyOf(begun));
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch");
}

TEST_F(Answers, certificateWithoutASubject_isRefused_S26) {
    const Begun begun = begin();
    pki::RaAnswer wrong = issuer().answer(begun.record);
    CertificateSpec nameless;
    nameless.subject.clear();
    wrong.signCertificate = issuer().signCertificate(keyOf(begun), nameless);
    EXPECT_EQ(refusal(begun, wrong), "certificate-mismatch");
}

/// The answer of `from` to a renewal, with this subject.
pki::RaAnswer renewalFor(const TestIssuer& from, const Begun& begun, const char* name) {
    pki::RaAnswer answer = from.answer(begun.record);
    CertificateSpec spec;
    if (name != nullptr) spec.subject = {{"C", "CN"}, {"CN", name}};
    answer.signCertificate =
        from.signCertificate(pki::fromSubjectPublicKeyInfo(begun.record.signingKey), spec);
    return answer;
}

TEST_F(Answers, keptKeysForAnotherHolder_areAskedAboutBeforeAnythingIsWritten_S26) {
    issue();
    const Begun begun = begin(Kind::renew, Keys::kept);
    const pki::RaAnswer holder = renewalFor(issuer(), begun, "somebody else");
    EXPECT_EQ(refusal(begun, holder), "certificate-mismatch") << "nobody is there to be asked";
    Rules rules;
    std::vector<std::string> asked;
    rules.holderChanged = [&](pki::Certificate before, pki::Certificate now) -> boost::asio::awaitable<void> {
        asked.push_back(before.subjectText() + " -> " + now.subjectText());
        throw Error(ErrorCode::userCancelled, "no");
        co_return;
    };
    bench_->useRules(rules);
    EXPECT_EQ(refusal(begun, holder), "user-cancelled");
    EXPECT_EQ(asked, std::vector<std::string>{"张三, 测试单位 -> somebody else"});
    bench_->complete(begun.record.id, renewalFor(issuer(), begun, nullptr));
    EXPECT_EQ(asked.size(), 1U) << "the same holder is not asked about";
}

TEST_F(Answers, keptKeysFromAnotherIssuer_areAskedAboutToo_S26) {
    issue();
    const Begun begun = begin(Kind::renew, Keys::kept);
    const TestIssuer another(KeyAlgorithm::sm2, Pairs::dual, "Another Root");
    Rules rules;
    unsigned asked = 0;
    rules.holderChanged = [&](pki::Certificate before, pki::Certificate now) -> boost::asio::awaitable<void> {
        EXPECT_EQ(before.subjectText(), now.subjectText());
        EXPECT_NE(before.issuerDer(), now.issuerDer());
        ++asked;
        throw Error(ErrorCode::userCancelled, "no");
        co_return;
    };
    bench_->useRules(rules);
    EXPECT_EQ(refusal(begun, renewalFor(another, begun, nullptr)), "user-cancelled");
    EXPECT_EQ(asked, 1U);
}

TEST_F(Answers, holderThatTheUserAgreedTo_isWritten) {
    issue();
    const Begun begun = begin(Kind::renew, Keys::kept);
    Rules rules;
    rules.holderChanged = [](pki::Certificate, pki::Certificate) -> boost::asio::awaitable<void> {
        co_return;
    };
    bench_->useRules(rules);
    const Record done = bench_->complete(begun.record.id, renewalFor(issuer(), begun, "somebody else"));
    EXPECT_EQ(pki::Certificate::fromDer(bench_->visible(KeyUsage::sign).at(0).certificate).subjectText(),
              "somebody else");
    EXPECT_EQ(bench_->faultOf(done.container), "");
}

TEST_F(Answers, keptKeys_getNewCertificatesOnlyAndCanBeGivenUp) {
    const Record first = issue();
    const Bytes old = bench_->visible(KeyUsage::sign).at(0).certificate;
    const std::string before = contentsOf(folder_.path() / "token");
    const Begun begun = begin(Kind::renew, Keys::kept);
    bench_->rollBack(begun.record.id);
    EXPECT_EQ(contentsOf(folder_.path() / "token") == before, true);

    EXPECT_TRUE(bench_->journal().formerCertificates(begun.record.token).empty()) << "nothing was renewed";

    const Record renewed = bench_->enrol(bench_->order(Kind::renew, KeyAlgorithm::sm2, Keys::kept), issuer());
    const auto former = bench_->journal().formerCertificates(renewed.token);
    ASSERT_EQ(former.size(), 2U);
    EXPECT_EQ(former[0].der, old);
    EXPECT_EQ(former[1].container, first.container);
    EXPECT_EQ(renewed.container, first.container);
    EXPECT_EQ(bench_->containers(), std::set{first.container});
    EXPECT_NE(bench_->visible(KeyUsage::sign).at(0).certificate, old);
    EXPECT_EQ(bench_->faultOf(first.container), "");
}

TEST_F(Answers, renewalWithNewKeys_keepsTheOldEncryptionKeyAsHistory) {
    const Record first = issue();
    const Record second = bench_->enrol(bench_->order(Kind::renew, KeyAlgorithm::sm2), issuer());
    const auto shown = bench_->visible(KeyUsage::sign);
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_EQ(shown.front().ref.container, second.container);
    const auto history = bench_->visible(KeyUsage::encrypt, Visibility::history);
    ASSERT_EQ(history.size(), 1U);
    EXPECT_EQ(history.front().ref.container, first.container);
    EXPECT_EQ(bench_->decryptionFaultOf(history.front()), "");
    // The next renewal replaces the certificate that counts, though there are two.
    EXPECT_EQ(bench_->enrol(bench_->order(Kind::change, KeyAlgorithm::sm2), issuer()).oldContainer,
              second.container);
}

TEST_F(Answers, requestProvesItsKeyAndTheOldOne) {
    issue();
    const Begun begun = begin(Kind::renew);
    EXPECT_FALSE(begun.csr.empty());
    EXPECT_FALSE(begun.proof.empty());
    // One enrolment a token at a time.
    EXPECT_THROW(begin(Kind::renew), Error);
    EXPECT_TRUE(bench_->journal().find(begun.record.id));
}

TEST_F(Answers, fullToken_isRefusedBeforeAnythingChanges) {
    for (int i = 0; i < 8; ++i) issue();
    const std::string before = contentsOf(folder_.path() / "token");
    const auto code = [&] {
        try {
            begin();
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    }();
    EXPECT_EQ(code, ErrorCode::tokenFull);
    EXPECT_EQ(contentsOf(folder_.path() / "token") == before, true);
    EXPECT_TRUE(bench_->journal().all().empty());
}

TEST_F(Answers, fullTokenWithHistory_makesRoomWhenItIsTold) {
    const Record first = issue();
    for (int i = 0; i < 7; ++i) bench_->enrol(bench_->order(Kind::renew, KeyAlgorithm::sm2), issuer());
    Order order = bench_->order(Kind::renew, KeyAlgorithm::sm2);
    EXPECT_THROW(bench_->begin(order), Error);
    order.isFull = true;
    const Record last = bench_->enrol(order, issuer());
    EXPECT_EQ(last.displaced, first.container);
    EXPECT_EQ(bench_->containers().size(), 8U);
    EXPECT_EQ(bench_->containers().count(first.container), 0U);
    EXPECT_EQ(bench_->visible(KeyUsage::encrypt, Visibility::history).size(), 7U);
    EXPECT_EQ(bench_->faultOf(last.container), "");
}

TEST_F(Answers, rsaPair_isImportedAndRenewed) {
    const TestIssuer rsa(KeyAlgorithm::rsa2048);
    const Record first = bench_->enrol(bench_->order(Kind::issue, KeyAlgorithm::rsa2048), rsa);
    EXPECT_EQ(bench_->faultOf(first.container), "");
    const Record second = bench_->enrol(bench_->order(Kind::renew, KeyAlgorithm::rsa2048), rsa);
    EXPECT_EQ(bench_->faultOf(second.container), "");
    EXPECT_EQ(bench_->visible(KeyUsage::encrypt, Visibility::history).size(), 1U);
}

}  // namespace
}  // namespace ukey::enrolment::test
