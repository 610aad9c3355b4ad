#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "holders.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/signed_data_parts.hpp"
#include "tokenlib/message/signed_envelope_writer.hpp"
#include "tokenlib/message/signer_info.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::cms {
namespace {

using pki::ContentCipher;
using test::contentOf;
using test::holder;
using test::now;
using test::openedAndJudged;
using test::refusalOf;
using test::Signer;
using test::trusting;
using token::KeyAlgorithm;

EnvelopeOptions sealingOf(KeyAlgorithm key, Family family) {
    const bool isSm2 = key == KeyAlgorithm::sm2;
    return {
        .family = family, .cipher = isSm2 ? ContentCipher::sm4Cbc : ContentCipher::aes256Cbc, .oaep = false};
}

SignedDataOptions signingOf(Family family, bool attributes) {
    return {.family = family, .attributes = attributes, .signingTime = now(), .chain = {}};
}

/// Signed and sealed by people with keys of that kind.
Bytes made(KeyAlgorithm key, Family family, ByteView content, bool attributes = true) {
    const Signer& signer = Signer::shared(key);
    return signAndSeal(content, {holder(key).certificate}, sealingOf(key, family), signer.certificate,
                       signingOf(family, attributes), signer.sign());
}

/// A message in DER, taken apart at its signers.
struct Parts {
    std::string type;
    Bytes head;  ///< Version, recipients, digest algorithms, encrypted content.
    SignerParts signers;

    static Parts of(ByteView message) {
        der::Reader outer(message, "test");
        der::Reader info = outer.sequence();
        Parts parts;
        parts.type = info.oid();
        der::Reader inside = info.enter(der::constructed(0)).sequence();
        for (int i = 0; i < 4; ++i) parts.head = der::join({parts.head, inside.next().whole});
        parts.signers = readSignerParts(inside);
        return parts;
    }
    Bytes message() const {
        const Bytes inside = der::sequence({head, writeSignerParts(signers)});
        return der::sequence({der::oid(type), der::explicitTag(0, inside)});
    }
};

/// What stands in a message that somebody signs.
SignerParts signedBy(const Signer& who, ByteView content, bool attributes = true) {
    return readSignedData(
        signedData(content, who.certificate, signingOf(Family::gm, attributes), who.sign()));
}

/// A SignerInfo with something else in place of its signature.
Bytes withSignature(ByteView signerInfo, ByteView signature) {
    der::Reader outer(signerInfo, "test");
    der::Reader info = outer.sequence();
    Bytes inside;
    while (!info.atEnd()) {
        const der::Element element = info.next();
        inside = der::join({inside, element.tag == der::kOctetString ? der::octetString(signature)
                                                                     : toBytes(element.whole)});
    }
    return der::tlv(der::kSequence, inside);
}

struct Kind {
    KeyAlgorithm key;
    Family family;
    friend void PrintTo(const Kind& kind, std::ostream* out) {
        *out << token::toString(kind.key) << (kind.family == Family::gm ? "Gm" : "Cms");
    }
};

class SignedEnvelope : public testing::TestWithParam<Kind> {
  protected:
    static KeyAlgorithm key() { return GetParam().key; }
    static Family family() { return GetParam().family; }
    static const Signer& signer() { return Signer::shared(key()); }
    static Bytes sealed(ByteView content, bool attributes = true) {
        return made(key(), family(), content, attributes);
    }
    static test::OpenedMessage opened(ByteView message, std::size_t piece = 97) {
        return openedAndJudged(holder(key()), message, trusting(signer()), piece);
    }
    /// "" or the first refusal of a message with these signers.
    static std::string refusalWith(const Bytes& message, SignerParts signers) {
        Parts parts = Parts::of(message);
        parts.signers = std::move(signers);
        return refusalOf(opened(parts.message()).verdict.value());
    }
};

TEST_P(SignedEnvelope, whatIsWritten_isOpenedAndVerified) {
    for (const bool attributes : {true, false}) {
        for (const std::size_t size : {0U, 1U, 16U, 5000U}) {
            const Bytes content = contentOf(size);
            SignedEnvelopeWriter writer({holder(key()).certificate}, sealingOf(key(), family()),
                                        signer().certificate, signingOf(family(), attributes));
            Bytes stream;
            for (std::size_t at = 0; at < size; at += 700)
                stream = der::join({stream, writer.update(ByteView(content).subspan(
                                                at, std::min<std::size_t>(size - at, 700)))});
            const Bytes digest = writer.digestToSign();
            stream = der::join({stream, writer.finish(signer().key.sign(writer.digestAlgorithm(), digest))});
            for (const Bytes& message : {stream, sealed(content, attributes)}) {
                for (const std::size_t piece : {1U, 97U, 100000U}) {
                    const test::OpenedMessage out = opened(message, piece);
                    EXPECT_EQ(out.content, content) << size;
                    ASSERT_TRUE(out.verdict);
                    EXPECT_EQ(refusalOf(*out.verdict), "") << size;
                    EXPECT_TRUE(out.verdict->isValid());
                    EXPECT_EQ(out.verdict->family, family());
                    EXPECT_FALSE(out.verdict->isDetached);
                    EXPECT_EQ(out.verdict->signers.at(0).certificate, signer().certificate);
                    EXPECT_EQ(out.verdict->signers.at(0).signingTime.has_value(), attributes);
                }
            }
        }
    }
}

TEST_P(SignedEnvelope, form_isThatOfTheStandards) {
    const Bytes message = sealed(contentOf(40));
    EXPECT_EQ(der::fromBer(message, "test"), message);
    EXPECT_EQ(Parts::of(message).type,
              family() == Family::gm ? "1.2.156.10197.6.1.4.2.4" : "1.2.840.113549.1.7.4");
    const Parts parts = Parts::of(message);
    der::Reader head(parts.head, "test");
    EXPECT_EQ(head.smallInteger(), 1U);
    der::Reader recipient = head.set().sequence();
    EXPECT_EQ(recipient.smallInteger(), family() == Family::gm ? 1U : 0U);
    EXPECT_EQ(head.set().sequence().oid(),
              key() == KeyAlgorithm::sm2 ? "1.2.156.10197.1.401" : "2.16.840.1.101.3.4.2.1");
    EXPECT_EQ(head.sequence().oid(),
              family() == Family::gm ? "1.2.156.10197.6.1.4.2.1" : "1.2.840.113549.1.7.1");
}

TEST_P(SignedEnvelope, beginning_saysThatItIsSigned) {
    EnvelopeReader reader({});
    reader.feed(sealed(contentOf(40)));
    EXPECT_TRUE(reader.isBegun());
    EXPECT_TRUE(reader.isSigned());
    EXPECT_TRUE(reader.recipients().at(0).names(holder(key()).certificate));
    EnvelopeReader unsignedOne({});
    unsignedOne.feed(seal(contentOf(40), {holder(key()).certificate}, sealingOf(key(), family())));
    EXPECT_TRUE(unsignedOne.isBegun());
    EXPECT_FALSE(unsignedOne.isSigned());
}

TEST_P(SignedEnvelope, contentThatWasChanged_isRefused) {
    const Bytes content = contentOf(400);
    for (const bool attributes : {true, false}) {
        const Bytes good = sealed(content, attributes);
        const Bytes encrypted = [&] {
            const Parts parts = Parts::of(good);
            der::Reader head(parts.head, "test");
            for (int i = 0; i < 3; ++i) head.next();
            der::Reader info = head.sequence();
            info.next();
            info.next();
            return toBytes(info.enter(der::constructed(0)).octetString());
        }();
        const auto begin = std::search(good.begin(), good.end(), encrypted.begin(), encrypted.end());
        ASSERT_NE(begin, good.end());
        for (const std::ptrdiff_t at : {0, 15, 200, 380}) {
            Bytes changed = good;
            changed[static_cast<std::size_t>(begin - good.begin() + at)] ^= 1U;
            const test::OpenedMessage out = opened(changed);
            EXPECT_NE(out.content, content);
            EXPECT_FALSE(out.verdict.value().isValid());
            EXPECT_EQ(refusalOf(*out.verdict), attributes ? refusal::kContent : refusal::kSignature) << at;
        }
    }
}

TEST_P(SignedEnvelope, messageThatEndsTooEarly_isAnError) {
    const Bytes message = sealed(contentOf(60));
    for (std::size_t length = 0; length < message.size(); length += 11)
        EXPECT_THROW(opened(ByteView(message).first(length)), Error) << length;
    Bytes longer = message;
    longer.push_back('x');
    EXPECT_THROW(opened(longer), Error);
}

TEST_P(SignedEnvelope, anotherSigner_isRefused) {
    const Bytes content = contentOf(100);
    const Bytes message = sealed(content);
    const Signer other = Signer::of(key());
    EXPECT_EQ(refusalOf(openedAndJudged(holder(key()), message, trusting(Signer::shared(KeyAlgorithm::p256)))
                            .verdict.value()),
              "chain");
    // Under the name of the right one.
    SignerParts stolen = Parts::of(message).signers;
    const Bytes theirs = signedBy(other, content).signerInfos.at(0);
    stolen.signerInfos = {withSignature(stolen.signerInfos.at(0), readSignerInfo(theirs).signature)};
    EXPECT_EQ(refusalWith(message, stolen), refusal::kSignature);
    SignerParts nameless = Parts::of(message).signers;
    nameless.certificates.clear();
    EXPECT_EQ(refusalWith(message, nameless), refusal::kNoCertificate);
    EXPECT_EQ(refusalWith(message, signedBy(signer(), contentOf(101))), refusal::kContent);
    EXPECT_EQ(refusalWith(message, signedBy(signer(), contentOf(101), false)), refusal::kSignature);
}

TEST_P(SignedEnvelope, signatureThatIsNone_isRefusedAsOne) {
    const Bytes message = sealed(contentOf(100));
    const SignerParts good = Parts::of(message).signers;
    // As PKCS#7 1.5 11.1 once had it encrypted a second time: whole blocks of a cipher.
    for (const Bytes& octets : {Bytes{}, Bytes(1, 0), Bytes(80, 0x5A), Bytes(272, 0x5A), Bytes(64, 0)}) {
        SignerParts bad = good;
        bad.signerInfos = {withSignature(bad.signerInfos.at(0), octets)};
        EXPECT_EQ(refusalWith(message, bad), refusal::kSignature) << octets.size();
    }
}

TEST_P(SignedEnvelope, twoSigners_countOnlyTogether) {
    const Bytes content = contentOf(700);
    const Signer second = Signer::of(KeyAlgorithm::p256);
    const auto verdictWith = [&](const SignerParts& more) {
        Parts parts = Parts::of(sealed(content));
        parts.signers.certificates.push_back(more.certificates.at(0));
        parts.signers.signerInfos.push_back(more.signerInfos.at(0));
        VerifyOptions both = trusting(signer());
        both.trusted.push_back(second.root);
        return openedAndJudged(holder(key()), parts.message(), both).verdict.value();
    };
    const SignedDataVerdict good = verdictWith(signedBy(second, content));
    EXPECT_EQ(good.signers.size(), 2U);
    EXPECT_EQ(refusalOf(good), "");
    const SignedDataVerdict bad = verdictWith(signedBy(second, contentOf(701)));
    EXPECT_EQ(bad.signers.size(), 2U);
    EXPECT_FALSE(bad.isValid());
    EXPECT_EQ(refusalOf(bad), refusal::kContent);
}

TEST_P(SignedEnvelope, nobodySigned_isNoValidMessage) {
    const test::OpenedMessage out = [&] {
        Parts parts = Parts::of(sealed(contentOf(40)));
        parts.signers.signerInfos.clear();
        return opened(parts.message());
    }();
    ASSERT_TRUE(out.verdict) << "it says of itself that it is signed";
    EXPECT_FALSE(out.verdict->isValid());
}

TEST_P(SignedEnvelope, anotherContentType_isNeitherTakenForUnsignedNorForSigned) {
    const auto codeOf = [&](ByteView message) {
        EnvelopeReader reader({});
        try {
            reader.feed(message);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    const std::string family =
        SignedEnvelope::family() == Family::gm ? "1.2.156.10197.6.1.4.2." : "1.2.840.113549.1.7.";
    Parts parts = Parts::of(sealed(contentOf(40)));
    parts.type = family + "3";
    EXPECT_EQ(codeOf(parts.message()), ErrorCode::badRequest);
    // EnvelopedData that calls itself signed.
    Bytes message =
        seal(contentOf(40), {holder(key()).certificate}, sealingOf(key(), SignedEnvelope::family()));
    const Bytes enveloped = der::oid(family + "3");
    const auto at = std::search(message.begin(), message.end(), enveloped.begin(), enveloped.end());
    ASSERT_NE(at, message.end());
    *(at + static_cast<std::ptrdiff_t>(enveloped.size()) - 1) = 4;
    EXPECT_EQ(codeOf(message), ErrorCode::badRequest);
}

TEST_P(SignedEnvelope, signatureThatDoesNotVerify_neverLeaves) {
    SignedEnvelopeWriter writer({holder(key()).certificate}, sealingOf(key(), family()), signer().certificate,
                                signingOf(family(), true));
    writer.update(contentOf(10));
    Bytes raw = signer().key.sign(writer.digestAlgorithm(), writer.digestToSign());
    raw.back() ^= 1U;
    EXPECT_THROW(writer.finish(raw), Error);
}

INSTANTIATE_TEST_SUITE_P(Keys, SignedEnvelope,
                         testing::Values(Kind{KeyAlgorithm::sm2, Family::gm},
                                         Kind{KeyAlgorithm::sm2, Family::cms},
                                         Kind{KeyAlgorithm::rsa2048, Family::cms}),
                         testing::PrintToStringParamName());

/// What others sign by mistake in place of SM3(Z || message).
TEST(SignedEnvelopeOfSm2, emptyUserId_isNoSignature) {
    const Signer& signer = Signer::shared(KeyAlgorithm::sm2);
    const Bytes content = contentOf(100);
    for (const bool attributes : {true, false}) {
        Parts parts = Parts::of(made(KeyAlgorithm::sm2, Family::gm, content, attributes));
        const Bytes info = parts.signers.signerInfos.at(0);
        const Bytes toSign = attributes ? der::tlv(der::kSet, readSignerInfo(info).attributes) : content;
        const auto refusalOver = [&](std::string_view userId) {
            const Bytes digest = pki::sm2Digest(signer.key.publicKey(), userId).update(toSign).finish();
            const Bytes raw = signer.key.sign(token::DigestAlgorithm::sm3, digest);
            parts.signers.signerInfos = {withSignature(info, pki::signatureToDer(KeyAlgorithm::sm2, raw))};
            return refusalOf(openedAndJudged(holder(KeyAlgorithm::sm2), parts.message(), trusting(signer))
                                 .verdict.value());
        };
        EXPECT_EQ(refusalOver(pki::kSm2DefaultUserId), "");
        EXPECT_EQ(refusalOver(""), refusal::kSignature);
    }
}

TEST(SignedEnvelopeOfSm2, longContentWithoutAttributes_needsTheSignersCertificateBefore) {
    const Signer& signer = Signer::shared(KeyAlgorithm::sm2);
    const auto refusalFor = [&](std::size_t size, const VerifyOptions& options) {
        const Bytes content = contentOf(size);
        const auto out = openedAndJudged(holder(KeyAlgorithm::sm2),
                                         made(KeyAlgorithm::sm2, Family::gm, content, false), options, 5000);
        EXPECT_TRUE(out.content == content);
        return refusalOf(out.verdict.value());
    };
    constexpr std::size_t held = 1024UL * 1024UL;
    VerifyOptions options = trusting(signer);
    EXPECT_EQ(refusalFor(held, options), "");
    EXPECT_EQ(refusalFor(held + 1, options), refusal::kNoCertificate);
    options.certificates = {signer.certificate};
    EXPECT_EQ(refusalFor(held + 1, options), "");
}

TEST(SignedEnvelopeForm, whatItHasNoPlaceFor_isNeitherWrittenNorRead) {
    const Signer& signer = Signer::shared(KeyAlgorithm::sm2);
    const auto codeOf = [&](KeyAlgorithm recipient, const EnvelopeOptions& options) {
        try {
            signAndSeal(contentOf(1), {holder(recipient).certificate}, options, signer.certificate,
                        signingOf(options.family, true), signer.sign());
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    EXPECT_EQ(codeOf(KeyAlgorithm::sm2, {.cipher = ContentCipher::sm4Gcm}), ErrorCode::badRequest);
    EXPECT_EQ(codeOf(KeyAlgorithm::p256, {}), ErrorCode::badRequest);
    EXPECT_EQ(codeOf(KeyAlgorithm::sm2, {.byKeyIdentifier = true}), ErrorCode::badRequest);

    // AuthEnvelopedData's cipher in it.
    const Bytes foreign = der::fromBer(
        seal(contentOf(40), {holder(KeyAlgorithm::sm2).certificate}, {.cipher = ContentCipher::sm4Gcm}),
        "test");
    der::Reader outer(foreign, "test");
    der::Reader info = outer.sequence();
    info.oid();
    der::Reader inside = info.enter(der::constructed(0)).sequence();
    inside.next();
    const Bytes recipients = toBytes(inside.next().whole);
    const Bytes encrypted = toBytes(inside.next().whole);
    Parts parts = Parts::of(made(KeyAlgorithm::sm2, Family::gm, contentOf(40)));
    parts.head = der::join({der::integer(1), recipients, der::setOf({}), encrypted});
    EnvelopeReader reader({});
    try {
        reader.feed(parts.message());
        FAIL() << "nobody could notice that it was changed";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::unsupported);
    }
}

}  // namespace
}  // namespace ukey::cms
