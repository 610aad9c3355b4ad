// What is read without an ASN.1 library, from octets that anybody may have stored.
#include <gmock/gmock.h>

#include "openssl_helpers.hpp"
#include "tokenlib/drivers/pkcs11/key_table.hpp"
#include "tokenlib/drivers/pkcs11/padding.hpp"
#include "tokenlib/drivers/pkcs11/return_values.hpp"
#include "tokenlib/drivers/pkcs11/stored_forms.hpp"

using namespace ukey;          // NOLINT(google-build-using-namespace)
using namespace ukey::pkcs11;  // NOLINT(google-build-using-namespace)
using token::KeyAlgorithm;
using token::KeyRef;
using token::KeyUsage;

namespace {

token::PublicKey newPublicKey(KeyAlgorithm algorithm) {
    return test::publicKeyOf(test::newKey(algorithm).get());
}

Bytes block(std::size_t size, Bytes head, std::size_t zeroAt, const Bytes& message) {
    Bytes out = std::move(head);
    while (out.size() < zeroAt) out.push_back(0x77);
    out.push_back(0);
    out.insert(out.end(), message.begin(), message.end());
    EXPECT_EQ(out.size(), size);
    return out;
}

}  // namespace

class CertificateOfKey : public ::testing::TestWithParam<KeyAlgorithm> {};

TEST_P(CertificateOfKey, facts_ofOpenSslsCertificate_areRight) {
    const auto key = newPublicKey(GetParam());
    const Bytes der =
        test::certificateFor(key, {.keyUsage = "digitalSignature,nonRepudiation", .serial = 200});
    const auto facts = certificateFacts(der);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->key, key);
    EXPECT_EQ(facts->der, der);
    EXPECT_EQ(facts->serial, (Bytes{0x02, 0x02, 0x00, 0xc8}));
    EXPECT_EQ(facts->usage, KeyUsage::sign);
    EXPECT_FALSE(facts->decrypts);
    EXPECT_FALSE(facts->authority);
    EXPECT_THAT(facts->startsAt, ::testing::MatchesRegex("20[0-9]+Z"));
    EXPECT_NE(facts->issuer, facts->subject);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, CertificateOfKey,
                         ::testing::Values(KeyAlgorithm::rsa2048, KeyAlgorithm::p256, KeyAlgorithm::p384,
                                           KeyAlgorithm::sm2));

TEST(Certificate, usage_ofEachKind_isTold) {
    const auto key = newPublicKey(KeyAlgorithm::p256);
    const auto usage = [&](const std::string& text) {
        return certificateFacts(test::certificateFor(key, {.keyUsage = text})).value();
    };
    EXPECT_EQ(usage("keyEncipherment,dataEncipherment").usage, KeyUsage::encrypt);
    EXPECT_TRUE(usage("keyEncipherment").decrypts);
    EXPECT_EQ(usage("keyAgreement").usage, KeyUsage::encrypt);
    EXPECT_EQ(usage("digitalSignature,keyEncipherment").usage, KeyUsage::sign);
    EXPECT_TRUE(usage("digitalSignature,keyEncipherment").decrypts);
    EXPECT_TRUE(usage("keyCertSign").authority);
    EXPECT_FALSE(usage("").usage);
    EXPECT_TRUE(usage("").decrypts);
    EXPECT_TRUE(certificateFacts(test::certificateFor(key, {.authority = true}))->authority);
}

TEST(Certificate, padding_behindIt_isCutOff) {
    const Bytes der = test::certificateFor(newPublicKey(KeyAlgorithm::p256));
    Bytes stored = der;
    stored.resize(4096);
    EXPECT_EQ(certificateFacts(stored)->der, der);
}

TEST(Certificate, octets_cutOrChanged_neverHarm_S32) {
    const Bytes der =
        test::certificateFor(newPublicKey(KeyAlgorithm::rsa2048), {.keyUsage = "digitalSignature"});
    for (std::size_t size = 0; size < der.size(); ++size) {
        EXPECT_FALSE(certificateFacts(ByteView(der).first(size))) << size;
    }
    for (std::size_t i = 0; i < der.size(); ++i) {
        for (const std::uint8_t octet : Bytes{0x00, 0x7f, 0x80, 0x84, 0xff}) {
            Bytes changed = der;
            changed[i] = octet;
            const auto facts = certificateFacts(changed);
            if (facts) {
                EXPECT_LE(facts->der.size(), changed.size());
            }
        }
    }
    EXPECT_FALSE(certificateFacts({}));
}

TEST(Der, lengths_thatLieOutside_areRefused) {
    EXPECT_FALSE(der::Reader(Bytes{0x30, 0x85, 1, 1, 1, 1, 1}).next());
    EXPECT_FALSE(der::Reader(Bytes{0x30, 0x80, 0, 0}).next());
    EXPECT_FALSE(der::Reader(Bytes{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}).next());
    EXPECT_FALSE(der::Reader(Bytes{0x30, 0x02, 0x00}).next());
    EXPECT_FALSE(der::Reader(Bytes{0x3f, 0x00}).next());
    EXPECT_FALSE(der::magnitude(Bytes{0x80}));
    EXPECT_FALSE(der::bitStringOctets(Bytes{0x01, 0x80}));
}

TEST(Der, numbers_encoded_haveTheirSign) {
    EXPECT_EQ(der::encodeUnsigned(Bytes{0, 0, 0x80}), (Bytes{2, 2, 0, 0x80}));
    EXPECT_EQ(der::encodeUnsigned(Bytes{0, 1}), (Bytes{2, 1, 1}));
    EXPECT_EQ(der::encodeUnsigned(Bytes{0, 0}), (Bytes{2, 1, 0}));
    EXPECT_EQ(der::encode(der::kOctetString, Bytes(200, 7)).size(), 203U);
}

TEST(PublicKeys, point_inEachEncoding_isTaken) {
    const auto key = newPublicKey(KeyAlgorithm::p256);
    Bytes bits{0x03, 0x42, 0x00};
    bits.insert(bits.end(), key.point.begin(), key.point.end());
    EXPECT_EQ(pkcs11::ecKey(KeyAlgorithm::p256, key.point), key);
    EXPECT_EQ(pkcs11::ecKey(KeyAlgorithm::p256, encodedPoint(key)), key);
    EXPECT_EQ(pkcs11::ecKey(KeyAlgorithm::p256, bits), key);
    EXPECT_FALSE(pkcs11::ecKey(KeyAlgorithm::p384, encodedPoint(key)));
    EXPECT_FALSE(pkcs11::ecKey(KeyAlgorithm::p256, ByteView(key.point).first(64)));
    EXPECT_FALSE(pkcs11::ecKey(KeyAlgorithm::p256, {}));
    Bytes compressed(33, 1);
    compressed[0] = 2;
    EXPECT_FALSE(pkcs11::ecKey(KeyAlgorithm::p256, compressed));
}

TEST(PublicKeys, curve_ofItsParameters_isTheSame) {
    for (const auto curve : {KeyAlgorithm::p256, KeyAlgorithm::p384, KeyAlgorithm::sm2}) {
        EXPECT_EQ(curveOf(curveParameters(curve)), curve);
    }
    EXPECT_FALSE(curveOf(Bytes{0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a}));  // secp256k1
    EXPECT_FALSE(curveOf({}));
}

TEST(PublicKeys, rsaModulus_ofOtherSizes_isNotOffered_S23) {
    const Bytes exponent{1, 0, 1};
    EXPECT_TRUE(pkcs11::rsaKey(Bytes(256, 0x80), exponent));
    Bytes leadingZero(257, 0x80);
    leadingZero[0] = 0;
    EXPECT_EQ(pkcs11::rsaKey(leadingZero, exponent)->modulus.size(), 256U);
    EXPECT_FALSE(pkcs11::rsaKey(Bytes(128, 0x80), exponent));
    EXPECT_FALSE(pkcs11::rsaKey(Bytes(256, 0x7f), exponent));
    EXPECT_FALSE(pkcs11::rsaKey(Bytes(256, 0x80), {}));
    EXPECT_FALSE(pkcs11::rsaKey({}, exponent));
}

TEST(ContainerNames, ids_andNames_standForEachOther) {
    const auto there = [](const Bytes& id) {
        const auto named = nameOfId(id);
        return named ? named->container + (named->usage ? "/enc" : "") : "";
    };
    EXPECT_EQ(there({}), "");
    EXPECT_EQ(there({'a', '-', '_', '9'}), "a-_9");
    EXPECT_EQ(there({0x01}), "id:01");
    EXPECT_EQ(there({'a', '.', 'e', 'n', 'c'}), "a/enc");
    EXPECT_EQ(there({0xff, '.', 'e', 'n', 'c'}), "id:ff/enc");
    EXPECT_EQ(there({'.', 'e', 'n', 'c'}), "id:2e656e63");
    EXPECT_EQ(there(Bytes(40, 'a')), "id:" + toHex(Bytes(40, 'a')));
    for (const Bytes& id :
         {Bytes{'a'}, Bytes{0}, Bytes{1, 2}, Bytes(40, 'a'), Bytes{'a', '.', 'e', 'n', 'c'}}) {
        const auto named = nameOfId(id).value();
        EXPECT_EQ(idOf({named.container, named.usage.value_or(KeyUsage::sign)}), id);
    }
}

TEST(Padding, message_behindGoodPadding_isFound) {
    const Bytes message{1, 2, 3};
    EXPECT_EQ(withoutEncryptionPadding(block(32, {0, 2}, 28, message), 32), message);
    const Bytes whole = block(32, {0, 2}, 28, message);
    EXPECT_EQ(withoutEncryptionPadding(ByteView(whole).subspan(1), 32), message);
    EXPECT_EQ(withoutEncryptionPadding(block(32, {0, 2}, 31, {}), 32), Bytes{});
}

TEST(Padding, block_withBadPadding_isNothing) {
    const Bytes message(22, 9);
    EXPECT_FALSE(withoutEncryptionPadding(block(32, {0, 1}, 28, {1, 2, 3}), 32));
    EXPECT_FALSE(withoutEncryptionPadding(block(32, {1, 2}, 28, {1, 2, 3}), 32));
    EXPECT_FALSE(withoutEncryptionPadding(block(32, {0, 2}, 9, message), 32));
    EXPECT_TRUE(withoutEncryptionPadding(block(32, {0, 2}, 10, Bytes(21, 9)), 32));
    EXPECT_FALSE(withoutEncryptionPadding(Bytes(32, 2), 32));
    Bytes noZero(32, 7);
    noZero[0] = 0;
    noZero[1] = 2;
    EXPECT_FALSE(withoutEncryptionPadding(noZero, 32));
    EXPECT_FALSE(withoutEncryptionPadding(Bytes(33, 0), 32));
    EXPECT_FALSE(withoutEncryptionPadding({}, 0));
}

TEST(ReturnValues, error_ofACall_namesFunctionAndCode) {
    const Error known = errorOf("C_Sign", CKR_DEVICE_REMOVED);
    EXPECT_EQ(known.code(), ErrorCode::tokenRemoved);
    EXPECT_STREQ(known.what(), "C_Sign returned CKR_DEVICE_REMOVED");
    EXPECT_EQ(known.driverCode(), CKR_DEVICE_REMOVED);
    const Error vendor = errorOf("C_Login", 0x80000abc);
    EXPECT_EQ(vendor.code(), ErrorCode::driverError);
    EXPECT_STREQ(vendor.what(), "C_Login returned 0x80000abc");
}
