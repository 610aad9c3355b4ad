#include "tokenlib/pki/digest.hpp"

#include <botan/hash.h>
#include <gtest/gtest.h>

#include "tokenlib/base/error.hpp"

namespace ukey::pki {
namespace {

using token::DigestAlgorithm;
using token::KeyAlgorithm;

/// GB/T 32918.5 annex A: the key, its identity, the message and what comes of them.
token::PublicKey exampleKey() {
    token::PublicKey key;
    key.point = *fromHex(
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13");
    return key;
}

TEST(Digest, sm3OfPublishedMessages_isAsPublished) {
    EXPECT_EQ(toHex(digest(DigestAlgorithm::sm3, asBytes("abc"))),
              "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    std::string sixteenTimes;
    for (int i = 0; i < 16; ++i) sixteenTimes += "abcd";
    EXPECT_EQ(toHex(digest(DigestAlgorithm::sm3, asBytes(sixteenTimes))),
              "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

TEST(Digest, everyAlgorithmInPieces_isAsBotanHasIt) {
    Bytes message(100'001);
    for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(i * 7);
    const std::pair<DigestAlgorithm, const char*> algorithms[] = {{DigestAlgorithm::sm3, "SM3"},
                                                                  {DigestAlgorithm::sha256, "SHA-256"},
                                                                  {DigestAlgorithm::sha384, "SHA-384"},
                                                                  {DigestAlgorithm::sha512, "SHA-512"}};
    for (const auto& [algorithm, name] : algorithms) {
        const auto botan = Botan::HashFunction::create_or_throw(name);
        const auto expected = botan->process(message.data(), message.size());
        Digest pieces(algorithm);
        pieces.update(ByteView(message).first(1)).update(ByteView(message).subspan(1, 70'000));
        pieces.update(ByteView(message).subspan(70'001)).update({});
        const Bytes value = pieces.finish();
        EXPECT_EQ(value, Bytes(expected.begin(), expected.end())) << name;
        EXPECT_EQ(digest(algorithm, message), value) << name;
    }
}

TEST(Digest, movedInto_goesOnWhereTheOtherWas) {
    Digest first(DigestAlgorithm::sm3);
    first.update(asBytes("ab"));
    Digest second(std::move(first));
    Digest third(DigestAlgorithm::sha256);
    third = std::move(second);
    EXPECT_EQ(third.update(asBytes("c")).finish(), digest(DigestAlgorithm::sm3, asBytes("abc")));
}

TEST(Sm2Digest, standardsExample_hasPublishedZAndE_S25) {
    EXPECT_EQ(toHex(sm2Z(exampleKey())), "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3");
    const Bytes e = messageDigest(exampleKey(), DigestAlgorithm::sm3, asBytes("message digest"));
    EXPECT_EQ(toHex(e), "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640");
}

TEST(Sm2Digest, otherUserId_givesAnotherDigest_S25) {
    const Bytes other =
        sm2Digest(exampleKey(), "ALICE123@YAHOO.COM").update(asBytes("message digest")).finish();
    EXPECT_NE(other, messageDigest(exampleKey(), DigestAlgorithm::sm3, asBytes("message digest")));
}

TEST(Sm2Digest, keyOrUserIdThatDoNotFit_areRefused) {
    token::PublicKey key = exampleKey();
    EXPECT_THROW(sm2Z(key, std::string(8192, 'x')), Error);
    EXPECT_NO_THROW(sm2Z(key, std::string(8191, 'x')));
    key.point.pop_back();
    EXPECT_THROW(sm2Z(key), Error);
    key = exampleKey();
    key.algorithm = KeyAlgorithm::p256;
    EXPECT_THROW(sm2Z(key), Error);
}

TEST(MessageDigest, digestOfAnotherFamily_isRefusedAndNeverReplaced_S24) {
    EXPECT_THROW(messageDigest(exampleKey(), DigestAlgorithm::sha256, asBytes("m")), Error);
    token::PublicKey rsa;
    rsa.algorithm = KeyAlgorithm::rsa2048;
    EXPECT_THROW(messageDigest(rsa, DigestAlgorithm::sm3, asBytes("m")), Error);
    EXPECT_EQ(messageDigest(rsa, DigestAlgorithm::sha256, asBytes("m")),
              digest(DigestAlgorithm::sha256, asBytes("m")));
}

TEST(MessageDigest, defaults_goWithTheirKeys) {
    for (const KeyAlgorithm key : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::rsa3072,
                                   KeyAlgorithm::rsa4096, KeyAlgorithm::p256, KeyAlgorithm::p384}) {
        EXPECT_TRUE(goesWith(defaultDigest(key), key));
    }
    EXPECT_EQ(defaultDigest(KeyAlgorithm::sm2), DigestAlgorithm::sm3);
    EXPECT_EQ(defaultDigest(KeyAlgorithm::p384), DigestAlgorithm::sha384);
}

}  // namespace
}  // namespace ukey::pki
