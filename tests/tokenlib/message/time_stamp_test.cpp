// Time stamps on signatures: the question, the answer, and what is no answer.
#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <functional>
#include <memory>

#include "authority.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/time_stamp.hpp"
#include "tokenlib/pki/digest.hpp"

namespace ukey::cms {
namespace {

using test::answerOf;
using test::answerOfOpenssl;
using test::authority;
using test::now;
using test::refusalOf;
using test::Signer;
using test::Stamp;
using token::KeyAlgorithm;

const Bytes kContent(3000, 0x5A);

Bytes nonce(ByteView signature) {
    Bytes value = pki::digest(token::DigestAlgorithm::sha256, signature);
    value.resize(8);
    return value;
}

Bytes signedBy(const Signer& signer, bool detached = true) {
    return signedData(kContent, signer.certificate,
                      {.detached = detached, .cades = true, .signingTime = now(), .chain = {}},
                      signer.sign());
}

/// As a page has it: `trusted` of the sites that matter.
SignedDataVerdict judged(ByteView message, std::vector<pki::Certificate> trusted, bool detached = true) {
    return verifySignedData(message, detached ? ByteView(kContent) : ByteView{},
                            {.certificates = {}, .trusted = std::move(trusted), .time = now()});
}

/// The code, and its reason where there is one, of what comes of an answer; "" when it is taken.
std::string outcomeOf(ByteView message, ByteView response, const std::vector<pki::Certificate>& trusted) {
    try {
        withTimeStamp(message, response, nonce, trusted);
        return "";
    } catch (const Error& error) {
        return std::string(toString(error.code())) +
               (error.reason().empty() ? "" : " " + std::string(error.reason()));
    }
}

/// What OpenSSL says of the time stamp in a message with one signer.
std::string opensslOfTheStamp(ByteView message, const Signer& authority) {
    const unsigned char* at = message.data();
    const std::unique_ptr<CMS_ContentInfo, decltype(&CMS_ContentInfo_free)> cms(
        d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(message.size())), CMS_ContentInfo_free);
    if (!cms) return "no message";
    CMS_SignerInfo* info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms.get()), 0);
    const auto* value = static_cast<ASN1_STRING*>(CMS_unsigned_get0_data_by_OBJ(
        info, OBJ_nid2obj(NID_id_smime_aa_timeStampToken), -3, V_ASN1_SEQUENCE));
    if (value == nullptr) return "no stamp";
    at = ASN1_STRING_get0_data(value);
    const std::unique_ptr<PKCS7, decltype(&PKCS7_free)> token(
        d2i_PKCS7(nullptr, &at, ASN1_STRING_length(value)), PKCS7_free);
    const ASN1_OCTET_STRING* signature = CMS_SignerInfo_get0_signature(info);
    const std::unique_ptr<TS_VERIFY_CTX, decltype(&TS_VERIFY_CTX_free)> context(TS_VERIFY_CTX_new(),
                                                                                TS_VERIFY_CTX_free);
    X509_STORE* store = X509_STORE_new();
    at = authority.root.der().data();
    X509* root = d2i_X509(nullptr, &at, static_cast<long>(authority.root.der().size()));
    X509_STORE_add_cert(store, root);
    X509_free(root);
    TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_DATA);
    TS_VERIFY_CTX_set_store(context.get(), store);
    TS_VERIFY_CTX_set_data(context.get(),
                           BIO_new_mem_buf(ASN1_STRING_get0_data(signature), ASN1_STRING_length(signature)));
    return token && TS_RESP_verify_token(context.get(), token.get()) == 1 ? "" : "refused";
}

TEST(TimeStamp, ofOpenssl_isTakenAndJudgedByBoth) {
    const Signer stamper = authority(KeyAlgorithm::rsa2048);
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::rsa2048, KeyAlgorithm::p256, KeyAlgorithm::sm2}) {
        for (const bool detached : {true, false}) {
            const Signer& signer = Signer::shared(algorithm);
            const Bytes message = signedBy(signer, detached);
            const Bytes request = timeStampRequest(message, nonce);
            const Bytes stamped =
                withTimeStamp(message, answerOfOpenssl(stamper, request), nonce, {stamper.root});
            const auto verdict = judged(stamped, {signer.root, stamper.root}, detached);
            EXPECT_EQ(refusalOf(verdict), "") << toString(algorithm);
            ASSERT_TRUE(verdict.signers.front().timeStamp.has_value());
            EXPECT_EQ(verdict.signers.front().timeStamp->refusal, "");
            EXPECT_EQ(verdict.signers.front().timeStamp->authority, stamper.certificate);
            EXPECT_EQ(opensslOfTheStamp(stamped, stamper), "") << toString(algorithm);
        }
    }
}

TEST(TimeStamp, ofATrustedAuthority_outlivesTheSignersCertificate) {
    using std::chrono::minutes;
    const Signer signer =
        Signer::of(KeyAlgorithm::p256, {.validFrom = minutes(-50), .validTo = minutes(-10)});
    const Signer stamper = authority(KeyAlgorithm::p256, {.validFrom = minutes(-50)});
    const Bytes message = signedBy(signer);
    Stamp stamp = Stamp::answering(timeStampRequest(message, nonce));
    const auto stampedAt = [&](minutes ago) {
        stamp.time = now() - ago;
        return withTimeStamp(message, answerOf(stamper, stamp), nonce, {stamper.root});
    };
    EXPECT_EQ(refusalOf(judged(message, {signer.root, stamper.root})), "expired");
    EXPECT_EQ(refusalOf(judged(stampedAt(minutes(20)), {signer.root, stamper.root})), "");
    EXPECT_EQ(refusalOf(judged(stampedAt(minutes(0)), {signer.root, stamper.root})), "expired") << "too late";
    const auto untrusted = judged(stampedAt(minutes(20)), {signer.root});
    EXPECT_EQ(refusalOf(untrusted), "expired") << "anybody can say what time it is";
    EXPECT_EQ(untrusted.signers.front().timeStamp->refusal, "chain");
    EXPECT_EQ(refusalOf(judged(stampedAt(minutes(20)), {})), "expired") << "nobody is trusted";
}

TEST(TimeStamp, whatIsNoAnswer_isRefusedWithItsReason) {
    const Bytes message = signedBy(Signer::shared(KeyAlgorithm::p256));
    const Bytes other = signedBy(Signer::shared(KeyAlgorithm::rsa2048));
    const Bytes request = timeStampRequest(message, nonce);
    const Signer good = authority();
    using Change = std::function<void(Stamp&)>;
    const std::vector<std::pair<std::string, Change>> stamps{
        {"", [](Stamp&) {}},
        {"", [](Stamp& one) { one.status = 1; }},
        {"bad-request", [](Stamp& one) { one.status = 2; }},
        {"bad-request", [](Stamp& one) { one.nonce = der::integer(5); }},
        {"bad-request", [](Stamp& one) { one.nonce = {}; }},
        {"bad-request", [](Stamp& one) { one.digest[3] ^= 1U; }},
        {"bad-request", [](Stamp& one) { one.digestOid = "2.16.840.1.101.3.4.2.2"; }},
        {"bad-request", [&](Stamp& one) { one = Stamp::answering(timeStampRequest(other, nonce)); }},
        {"certificate-mismatch malformed", [](Stamp& one) { one.namesCertificate = false; }},
    };
    for (std::size_t i = 0; i < stamps.size(); ++i) {
        Stamp stamp = Stamp::answering(request);
        stamps[i].second(stamp);
        EXPECT_EQ(outcomeOf(message, answerOf(good, stamp), {good.root}), stamps[i].first) << i;
    }
    Bytes changed = answerOf(good, Stamp::answering(request));
    changed.back() ^= 1U;
    EXPECT_EQ(outcomeOf(message, changed, {good.root}), "certificate-mismatch malformed");
    changed.pop_back();
    EXPECT_EQ(outcomeOf(message, changed, {good.root}), "bad-request");
    EXPECT_EQ(outcomeOf(message, message, {good.root}), "bad-request") << "no response at all";
}

TEST(TimeStamp, authorityThatIsNone_isRefusedWithItsReason) {
    using std::chrono::hours;
    const Bytes message = signedBy(Signer::shared(KeyAlgorithm::p256));
    const Stamp stamp = Stamp::answering(timeStampRequest(message, nonce));
    const Bytes clientToo = der::sequence({der::oid("1.3.6.1.5.5.7.3.8"), der::oid("1.3.6.1.5.5.7.3.2")});
    const auto p256 = KeyAlgorithm::p256;
    const std::vector<std::pair<std::string, Signer>> authorities{
        {"usage", authority(p256, {}, {})},
        {"usage", authority(p256, {}, test::timeStampPurpose(), false)},
        {"usage", authority(p256, {}, clientToo)},
        {"usage", authority(p256, {.keyUsage = pki::test::kEncryptUsage})},
        {"expired", authority(p256, {.validFrom = hours(-9), .validTo = hours(-1)})},
        {"not-yet-valid", authority(p256, {.validFrom = hours(1)})},
    };
    for (const auto& [reason, who] : authorities)
        EXPECT_EQ(outcomeOf(message, answerOf(who, stamp), {who.root}), "certificate-mismatch " + reason);
    const Signer good = authority();
    EXPECT_EQ(outcomeOf(message, answerOf(good, stamp), {Signer::shared(p256).root}),
              "certificate-mismatch chain");
    EXPECT_EQ(outcomeOf(message, answerOf(good, stamp), {}), "") << "no chain is asked for";
}

TEST(TimeStamp, thatIsNone_takesNothingFromTheSignature) {
    const Signer& signer = Signer::shared(KeyAlgorithm::p256);
    const Bytes message = signedBy(signer);
    const unsigned char* at = message.data();
    const std::unique_ptr<CMS_ContentInfo, decltype(&CMS_ContentInfo_free)> cms(
        d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(message.size())), CMS_ContentInfo_free);
    CMS_SignerInfo* info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms.get()), 0);
    ASSERT_EQ(
        CMS_unsigned_add1_attr_by_NID(info, NID_id_smime_aa_timeStampToken, V_ASN1_OCTET_STRING, "x", 1), 1);
    unsigned char* out = nullptr;
    const int length = i2d_CMS_ContentInfo(cms.get(), &out);
    const Bytes spoilt(out, out + length);
    OPENSSL_free(out);
    const auto verdict = judged(spoilt, {signer.root});
    EXPECT_EQ(refusalOf(verdict), "");
    ASSERT_TRUE(verdict.signers.front().timeStamp.has_value());
    EXPECT_EQ(verdict.signers.front().timeStamp->refusal, refusal::kTimeStamp);
}

TEST(TimeStamp, ofEachSigner_isAskedForOnce) {
    const Signer& first = Signer::shared(KeyAlgorithm::p256);
    const Signer& second = Signer::shared(KeyAlgorithm::rsa2048);
    const Signer stamper = authority();
    Bytes message = addSigner(signedBy(first), kContent, second.certificate,
                              {.cades = true, .signingTime = now(), .chain = {}}, second.sign());
    for (int i = 0; i < 2; ++i) {
        const Bytes request = timeStampRequest(message, nonce);
        const Bytes answer = answerOf(stamper, Stamp::answering(request));
        message = withTimeStamp(message, answer, nonce, {stamper.root});
        EXPECT_EQ(outcomeOf(message, answer, {stamper.root}), "bad-request") << "the same again";
    }
    EXPECT_THROW(timeStampRequest(message, nonce), Error);
    const auto verdict = judged(message, {first.root, second.root, stamper.root});
    EXPECT_EQ(refusalOf(verdict), "");
    for (const auto& signer : verdict.signers) EXPECT_TRUE(signer.timeStamp && signer.timeStamp->isValid());
}

}  // namespace
}  // namespace ukey::cms
