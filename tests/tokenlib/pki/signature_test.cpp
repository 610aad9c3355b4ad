#include "tokenlib/pki/signature.hpp"

#include <botan/auto_rng.h>
#include <botan/ecdsa.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>
#include <botan/sm2.h>
#include <gtest/gtest.h>

#include "test_ca.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::pki {
namespace {

using test::TestKey;
using token::DigestAlgorithm;
using token::KeyAlgorithm;

Bytes sequenceOf(const Bytes& inside) {
    Bytes out{0x30, static_cast<std::uint8_t>(inside.size())};
    out.insert(out.end(), inside.begin(), inside.end());
    return out;
}

TEST(SignatureForm, standardsExample_verifies) {
    token::PublicKey key;
    key.point = *fromHex(
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13");
    const Bytes raw = *fromHex(
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
    const Bytes e = messageDigest(key, DigestAlgorithm::sm3, asBytes("message digest"));
    EXPECT_TRUE(verify(key, DigestAlgorithm::sm3, e, raw));
    Bytes wrong = raw;
    wrong[63] ^= 1;
    EXPECT_FALSE(verify(key, DigestAlgorithm::sm3, e, wrong));
}

TEST(SignatureForm, rawToDerAndBack_isTheSame) {
    Bytes raw(64, 0);
    raw[31] = 0x7F;                                       // r: one octet
    for (std::size_t i = 32; i < 64; ++i) raw[i] = 0xFF;  // s: needs a zero in front
    const Bytes der = signatureToDer(KeyAlgorithm::sm2, raw);
    EXPECT_EQ(toHex(der).substr(0, 14), "302602017f0221");
    EXPECT_EQ(signatureFromDer(KeyAlgorithm::sm2, der), raw);
}

TEST(SignatureForm, derThatIsNotStrict_isRefused) {
    const char* bad[] = {
        "",                        // nothing
        "3006020101020101ff",      // after it
        "300702020001020101",      // r not minimal
        "3006020181020101",        // r negative
        "3006020100020101",        // r zero
        "30050201010200",          // s empty
        "3003020101",              // s absent
        "3009020101020101020101",  // a third number
        "30810602010102 0101",     // length not minimal (and not hexadecimal)
        "3081060201010201 01",     //
        "30800201010201010000",    // indefinite
        "3106020101020101",        // a SET
        "3007020101020101",        // longer than there is
    };
    for (const char* text : bad) {
        const Bytes der = fromHex(text).value_or(Bytes{0x30, 0x81, 0x06, 2, 1, 1, 2, 1, 1});
        EXPECT_THROW(signatureFromDer(KeyAlgorithm::sm2, der), Error) << text;
    }
    Bytes tooLong{0x02, 33, 0x01};
    tooLong.resize(35, 0);
    const Bytes one{0x02, 1, 1};
    tooLong.insert(tooLong.end(), one.begin(), one.end());
    EXPECT_THROW(signatureFromDer(KeyAlgorithm::p256, sequenceOf(tooLong)), Error);
    EXPECT_NO_THROW(signatureFromDer(KeyAlgorithm::p384, sequenceOf(tooLong)));
}

TEST(SignatureForm, rawOfAWrongLengthOrZero_isRefused) {
    EXPECT_THROW(signatureToDer(KeyAlgorithm::sm2, Bytes(63, 1)), Error);
    EXPECT_THROW(signatureToDer(KeyAlgorithm::p384, Bytes(64, 1)), Error);
    EXPECT_THROW(signatureToDer(KeyAlgorithm::p256, Bytes(64, 0)), Error);
    EXPECT_THROW(signatureToDer(KeyAlgorithm::rsa2048, Bytes(255, 1)), Error);
    EXPECT_EQ(signatureToDer(KeyAlgorithm::rsa2048, Bytes(256, 1)), Bytes(256, 1));
}

class SignatureOfEachKey : public testing::TestWithParam<KeyAlgorithm> {};

TEST_P(SignatureOfEachKey, asATokenReturnsIt_verifiesHereAndOnlyForItsDigest) {
    const TestKey& key = TestKey::shared(GetParam());
    const DigestAlgorithm algorithm = defaultDigest(GetParam());
    const Bytes value = messageDigest(key.publicKey(), algorithm, asBytes("bid 7"));
    const Bytes raw = key.sign(algorithm, value);
    EXPECT_TRUE(verify(key.publicKey(), algorithm, value, raw));
    EXPECT_FALSE(
        verify(key.publicKey(), algorithm, messageDigest(key.publicKey(), algorithm, asBytes("bid 8")), raw));
    EXPECT_FALSE(verify(key.publicKey(), algorithm, value, ByteView(raw).first(raw.size() - 1)));
    EXPECT_THROW(verify(key.publicKey(), algorithm, ByteView(value).first(31), raw), Error);
}

INSTANTIATE_TEST_SUITE_P(Keys, SignatureOfEachKey,
                         testing::Values(KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::rsa3072,
                                         KeyAlgorithm::p256, KeyAlgorithm::p384),
                         [](const auto& test) { return std::string(token::toString(test.param)); });

TEST(Verify, sm2SignatureByBotan_verifies) {
    Botan::AutoSeeded_RNG random;
    const Botan::SM2_PrivateKey key(random, Botan::EC_Group("sm2p256v1"));
    Botan::PK_Signer signer(key, random, "1234567812345678,SM3", Botan::IEEE_1363);
    const auto signature =
        signer.sign_message(asBytes("一笔出价").data(), asBytes("一笔出价").size(), random);
    token::PublicKey publicKey;
    const auto point = key.public_point().encode(Botan::PointGFp::UNCOMPRESSED);
    publicKey.point.assign(point.begin(), point.end());
    const Bytes e = messageDigest(publicKey, DigestAlgorithm::sm3, asBytes("一笔出价"));
    EXPECT_TRUE(verify(publicKey, DigestAlgorithm::sm3, e, Bytes(signature.begin(), signature.end())));
}

TEST(Verify, ecdsaAndRsaSignaturesByBotan_verify) {
    Botan::AutoSeeded_RNG random;
    const Bytes message(asBytes("bid").begin(), asBytes("bid").end());
    const Botan::ECDSA_PrivateKey ec(random, Botan::EC_Group("secp384r1"));
    Botan::PK_Signer ecSigner(ec, random, "EMSA1(SHA-384)", Botan::IEEE_1363);
    const auto ecSignature = ecSigner.sign_message(message, random);
    const auto ecSpki = ec.subject_public_key();
    const token::PublicKey ecKey = fromSubjectPublicKeyInfo(Bytes(ecSpki.begin(), ecSpki.end()));
    EXPECT_TRUE(verify(ecKey, DigestAlgorithm::sha384, digest(DigestAlgorithm::sha384, message),
                       Bytes(ecSignature.begin(), ecSignature.end())));

    const Botan::RSA_PrivateKey rsa(random, 2048);
    Botan::PK_Signer rsaSigner(rsa, random, "EMSA3(SHA-256)");
    const auto rsaSignature = rsaSigner.sign_message(message, random);
    const auto rsaSpki = rsa.subject_public_key();
    const token::PublicKey rsaKey = fromSubjectPublicKeyInfo(Bytes(rsaSpki.begin(), rsaSpki.end()));
    const Bytes signature(rsaSignature.begin(), rsaSignature.end());
    EXPECT_TRUE(verify(rsaKey, DigestAlgorithm::sha256, digest(DigestAlgorithm::sha256, message), signature));
    EXPECT_FALSE(
        verify(rsaKey, DigestAlgorithm::sha512, digest(DigestAlgorithm::sha512, message), signature));
}

TEST(Verify, signatureUnderAnotherKey_isFalse) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::p256}) {
        const DigestAlgorithm digestAlgorithm = defaultDigest(algorithm);
        const Bytes value(token::digestLength(digestAlgorithm), 7);
        const Bytes raw = TestKey::shared(algorithm).sign(digestAlgorithm, value);
        EXPECT_FALSE(verify(TestKey::generate(algorithm).publicKey(), digestAlgorithm, value, raw));
    }
}

TEST(Verify, pointOffItsCurve_isNoKey) {
    token::PublicKey key;
    key.point.assign(65, 5);
    key.point[0] = 4;
    EXPECT_FALSE(isValid(key));
    EXPECT_FALSE(verify(key, DigestAlgorithm::sm3, Bytes(32, 1), Bytes(64, 1)));
}

class KeyInfoOfEachKey : public testing::TestWithParam<KeyAlgorithm> {};

TEST_P(KeyInfoOfEachKey, bothWays_isWhatOpenSslWrites) {
    const TestKey& key = TestKey::shared(GetParam());
    EXPECT_EQ(toSubjectPublicKeyInfo(key.publicKey()), test::spkiOf(key));
    EXPECT_EQ(fromSubjectPublicKeyInfo(test::spkiOf(key)), key.publicKey());
    EXPECT_TRUE(isValid(key.publicKey()));
}

INSTANTIATE_TEST_SUITE_P(Keys, KeyInfoOfEachKey,
                         testing::Values(KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::rsa3072,
                                         KeyAlgorithm::p256, KeyAlgorithm::p384),
                         [](const auto& test) { return std::string(token::toString(test.param)); });

TEST(KeyInfo, cutOrChanged_isRefused) {
    const Bytes good = test::spkiOf(TestKey::generate(KeyAlgorithm::sm2));
    for (std::size_t length = 0; length < good.size(); ++length) {
        EXPECT_THROW(fromSubjectPublicKeyInfo(ByteView(good).first(length)), Error) << length;
    }
    Bytes compressed = good;
    compressed[compressed.size() - 65] = 2;
    EXPECT_THROW(fromSubjectPublicKeyInfo(compressed), Error);
}

}  // namespace
}  // namespace ukey::pki
