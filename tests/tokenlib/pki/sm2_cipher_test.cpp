#include "tokenlib/pki/sm2_cipher.hpp"

#include <botan/auto_rng.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>
#include <botan/sm2.h>
#include <gtest/gtest.h>

#include "test_ca.hpp"
#include "test_ra.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/decryption_challenge.hpp"
#include "tokenlib/pki/sm2_key.hpp"

namespace ukey::pki {
namespace {

using test::TestKey;
using token::KeyAlgorithm;

const Bytes kExampleScalar = *fromHex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");

token::Sm2Cipher exampleCipher() {
    return {*fromHex("04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"),
            *fromHex("e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"),
            *fromHex("59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"),
            *fromHex("21886ca989ca9c7d58087307ca93092d651efa")};
}

TEST(Sm2Cipher, standardsExample_opens) {
    // GB/T 32918.5 annex C.
    const Sm2PrivateKey key = Sm2PrivateKey::fromScalar(kExampleScalar);
    EXPECT_EQ(key.decrypt(exampleCipher()).text(), "encryption standard");
}

TEST(Sm2Cipher, everyRawForm_isReadAlsoWhenTheCoordinateBeginsWith04) {
    // The example's x begins with the octet that otherwise announces a point.
    const token::Sm2Cipher cipher = exampleCipher();
    for (const Sm2CipherOrder order : {Sm2CipherOrder::c1c3c2, Sm2CipherOrder::c1c2c3}) {
        const Bytes raw = sm2CipherToRaw(cipher, order);
        EXPECT_EQ(sm2CipherFromRaw(raw, order), cipher);
        EXPECT_EQ(sm2CipherFromRaw(ByteView(raw).subspan(1), order), cipher);
    }
    Bytes off = sm2CipherToRaw(cipher, Sm2CipherOrder::c1c3c2);
    off[10] ^= 1;
    EXPECT_THROW(sm2CipherFromRaw(off, Sm2CipherOrder::c1c3c2), Error);
    EXPECT_THROW(sm2CipherFromRaw(ByteView(off).first(97), Sm2CipherOrder::c1c3c2), Error);
    EXPECT_THROW(sm2CipherFromRaw({}, Sm2CipherOrder::c1c3c2), Error);
}

TEST(Sm2Cipher, derBothWays_isWhatOpenSslWrites) {
    const TestKey key = TestKey::generate(KeyAlgorithm::sm2);
    // Until a coordinate is short: its INTEGER is, too.
    bool sawShort = false;
    for (int i = 0; i < 2000 && !sawShort; ++i) {
        const Bytes der = test::encryptTo(key, Bytes(16, 7));
        const token::Sm2Cipher cipher = sm2CipherFromDer(der);
        EXPECT_EQ(sm2CipherToDer(cipher), der);
        sawShort = cipher.x[0] == 0 || cipher.y[0] == 0;
    }
    EXPECT_TRUE(sawShort);
    const Bytes good = test::encryptTo(key, Bytes(16, 7));
    for (std::size_t length = 0; length < good.size(); ++length) {
        EXPECT_THROW(sm2CipherFromDer(ByteView(good).first(length)), Error);
    }
}

TEST(Sm2Encrypt, botansKey_opensIt) {
    Botan::AutoSeeded_RNG random;
    const Botan::SM2_PrivateKey key(random, Botan::EC_Group("sm2p256v1"));
    token::PublicKey publicKey;
    const auto point = key.public_point().encode(Botan::PointGFp::UNCOMPRESSED);
    publicKey.point.assign(point.begin(), point.end());
    const Bytes der = sm2CipherToDer(sm2Encrypt(publicKey, asBytes("密封的投标文件")));
    const Botan::PK_Decryptor_EME decryptor(key, random, "SM3");
    const auto plain = decryptor.decrypt(der.data(), der.size());
    EXPECT_EQ(asText({plain.data(), plain.size()}), "密封的投标文件");
}

TEST(Sm2PrivateKey, whatBotanEncrypted_opens) {
    Botan::AutoSeeded_RNG random;
    const Sm2PrivateKey key = Sm2PrivateKey::generate();
    const ByteView point(key.publicKey().point);
    const Botan::EC_Group group("sm2p256v1");
    const Botan::SM2_PublicKey botan(group, group.OS2ECP(point.data(), point.size()));
    const Botan::PK_Encryptor_EME encryptor(botan, random, "SM3");
    const auto der = encryptor.encrypt(asBytes("sealed").data(), 6, random);
    EXPECT_EQ(key.decrypt(sm2CipherFromDer(Bytes(der.begin(), der.end()))).text(), "sealed");
    EXPECT_EQ(Sm2PrivateKey::fromScalar(key.scalar().view()).publicKey(), key.publicKey());
    EXPECT_THROW(Sm2PrivateKey::generate().decrypt(sm2CipherFromDer(Bytes(der.begin(), der.end()))), Error);
}

TEST(Sm2PrivateKey, scalarsThatAreNoKeys_areRefused) {
    EXPECT_THROW(Sm2PrivateKey::fromScalar(Bytes(32, 0)), Error);
    EXPECT_THROW(Sm2PrivateKey::fromScalar(Bytes(32, 0xFF)), Error);
    EXPECT_THROW(Sm2PrivateKey::fromScalar(Bytes(31, 1)), Error);
    EXPECT_EQ(Sm2PrivateKey::fromScalar(kExampleScalar).publicKey().point,
              *fromHex("0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
                       "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"));
}

TEST(DecryptionChallenge, ofAnSm2Key_isSolvedBothWays) {
    const TestKey key = TestKey::generate(KeyAlgorithm::sm2);
    const DecryptionChallenge challenge = makeDecryptionChallenge(key.publicKey());
    const Bytes contentKey = key.decrypt(sm2CipherToDer(std::get<token::Sm2Cipher>(challenge.wrappedKey)));
    EXPECT_TRUE(std::ranges::equal(contentKey, challenge.contentKey.view()));
    EXPECT_EQ(test::encryptWith("SM4-CBC", contentKey, challenge.iv, challenge.plain), challenge.cipher);
    EXPECT_EQ(challenge.plain.size(), 32U);
    EXPECT_NE(makeDecryptionChallenge(key.publicKey()).cipher, challenge.cipher);
}

TEST(DecryptionChallenge, ofAnRsaKey_isSolved) {
    const TestKey& key = TestKey::shared(KeyAlgorithm::rsa2048);
    const DecryptionChallenge challenge = makeDecryptionChallenge(key.publicKey());
    const Bytes contentKey = key.decrypt(std::get<Bytes>(challenge.wrappedKey));
    EXPECT_TRUE(std::ranges::equal(contentKey, challenge.contentKey.view()));
}

TEST(DecryptionChallenge, ofAKeyThatCannotDecrypt_isUnsupported) {
    const TestKey key = TestKey::generate(KeyAlgorithm::p256);
    try {
        makeDecryptionChallenge(key.publicKey());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::unsupported);
    }
}

}  // namespace
}  // namespace ukey::pki
