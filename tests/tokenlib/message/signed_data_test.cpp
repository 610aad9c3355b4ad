#include <gtest/gtest.h>

#include <malloc.h>

#include <algorithm>
#include <cstdio>

#include "signers.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/signed_data_parts.hpp"
#include "tokenlib/message/signer_info.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"

#if defined(__SANITIZE_ADDRESS__)
/// Of AddressSanitizer's library; GCC's packages come without the header.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#endif

namespace ukey::cms {
namespace {

using test::contentOf;
using test::now;
using test::refusalOf;
using test::Signer;
using test::trusting;
using token::KeyAlgorithm;

SignedDataOptions optionsOf(Family family, bool detached, bool attributes = true, bool cades = false) {
    return {.family = family,
            .detached = detached,
            .attributes = attributes,
            .cades = cades,
            .signingTime = now(),
            .chain = {}};
}

/// The message as a stream gives it, the content fed in unequal pieces.
Bytes streamed(const Signer& signer, const SignedDataOptions& options, ByteView content) {
    SignedDataWriter writer(signer.certificate, options);
    Bytes message;
    for (std::size_t at = 0, step = 1; at < content.size(); at += step, step = step * 3 % 1009 + 1) {
        const ByteView piece = content.subspan(at, std::min(step, content.size() - at));
        const Bytes out = writer.update(piece);
        message.insert(message.end(), out.begin(), out.end());
        if (piece.size() < step) break;
    }
    const Bytes digest = writer.digestToSign();
    const Bytes rest = writer.finish(signer.key.sign(writer.digestAlgorithm(), digest));
    message.insert(message.end(), rest.begin(), rest.end());
    return message;
}

class SignedDataOfEachKey : public testing::TestWithParam<std::tuple<KeyAlgorithm, Family>> {
  protected:
    static const Signer& signer() { return Signer::shared(std::get<0>(GetParam())); }
    static Family family() { return std::get<1>(GetParam()); }
};

TEST_P(SignedDataOfEachKey, whatIsWritten_isReadAndVerified) {
    for (const bool detached : {false, true}) {
        for (const int form : {0, 1, 2}) {
            const SignedDataOptions options = optionsOf(family(), detached, form > 0, form > 1);
            const Bytes content = contentOf(5000);
            for (const Bytes& message : {signedData(content, signer().certificate, options, signer().sign()),
                                         streamed(signer(), options, content)}) {
                Bytes seen;
                SignedDataReader reader(trusting(signer()), [&](ByteView octets) {
                    seen.insert(seen.end(), octets.begin(), octets.end());
                });
                for (const std::uint8_t& octet : message) reader.feed({&octet, 1});
                if (detached) reader.feedContent(content);
                const SignedDataVerdict verdict = reader.finish();
                EXPECT_EQ(refusalOf(verdict), "") << detached << form;
                EXPECT_TRUE(verdict.isValid());
                EXPECT_EQ(verdict.family, family());
                EXPECT_EQ(verdict.isDetached, detached);
                EXPECT_EQ(seen, detached ? Bytes{} : content);
                EXPECT_EQ(verdict.signers.at(0).certificate, signer().certificate);
                EXPECT_EQ(verdict.signers.at(0).signingTime.has_value(), form > 0);
            }
        }
    }
}

TEST_P(SignedDataOfEachKey, wholeMessages_areDer) {
    const Bytes message =
        signedData(contentOf(300), signer().certificate, optionsOf(family(), false), signer().sign());
    EXPECT_EQ(der::fromBer(message, "test"), message);
    EXPECT_EQ(message.at(1), 0x82) << "a definite length";
}

TEST_P(SignedDataOfEachKey, contentThatWasChanged_isRefused) {
    const Bytes content = contentOf(2000);
    Bytes changed = content;
    changed[1000] ^= 1U;
    for (const bool attributes : {true, false}) {
        const SignedDataOptions options = optionsOf(family(), true, attributes);
        const Bytes message = signedData(content, signer().certificate, options, signer().sign());
        EXPECT_EQ(refusalOf(verifySignedData(message, content, trusting(signer()))), "");
        EXPECT_EQ(refusalOf(verifySignedData(message, changed, trusting(signer()))),
                  attributes ? refusal::kContent : refusal::kSignature);
        EXPECT_NE(refusalOf(verifySignedData(message, ByteView(content).first(1999), trusting(signer()))),
                  "");
    }
}

TEST_P(SignedDataOfEachKey, anyOctetChanged_isNeverAnotherValidMessage) {
    const Bytes content = contentOf(40);
    const Bytes message =
        signedData(content, signer().certificate, optionsOf(family(), false, true, true), signer().sign());
    const SignedDataVerdict good = verifySignedData(message, {}, trusting(signer()));
    ASSERT_TRUE(good.isValid());
    const std::size_t step = message.size() > 2000 ? 7 : 3;
    for (std::size_t at = 0; at < message.size(); at += step) {
        Bytes changed = message;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ 0x04U);
        try {
            Bytes seen;
            SignedDataReader reader(trusting(signer()), [&](ByteView octets) {
                seen.insert(seen.end(), octets.begin(), octets.end());
            });
            reader.feed(changed);
            // Names of algorithms that mean the same, and versions, are not signed: what is signed is.
            const bool isValid = reader.finish().isValid();
            EXPECT_TRUE(!isValid || seen == content) << at;
        } catch (const Error&) {
        }
    }
}

TEST_P(SignedDataOfEachKey, messageThatEndsTooEarly_isAnError) {
    const Bytes message =
        signedData(contentOf(60), signer().certificate, optionsOf(family(), false), signer().sign());
    for (std::size_t length = 0; length < message.size(); length += 11) {
        SignedDataReader reader(trusting(signer()));
        EXPECT_THROW(
            {
                reader.feed(ByteView(message).first(length));
                reader.finish();
            },
            Error)
            << length;
    }
    Bytes longer = message;
    longer.push_back('x');
    SignedDataReader reader(trusting(signer()));
    EXPECT_THROW(reader.feed(longer), Error);
}

TEST_P(SignedDataOfEachKey, signatureThatDoesNotVerify_neverLeaves) {
    SignedDataWriter writer(signer().certificate, optionsOf(family(), true));
    writer.update(contentOf(10));
    Bytes raw = signer().key.sign(writer.digestAlgorithm(), writer.digestToSign());
    raw.back() ^= 1U;
    EXPECT_THROW(writer.finish(raw), Error);
}

INSTANTIATE_TEST_SUITE_P(Keys, SignedDataOfEachKey,
                         testing::Combine(testing::Values(KeyAlgorithm::sm2, KeyAlgorithm::rsa2048,
                                                          KeyAlgorithm::p256, KeyAlgorithm::p384),
                                          testing::Values(Family::gm, Family::cms)),
                         [](const auto& test) {
                             return std::string(token::toString(std::get<0>(test.param))) +
                                    (std::get<1>(test.param) == Family::gm ? "Gm" : "Cms");
                         });

TEST(SignedData, certificateOfTheSigner_hasToFit) {
    const Signer& signer = Signer::shared(KeyAlgorithm::sm2);
    const Bytes content = contentOf(100);
    const Bytes message = signedData(content, signer.certificate, optionsOf(Family::gm, true), signer.sign());
    const Signer other = Signer::of(KeyAlgorithm::sm2);
    EXPECT_EQ(refusalOf(verifySignedData(message, content, trusting(other))), "chain");
    VerifyOptions later = trusting(signer);
    later.time += std::chrono::years(30);
    EXPECT_EQ(refusalOf(verifySignedData(message, content, later)), "expired");
    VerifyOptions earlier = trusting(signer);
    earlier.time -= std::chrono::years(30);
    EXPECT_EQ(refusalOf(verifySignedData(message, content, earlier)), "not-yet-valid");
    const Signer encrypts = Signer::of(KeyAlgorithm::sm2, {.keyUsage = pki::test::kEncryptUsage});
    EXPECT_THROW(signedData(content, encrypts.certificate, optionsOf(Family::gm, true), encrypts.sign()),
                 Error);
}

TEST(SignedData, twoSigners_countOnlyTogether) {
    const Signer& first = Signer::shared(KeyAlgorithm::sm2);
    const Signer& second = Signer::shared(KeyAlgorithm::rsa2048);
    const Bytes content = contentOf(700);
    for (const bool detached : {false, true}) {
        const SignedDataOptions options = optionsOf(Family::cms, detached);
        const Bytes one = signedData(content, first.certificate, options, first.sign());
        const Bytes two = addSigner(one, content, second.certificate, options, second.sign());
        VerifyOptions both = trusting(first);
        both.trusted.push_back(second.root);
        const Bytes given = detached ? content : Bytes{};
        const SignedDataVerdict verdict = verifySignedData(two, given, both);
        EXPECT_EQ(verdict.signers.size(), 2U);
        EXPECT_EQ(refusalOf(verdict), "");
        EXPECT_EQ(refusalOf(verifySignedData(two, given, trusting(first))), "chain")
            << "one is of no trusted root";
    }
    // The second signed something else.
    const SignedDataOptions options = optionsOf(Family::cms, true);
    const Bytes one = signedData(content, first.certificate, options, first.sign());
    const Bytes two = addSigner(one, contentOf(701), second.certificate, options, second.sign());
    VerifyOptions both = trusting(first);
    both.trusted.push_back(second.root);
    const SignedDataVerdict verdict = verifySignedData(two, content, both);
    EXPECT_FALSE(verdict.isValid());
    EXPECT_EQ(refusalOf(verdict), refusal::kContent);
}

/// The message with another signature of its first signer.
Bytes withSignature(ByteView message, ByteView raw) {
    SignedDataParts parts = readSignedData(message);
    der::Reader outer(parts.signerInfos.at(0), "test");
    der::Reader info = outer.sequence();
    Bytes inside;
    while (!info.atEnd()) {
        const der::Element element = info.next();
        const Bytes other = element.tag == der::kOctetString
                                ? der::octetString(pki::signatureToDer(KeyAlgorithm::sm2, raw))
                                : toBytes(element.whole);
        inside.insert(inside.end(), other.begin(), other.end());
    }
    parts.signerInfos = {der::tlv(der::kSequence, inside)};
    return writeSignedData(parts);
}

/// What others sign by mistake in place of SM3(Z || message).
TEST(SignedData, sm2OverAnotherUserIdOrAnotherMessage_isNoSignature) {
    const Signer& signer = Signer::shared(KeyAlgorithm::sm2);
    const token::PublicKey& key = signer.key.publicKey();
    const Bytes content = contentOf(100);
    for (const Family family : {Family::gm, Family::cms}) {
        for (const bool attributes : {true, false}) {
            const SignedDataOptions options = optionsOf(family, false, attributes);
            const Bytes good = signedData(content, signer.certificate, options, signer.sign());
            const Bytes info = readSignedData(good).signerInfos.at(0);
            const ByteView set = readSignerInfo(info).attributes;
            const Bytes toSign = attributes ? der::tlv(der::kSet, set) : content;
            const auto refusalWhenSigned = [&](const Bytes& digest) {
                const Bytes raw = signer.key.sign(token::DigestAlgorithm::sm3, digest);
                return refusalOf(verifySignedData(withSignature(good, raw), {}, trusting(signer)));
            };
            const auto over = [&](ByteView message, std::string_view userId) {
                return pki::sm2Digest(key, userId).update(message).finish();
            };
            EXPECT_EQ(refusalWhenSigned(over(toSign, pki::kSm2DefaultUserId)), "") << "the right one";
            EXPECT_EQ(refusalWhenSigned(over(toSign, "")), refusal::kSignature) << "the empty user id";
            EXPECT_EQ(refusalWhenSigned(over(toSign, "somebody")), refusal::kSignature);
            EXPECT_EQ(refusalWhenSigned(pki::digest(token::DigestAlgorithm::sm3, toSign)),
                      refusal::kSignature)
                << "without Z";
            // GmSSL 3: over the ContentInfo, not over the content in it.
            const Bytes contentInfo = der::sequence(
                {der::oid(readSignedData(good).contentType), der::explicitTag(0, der::octetString(content))});
            EXPECT_EQ(refusalWhenSigned(over(contentInfo, pki::kSm2DefaultUserId)), refusal::kSignature)
                << "GmSSL's own way";
        }
    }
}

TEST(SignedData, sm2WithAnotherUserId_neverLeaves) {
    const Signer& signer = Signer::shared(KeyAlgorithm::sm2);
    SignedDataWriter writer(signer.certificate, optionsOf(Family::gm, true, false));
    writer.update(contentOf(100));
    writer.digestToSign();
    const Bytes wrong = pki::sm2Digest(signer.key.publicKey(), "").update(contentOf(100)).finish();
    EXPECT_THROW(writer.finish(signer.key.sign(token::DigestAlgorithm::sm3, wrong)), Error);
}

/// Octets that are allocated now. AddressSanitizer keeps what was freed for a while, so what is resident says
/// nothing there.
std::size_t heapInUse() {
#if defined(__SANITIZE_ADDRESS__)
    return __sanitizer_get_current_allocated_bytes();
#elif defined(_WIN32)
    // msvcrt allocates from a heap of its own, or from the process's.
    _HEAPINFO entry{};
    std::size_t inUse = 0;
    while (::_heapwalk(&entry) == _HEAPOK)
        if (entry._useflag == _USEDENTRY) inUse += entry._size;
    return inUse;
#else
    const struct mallinfo2 heap = ::mallinfo2();
    return heap.uordblks + heap.hblkhd;
#endif
}

TEST(SignedData, memory_doesNotGrowWithTheContent) {
    const Signer& signer = Signer::shared(KeyAlgorithm::p256);
    const Bytes piece = contentOf(64UL * 1024);
    SignedDataWriter writer(signer.certificate, optionsOf(Family::cms, false));
    std::size_t seen = 0;
    SignedDataReader reader(trusting(signer), [&](ByteView octets) { seen += octets.size(); });
    reader.feed(writer.update(piece));
    const std::size_t before = heapInUse();
    std::size_t most = before;
    constexpr std::size_t pieces = 1024;
    for (std::size_t i = 1; i < pieces; ++i) {
        const Bytes out = writer.update(piece);
        reader.feed(out);
        most = std::max(most, heapInUse());
    }
    const Bytes digest = writer.digestToSign();
    reader.feed(writer.finish(signer.key.sign(writer.digestAlgorithm(), digest)));
    EXPECT_EQ(refusalOf(reader.finish()), "");
    EXPECT_EQ(seen, pieces * piece.size());
    EXPECT_LT(most - before, pieces * piece.size() / 32);
}

}  // namespace
}  // namespace ukey::cms
