#include "tokenlib/pki/enveloped_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "test_ca.hpp"
#include "test_ra.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate_bag.hpp"
#include "tokenlib/pki/cfca_key.hpp"
#include "tokenlib/pki/csr_response.hpp"

namespace ukey::pki {
namespace {

using test::Alignment;
using test::hex;
using test::TestCa;
using test::TestKey;
using test::tlv;
using test::WrappedPair;
using token::EnvelopedSm2Key;
using token::KeyAlgorithm;

const TestKey& signingKey() {
    static const TestKey key = TestKey::generate(KeyAlgorithm::sm2);
    return key;
}

const WrappedPair& pair() {
    static const WrappedPair instance = test::wrapPair(signingKey());
    return instance;
}

ErrorCode codeOf(const auto& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

void expectTheKey(const EnvelopedSm2Key& key) {
    EXPECT_EQ(key.symmetricAlgorithm, 0x401U);
    EXPECT_EQ(key.publicKey, pair().pair.publicKey().point);
    EXPECT_EQ(key.encryptedPrivateKey.size(), 64U);
    EXPECT_EQ(test::openEnveloped(key, signingKey()), pair().pair.scalar());
}

TEST(Sm2EnvelopedKey, everyWayOfWritingIt_givesTheKey) {
    for (const Bytes& cipher :
         {test::kOidSm4, test::kOidSm4Ecb, test::joined({test::kOidSm4Ecb, hex("0500")})}) {
        for (const bool half : {false, true}) {
            expectTheKey(fromSm2EnvelopedKey(test::sm2EnvelopedKey(pair(), cipher, half)));
        }
    }
    const EnvelopedSm2Key half = fromSm2EnvelopedKey(test::sm2EnvelopedKey(pair(), test::kOidSm4, true));
    EXPECT_EQ(Bytes(half.encryptedPrivateKey.begin(), half.encryptedPrivateKey.begin() + 32), Bytes(32, 0));
}

/// A BIT STRING as encoders write it that take every one for a list of named bits: without zeros at its end.
Bytes shortened(Bytes octets) {
    while (!octets.empty() && octets.back() == 0) octets.pop_back();
    std::uint8_t unused = 0;
    while (!octets.empty() && (octets.back() >> unused & 1) == 0) ++unused;
    return tlv(3, test::joined({Bytes{unused}, octets}));
}

/// A pair whose encrypted private key ends with that many zero octets.
WrappedPair pairEndingInZeros(std::size_t zeros) {
    WrappedPair out = pair();
    const Bytes plain = test::joined({Bytes(32, 0), out.pair.scalar()});
    std::mt19937 random(7);
    do {
        for (std::uint8_t& octet : out.symmetricKey) octet = static_cast<std::uint8_t>(random());
        out.encrypted = test::encryptWith("SM4-ECB", out.symmetricKey, {}, plain);
    } while (std::any_of(out.encrypted.end() - static_cast<std::ptrdiff_t>(zeros), out.encrypted.end(),
                         [](std::uint8_t octet) { return octet != 0; }));
    out.wrappedKey = test::encryptTo(signingKey(), out.symmetricKey);
    return out;
}

TEST(Sm2EnvelopedKey, bitStringsWithoutTheirTrailingZeros_giveTheKey) {
    for (const std::size_t zeros : {std::size_t{0}, std::size_t{1}}) {
        const WrappedPair wrapped = pairEndingInZeros(zeros);
        const Bytes half(wrapped.encrypted.begin() + 32, wrapped.encrypted.end());
        const Bytes left = test::joined({half, Bytes(32, 0)});
        for (const Bytes& encrypted : {wrapped.encrypted, half, left}) {
            expectTheKey(fromSm2EnvelopedKey(
                tlv(0x30, test::joined({tlv(0x30, test::kOidSm4Ecb), wrapped.wrappedKey,
                                        shortened(wrapped.pair.publicKey().point), shortened(encrypted)}))));
        }
    }
}

TEST(Sm2EnvelopedKey, privateKeyThatLacksMoreThanZeros_isRefused) {
    for (const std::size_t length : {std::size_t{1}, std::size_t{20}, std::size_t{40}, std::size_t{65}}) {
        const Bytes encrypted(length, 0xA5);
        EXPECT_EQ(
            codeOf([&] {
                fromSm2EnvelopedKey(tlv(
                    0x30, test::joined({tlv(0x30, test::kOidSm4Ecb), pair().wrappedKey,
                                        shortened(pair().pair.publicKey().point), shortened(encrypted)})));
            }),
            ErrorCode::badRequest)
            << length;
    }
}

TEST(Sm2EnvelopedKey, integersOfFixedWidth_areCoordinates) {
    std::vector<Bytes> parts = test::cipherParts(pair().wrappedKey);
    const Bytes rest = test::joined({tlv(4, parts[2]), tlv(4, parts[3])});
    for (const std::size_t zeros : {std::size_t{0}, std::size_t{1}, std::size_t{4}}) {
        const Bytes padding(zeros, 0);
        WrappedPair wrapped = pair();
        wrapped.wrappedKey = tlv(0x30, test::joined({tlv(2, test::joined({padding, parts[0]})),
                                                     tlv(2, test::joined({padding, parts[1]})), rest}));
        expectTheKey(fromSm2EnvelopedKey(test::sm2EnvelopedKey(wrapped)));
    }
}

TEST(Sm2EnvelopedKey, underCiphersOnlyTheTokenKnows_passesUntouched_S28) {
    const EnvelopedSm2Key sm1 = fromSm2EnvelopedKey(test::sm2EnvelopedKey(pair(), test::kOidSm1));
    EXPECT_EQ(sm1.symmetricAlgorithm, 0x101U);
    EXPECT_EQ(sm1.encryptedPrivateKey, pair().encrypted);
    const EnvelopedSm2Key ssf33 = fromSm2EnvelopedKey(test::sm2EnvelopedKey(pair(), test::kOidSsf33));
    EXPECT_EQ(ssf33.symmetricAlgorithm, 0x201U);
    EXPECT_EQ(fromSkfEnvelopedKeyBlob(test::skfBlob(pair(), 0x101)).symmetricAlgorithm, 0x101U);
    EXPECT_EQ(fromSkfEnvelopedKeyBlob(test::skfBlob(pair(), 0x201)).encryptedPrivateKey, pair().encrypted);
}

TEST(Sm2EnvelopedKey, underAnotherCipher_isUnsupported) {
    EXPECT_EQ(codeOf([] { fromSm2EnvelopedKey(test::sm2EnvelopedKey(pair(), test::kOidSm4Cbc)); }),
              ErrorCode::unsupported);
    EXPECT_EQ(codeOf([] {
                  fromSm2EnvelopedKey(
                      test::sm2EnvelopedKey(pair(), test::joined({test::kOidSm4Ecb, tlv(4, Bytes(16, 1))})));
              }),
              ErrorCode::unsupported);
    EXPECT_EQ(codeOf([] { fromSkfEnvelopedKeyBlob(test::skfBlob(pair(), 0x402)); }), ErrorCode::unsupported);
    EXPECT_EQ(codeOf([] { fromSkfEnvelopedKeyBlob(test::skfBlob(pair(), 0)); }), ErrorCode::unsupported);
}

TEST(SkfBlob, everyAlignment_givesTheKey) {
    for (const Alignment alignment : {Alignment::whole, Alignment::right, Alignment::left}) {
        for (const bool leftAligned : {false, true}) {
            Bytes blob = test::skfBlob(pair(), 0x401, alignment, leftAligned);
            EXPECT_EQ(blob.size(), 388U);
            expectTheKey(fromSkfEnvelopedKeyBlob(blob));
            blob.resize(blob.size() + 4, 0xCC);
            expectTheKey(fromSkfEnvelopedKeyBlob(blob));
        }
    }
}

TEST(SkfBlob, lengthsAndCountsThatLie_areRefused) {
    const Bytes good = test::skfBlob(pair());
    for (std::size_t length = 0; length < good.size(); ++length) {
        EXPECT_EQ(codeOf([&] { fromSkfEnvelopedKeyBlob(ByteView(good).first(length)); }),
                  ErrorCode::badRequest);
    }
    const auto with = [&](std::size_t at, std::uint8_t octet) {
        Bytes blob = good;
        blob[at] = octet;
        return codeOf([&] { fromSkfEnvelopedKeyBlob(blob); });
    };
    EXPECT_EQ(with(0, 2), ErrorCode::badRequest);     // version
    EXPECT_EQ(with(9, 2), ErrorCode::badRequest);     // bits of the key
    EXPECT_EQ(with(76, 1), ErrorCode::badRequest);    // bits of the public key
    EXPECT_EQ(with(368, 17), ErrorCode::badRequest);  // length of the wrapped key
    EXPECT_EQ(with(371, 0xFF), ErrorCode::badRequest);
    // A coordinate of more than 256 bits or off the curve: any octet may be there already, so it is changed.
    for (const std::size_t at : {112U, 300U}) {
        EXPECT_EQ(with(at, static_cast<std::uint8_t>(good[at] ^ 1U)), ErrorCode::badRequest);
    }
    Bytes large = good;
    large.resize(good.size() + 65);
    EXPECT_EQ(codeOf([&] { fromSkfEnvelopedKeyBlob(large); }), ErrorCode::badRequest);
    Bytes empty = good;
    std::fill(empty.begin() + 12, empty.begin() + 76, std::uint8_t{0});
    EXPECT_EQ(codeOf([&] { fromSkfEnvelopedKeyBlob(empty); }), ErrorCode::badRequest);
}

class SignedAndEnveloped : public testing::Test {
  protected:
    const TestCa ca_{KeyAlgorithm::sm2};
    const Certificate recipient_ = Certificate::fromDer(ca_.issue(signingKey().publicKey()));
    const Bytes named_ = tlv(0x30, test::joined({recipient_.issuerDer(), recipient_.serialNumberDer()}));
    const token::PublicKey& key_ = pair().pair.publicKey();
};

TEST_F(SignedAndEnveloped, everyWayOfWritingIt_givesTheKey) {
    for (const Bytes& cipher : {test::kOidSm4, test::kOidSm4Ecb}) {
        expectTheKey(
            fromSignedAndEnvelopedData(test::signedAndEnveloped(pair(), named_, cipher), key_, nullptr));
    }
    // As one key centre writes it: no issuer, two zero octets in its place.
    const Bytes nameless = tlv(0x30, test::joined({hex("0000"), recipient_.serialNumberDer()}));
    expectTheKey(fromSignedAndEnvelopedData(test::signedAndEnveloped(pair(), nameless), key_, &recipient_));
    const Bytes byIdentifier = tlv(0x80, Bytes(20, 5));
    expectTheKey(fromSignedAndEnvelopedData(test::signedAndEnveloped(pair(), byIdentifier), key_, nullptr));
}

TEST_F(SignedAndEnveloped, underCbc_isUnsupported) {
    const Bytes message = test::signedAndEnveloped(pair(), named_, test::kOidSm4Cbc);
    EXPECT_EQ(codeOf([&] { fromSignedAndEnvelopedData(message, key_, nullptr); }), ErrorCode::unsupported);
}

TEST_F(SignedAndEnveloped, anotherMessage_isRefused) {
    const Bytes message = test::p7b(test::kOidGmSignedData, {recipient_.der()});
    EXPECT_EQ(codeOf([&] { fromSignedAndEnvelopedData(message, key_, nullptr); }), ErrorCode::badRequest);
}

TEST(CfcaKey, everyWayOfWritingIt_isWrappedAnewForTheSigningKey) {
    const Sm2PrivateKey temporary = Sm2PrivateKey::generate();
    const TestKey temporaryTest = TestKey::sm2(temporary.scalar().view(), temporary.publicKey().point);
    for (const bool decorated : {true, false}) {
        for (const bool hashLast : {true, false}) {
            const std::string text = test::cfcaText(pair().pair, temporaryTest, decorated, hashLast);
            expectTheKey(rewrapCfcaKey(text, temporary, signingKey().publicKey()));
        }
    }
}

TEST(CfcaKey, forAnotherTemporaryKeyOrOfAnotherPair_isRefused) {
    const Sm2PrivateKey temporary = Sm2PrivateKey::generate();
    const TestKey temporaryTest = TestKey::sm2(temporary.scalar().view(), temporary.publicKey().point);
    const std::string text = test::cfcaText(pair().pair, temporaryTest);
    const Sm2PrivateKey other = Sm2PrivateKey::generate();
    EXPECT_EQ(codeOf([&] { rewrapCfcaKey(text, other, signingKey().publicKey()); }), ErrorCode::badRequest);

    const auto wrap = [&](const Bytes& plain) {
        const std::vector<Bytes> parts = test::cipherParts(test::encryptTo(temporaryTest, plain));
        const Bytes raw = test::joined({parts[0], parts[1], parts[2], parts[3]});
        return toBase64(tlv(0x30, test::joined({hex("020101"), tlv(4, raw)})));
    };
    const Bytes& point = signingKey().publicKey().point;
    const Bytes coordinates(point.begin() + 1, point.end());
    for (const Bytes& plain : {test::joined({coordinates, pair().pair.scalar()}),  // not a pair
                               test::joined({coordinates, Bytes(32, 0xFF)}),       // not a scalar
                               test::joined({coordinates, Bytes(31, 1)})}) {       // too short
        EXPECT_EQ(codeOf([&] { rewrapCfcaKey(wrap(plain), temporary, signingKey().publicKey()); }),
                  ErrorCode::badRequest);
    }
    for (const char* bad : {"", "MIHG", "!!!!", "0000000000000001", "MAMCAQE="}) {
        EXPECT_EQ(codeOf([&] { rewrapCfcaKey(bad, temporary, signingKey().publicKey()); }),
                  ErrorCode::badRequest)
            << bad;
    }
}

TEST(CsrResponse, explicitAndImplicitTags_giveTheSame) {
    const TestCa ca(KeyAlgorithm::sm2);
    const Bytes sign = ca.issue(signingKey().publicKey());
    const Bytes encrypt = ca.issue(pair().pair.publicKey(), {.keyUsage = test::kEncryptUsage});
    for (const bool implicitTags : {false, true}) {
        const CsrResponse response =
            parseCsrResponse(test::csrResponse({sign, ca.certificate()}, test::sm2EnvelopedKey(pair()),
                                               {encrypt, ca.certificate()}, implicitTags));
        ASSERT_EQ(response.signCertificates.size(), 2U);
        ASSERT_EQ(response.encryptCertificates.size(), 2U);
        EXPECT_EQ(response.signCertificates[0].der(), sign);
        EXPECT_EQ(response.encryptCertificates[0].der(), encrypt);
        ASSERT_TRUE(response.encryptionKey);
        expectTheKey(*response.encryptionKey);
    }
    const CsrResponse signOnly = parseCsrResponse(test::csrResponse({sign}, {}, {}));
    EXPECT_FALSE(signOnly.encryptionKey);
    EXPECT_TRUE(signOnly.encryptCertificates.empty());
    EXPECT_EQ(codeOf([] { parseCsrResponse(test::csrResponse({}, {}, {})); }), ErrorCode::badRequest);
}

TEST(CertificateBag, everyForm_givesTheCertificatesInTheirOrder) {
    const TestCa ca(KeyAlgorithm::sm2);
    const Bytes leaf = ca.issue(signingKey().publicKey());
    const Certificate certificate = Certificate::fromDer(leaf);
    const Certificate root = Certificate::fromDer(ca.certificate());
    const std::vector<Certificate> both{certificate, root};
    const std::string base64 = toBase64(leaf);
    EXPECT_EQ(parseCertificates(certificate.pem() + root.pem()), both);
    EXPECT_EQ(parseCertificates(base64).front(), certificate);
    EXPECT_EQ(parseCertificates(toBase64Url(leaf)).front(), certificate);
    EXPECT_EQ(parseCertificates(base64.substr(0, 64) + "\r\n" + base64.substr(64) + "\r\n").front(),
              certificate);
    EXPECT_EQ(parseCertificates(toHex(leaf)).front(), certificate);
    EXPECT_EQ(parseCertificates(asText(leaf)).front(), certificate);
    for (const Bytes& type : {test::kOidGmSignedData, test::kOidPkcs7SignedData}) {
        const Bytes message = test::p7b(type, {leaf, ca.certificate()});
        EXPECT_EQ(parseCertificates(asText(message)), both);
        EXPECT_EQ(parseCertificates(toBase64(message)), both);
        EXPECT_EQ(parseCertificates("-----BEGIN PKCS7-----\n" + toBase64(message) + "\n-----END PKCS7-----"),
                  both);
    }
    // BER: the outer three levels of indefinite length.
    Bytes ber =
        hex("308006092a864886f70d010702a0803080020101310030800609"
            "2a864886f70d0107010000a080");
    ber.insert(ber.end(), leaf.begin(), leaf.end());
    const Bytes end = hex("00003100000000000000");
    ber.insert(ber.end(), end.begin(), end.end());
    EXPECT_EQ(parseCertificates(asText(ber)).front(), certificate);
}

TEST(CertificateBag, withoutACertificate_isRefused) {
    for (const std::string& text :
         {std::string(), std::string("hello"), std::string("-----BEGIN CERTIFICATE-----"),
          std::string("MAA="), std::string("0"), std::string("\x30\x80"),
          toBase64(test::p7b(test::kOidGmSignedData, {})),
          toBase64(test::p7b(test::kOidGmSignedAndEnveloped, {}))}) {
        EXPECT_EQ(codeOf([&] { parseCertificates(text); }), ErrorCode::badRequest) << text;
    }
    EXPECT_EQ(codeOf([] { parseCertificates(std::string(256 * 1024 + 1, 'A')); }), ErrorCode::tooLarge);
}

/// Any octet changed, any cut: an error or a value, nothing else (asan and ubsan watch).
TEST(EveryParser, ofChangedInput_endsInAnErrorOrAValue) {
    const TestCa ca(KeyAlgorithm::sm2);
    const Bytes sign = ca.issue(signingKey().publicKey());
    const Bytes encrypt = ca.issue(pair().pair.publicKey(), {.keyUsage = test::kEncryptUsage});
    const Bytes named = tlv(0x30, test::joined({Certificate::fromDer(sign).issuerDer(), hex("020101")}));
    const std::vector<std::pair<Bytes, void (*)(ByteView)>> cases{
        {test::sm2EnvelopedKey(pair()), [](ByteView in) { fromSm2EnvelopedKey(in); }},
        {test::skfBlob(pair()), [](ByteView in) { fromSkfEnvelopedKeyBlob(in); }},
        {test::signedAndEnveloped(pair(), named),
         [](ByteView in) { fromSignedAndEnvelopedData(in, pair().pair.publicKey(), nullptr); }},
        {test::csrResponse({sign}, test::sm2EnvelopedKey(pair()), {encrypt}),
         [](ByteView in) { parseCsrResponse(in); }},
        {test::p7b(test::kOidGmSignedData, {sign}), [](ByteView in) { parseCertificates(asText(in)); }},
    };
    std::mt19937 random(11);
    for (const auto& [good, parse] : cases) {
        for (std::size_t at = 0; at < good.size(); ++at) {
            Bytes changed = good;
            changed[at] = static_cast<std::uint8_t>(changed[at] + 1 + random() % 255);
            for (const ByteView input : {ByteView(changed), ByteView(good).first(at)}) {
                try {
                    parse(input);
                } catch (const Error& error) {
                    EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
                }
            }
        }
    }
}

}  // namespace
}  // namespace ukey::pki
