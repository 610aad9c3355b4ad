// Certificates as CAs in the field write them: what decides nothing hides nothing, and what decides still
// does.
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <fstream>
#include <iterator>

#include "test_ca.hpp"
#include "test_ra.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/chain.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/public_key.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::pki {
namespace {

using test::hex;
using test::joined;
using test::TestKey;
using test::tlv;
using token::KeyAlgorithm;
using token::KeyUsage;

const Bytes kGbkCompany = hex("d5e3bdadcabeb7b6bdbbd2d7d3d0cfdeb9abcbbe");
constexpr const char* kCompany = "浙江示范交易有限公司";

Bytes textBytes(std::string_view text) { return toBytes(asBytes(text)); }

Certificate sample(const std::string& name) {
    std::ifstream file(std::string(UKEY_SOURCE_DIR) + "/tests/tokenlib/pki/field/" + name, std::ios::binary);
    const Bytes der{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return Certificate::fromDer(der);
}

Bytes commonName(std::uint8_t tag, const Bytes& value) {
    return tlv(0x30, tlv(0x31, tlv(0x30, joined({hex("0603550403"), tlv(tag, value)}))));
}

const TestKey& caKey() {
    static const TestKey key = TestKey::generate(KeyAlgorithm::sm2);
    return key;
}
const TestKey& leafKey() {
    static const TestKey key = TestKey::generate(KeyAlgorithm::sm2);
    return key;
}

const Bytes kSignUsageExtension = hex("300e0603551d0f0101ff0404030206c0");
const Bytes kCaExtensions = hex("300f0603551d130101ff040530030101ff300e0603551d0f0101ff040403020106");

/// A certificate put together octet by octet.
struct Odd {
    Bytes serial = hex("02020501");
    Bytes issuer = commonName(0x0C, textBytes("Field Root"));
    Bytes notBefore = tlv(0x17, textBytes("200101000000Z"));
    Bytes notAfter = tlv(0x17, textBytes("400101000000Z"));
    Bytes subject = commonName(0x0C, textBytes("holder"));
    Bytes key = test::spkiOf(leafKey());
    Bytes extensions = kSignUsageExtension;
    const TestKey* signer = &caKey();
    bool fixedWidthSignature = false;
};

Bytes odd(const Odd& parts) {
    const Bytes algorithm = hex("300a06082a811ccf55018375");
    const Bytes tbs =
        tlv(0x30, joined({hex("a003020102"), parts.serial, algorithm, parts.issuer,
                          tlv(0x30, joined({parts.notBefore, parts.notAfter})), parts.subject, parts.key,
                          parts.extensions.empty() ? Bytes{} : tlv(0xA3, tlv(0x30, parts.extensions))}));
    const Bytes digest = messageDigest(parts.signer->publicKey(), token::DigestAlgorithm::sm3, tbs);
    const Bytes raw = parts.signer->sign(token::DigestAlgorithm::sm3, digest);
    const Bytes fixed = tlv(0x30, joined({tlv(2, Bytes(raw.begin(), raw.begin() + 32)),
                                          tlv(2, Bytes(raw.begin() + 32, raw.end()))}));
    const Bytes signature = parts.fixedWidthSignature ? fixed : signatureToDer(KeyAlgorithm::sm2, raw);
    return tlv(0x30, joined({tbs, algorithm, tlv(3, joined({Bytes{0}, signature}))}));
}

Certificate oddCertificate(const Odd& parts) { return Certificate::fromDer(odd(parts)); }

Certificate oddRoot(const Bytes& name) {
    return oddCertificate(
        {.issuer = name, .subject = name, .key = test::spkiOf(caKey()), .extensions = kCaExtensions});
}

std::chrono::sys_seconds in2026() { return std::chrono::sys_days(std::chrono::year(2026) / 6 / 1); }

/// The reason for which the chain does not hold, "" when it does.
std::string chainVerdict(const Certificate& leaf, const std::vector<Certificate>& intermediates,
                         const std::vector<Certificate>& trusted, std::chrono::sys_seconds time = in2026()) {
    try {
        checkChain(leaf, intermediates, trusted, time);
    } catch (const Error& error) {
        return std::string(error.reason()) + ": " + error.what();
    }
    return "";
}

TEST(FieldNames, samplesOfEachKind_showTheCompany) {
    for (const char* name : {"dn-utf8-gbk.der", "dn-t61-gbk.der", "dn-print-utf8.der"}) {
        const Certificate certificate = sample(name);
        EXPECT_EQ(certificate.subjectText(), std::string(kCompany) + ", 示范") << name;
        EXPECT_EQ(certificate.subject(), "CN=" + std::string(kCompany) + ",O=示范,C=CN") << name;
        EXPECT_EQ(certificate.usage(), KeyUsage::sign) << name;
    }
}

TEST(FieldNames, anyEncodingInAnyStringType_isTheText) {
    // UTF8, Numeric, Printable, T61, IA5, Graphic, Visible, General.
    for (const char letter : {'\x0C', '\x12', '\x13', '\x14', '\x16', '\x19', '\x1A', '\x1B'}) {
        const auto tag = static_cast<std::uint8_t>(letter);
        for (const Bytes& octets : {kGbkCompany, textBytes(kCompany)}) {
            const Certificate certificate =
                oddCertificate({.issuer = commonName(tag, octets), .subject = commonName(tag, octets)});
            EXPECT_EQ(certificate.subjectText(), kCompany) << int{tag};
            EXPECT_EQ(certificate.issuer(), std::string("CN=") + kCompany) << int{tag};
        }
    }
    const Certificate latin = oddCertificate({.subject = commonName(0x14, hex("4dfc6c6c6572"))});
    EXPECT_EQ(latin.subjectText(), "Müller");
    const Certificate broken = oddCertificate({.subject = commonName(0x1E, hex("55d5e3bdad"))});
    EXPECT_EQ(broken.subjectText(), "U浙江") << "a BMPString that is none";
    const Certificate wide = oddCertificate({.subject = commonName(0x1C, hex("00006d5900006c5f"))});
    EXPECT_EQ(wide.subjectText(), "浙江");
}

TEST(FieldNames, brokenNamesOfIssuers_areFollowedByTheirOctets) {
    const Bytes broken = commonName(0x0C, kGbkCompany);
    const Certificate root = oddRoot(broken);
    EXPECT_EQ(chainVerdict(oddCertificate({.issuer = broken}), {}, {root}), "");
    // The same text in other octets is another name.
    const Certificate other = oddCertificate({.issuer = commonName(0x0C, textBytes(kCompany))});
    EXPECT_EQ(other.issuer(), root.subject());
    EXPECT_TRUE(chainVerdict(other, {}, {root}).starts_with("chain"));
    // And a broken name makes nobody an issuer who is none.
    const TestKey impostor = TestKey::generate(KeyAlgorithm::sm2);
    EXPECT_TRUE(chainVerdict(oddCertificate({.issuer = broken, .signer = &impostor}), {}, {root})
                    .starts_with("chain"));
}

TEST(FieldKeys, samplesInOtherClothes_areUsableKeys) {
    for (const char* name : {"spki-compressed.der", "spki-301.der"}) {
        const Certificate certificate = sample(name);
        ASSERT_EQ(certificate.keyAlgorithm(), KeyAlgorithm::sm2) << name;
        EXPECT_TRUE(isValid(*certificate.publicKey())) << name;
    }
}

class KeyInOtherClothes : public testing::TestWithParam<KeyAlgorithm> {
  protected:
    /// SubjectPublicKeyInfo of the key by OpenSSL, in a point form, its curve by name or written out.
    static Bytes dressed(const TestKey& key, const char* form, const char* encoding) {
        EVP_PKEY* copy = EVP_PKEY_dup(key.handle());
        EXPECT_EQ(EVP_PKEY_set_utf8_string_param(copy, "point-format", form), 1);
        EXPECT_EQ(EVP_PKEY_set_utf8_string_param(copy, "encoding", encoding), 1);
        unsigned char* out = nullptr;
        const int length = i2d_PUBKEY(copy, &out);
        Bytes der(out, out + std::max(length, 0));
        OPENSSL_free(out);
        EVP_PKEY_free(copy);
        return der;
    }
};

TEST_P(KeyInOtherClothes, isTheSameKey) {
    const TestKey& key = TestKey::shared(GetParam());
    for (const char* form : {"uncompressed", "compressed", "hybrid"}) {
        for (const char* encoding : {"named_curve", "explicit"}) {
            const Bytes spki = dressed(key, form, encoding);
            EXPECT_EQ(fromSubjectPublicKeyInfo(spki), key.publicKey()) << form << " " << encoding;
        }
    }
    EXPECT_EQ(fromPoint(GetParam(), ByteView(key.publicKey().point).subspan(1)), key.publicKey());
}

TEST_P(KeyInOtherClothes, onACurveThatDiffersInOneNumber_isNoKeyOfOurs) {
    Bytes spki = dressed(TestKey::shared(GetParam()), "uncompressed", "explicit");
    const Bytes good = spki;
    // Somewhere in p, a, b: whatever octet it is, the curve is another. (Behind b stands a seed, which is
    // not.)
    for (std::size_t at = 40; at < 138; at += 7) {
        spki = good;
        spki[at] = static_cast<std::uint8_t>(spki[at] ^ 1U);
        try {
            EXPECT_EQ(fromSubjectPublicKeyInfo(spki), fromSubjectPublicKeyInfo(good)) << at;
            ADD_FAILURE() << "octet " << at << " does not count";
        } catch (const Error&) {
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Curves, KeyInOtherClothes,
                         testing::Values(KeyAlgorithm::sm2, KeyAlgorithm::p256, KeyAlgorithm::p384),
                         [](const auto& test) { return std::string(token::toString(test.param)); });

TEST(FieldKeys, sm2AsAnAlgorithmOfItsOwn_isTheSameKey) {
    const Bytes point = tlv(3, joined({Bytes{0}, leafKey().publicKey().point}));
    const Bytes curve = hex("06082a811ccf5501822d");
    for (const Bytes& algorithm : {joined({curve, curve}), joined({curve, hex("0500")}), curve,
                                   joined({hex("06092a811ccf5501822d01"), curve}),
                                   joined({hex("06092a811ccf5501822d03"), hex("0500")})}) {
        EXPECT_EQ(fromSubjectPublicKeyInfo(tlv(0x30, joined({tlv(0x30, algorithm), point}))),
                  leafKey().publicKey());
    }
    const Bytes p256 = joined({curve, hex("06082a8648ce3d030107")});
    EXPECT_THROW(fromSubjectPublicKeyInfo(tlv(0x30, joined({tlv(0x30, p256), point}))), Error);
}

TEST(FieldKeys, compressedPointOffTheCurve_isNoKey) {
    Bytes compressed{2};
    compressed.resize(33, 0xFF);
    EXPECT_THROW(fromPoint(KeyAlgorithm::sm2, compressed), Error);
    EXPECT_THROW(fromPoint(KeyAlgorithm::sm2, Bytes(12, 2)), Error);
    EXPECT_THROW(fromPoint(KeyAlgorithm::sm2, Bytes{}), Error);
}

TEST(FieldDetails, samples_areReadWhole) {
    EXPECT_EQ(sample("ku-twice.der").usage(), KeyUsage::sign);
    EXPECT_FALSE(sample("ku-twice.der").allows(KeyUsage::encrypt));
    EXPECT_EQ(sample("time-gen-noz.der").notBefore(), "2020-01-01T00:00:00Z");
    EXPECT_EQ(sample("serial-30.der").serialNumber(), "80" + std::string(58, '0'));
}

TEST(FieldDetails, keyUsageTwice_allowsWhatBothAllow) {
    const Bytes encryptUsage = hex("300e0603551d0f0101ff040403020430");
    const Certificate differing = oddCertificate({.extensions = joined({kSignUsageExtension, encryptUsage})});
    EXPECT_FALSE(differing.allows(KeyUsage::sign));
    EXPECT_FALSE(differing.allows(KeyUsage::encrypt));
}

TEST(FieldDetails, timesInEveryForm_areTheSameTime) {
    const std::vector<std::pair<std::uint8_t, const char*>> forms{
        {0x17, "200101000000Z"},       {0x17, "200101000000"},      {0x17, "2001010000Z"},
        {0x17, "20200101000000Z"},     {0x17, "200101080000+0800"}, {0x18, "20200101000000"},
        {0x18, "20200101000000.000Z"}, {0x18, "2020010100Z"},       {0x18, "20200101080000+0800"},
        {0x18, "20191231190000-0500"}};
    for (const auto& [tag, text] : forms) {
        EXPECT_EQ(oddCertificate({.notBefore = tlv(tag, textBytes(text))}).notBefore(),
                  "2020-01-01T00:00:00Z")
            << text;
    }
    for (const char* wrong : {"", "Z", "200230000000Z", "201301000000Z", "200101250000Z", "2001010000006Z",
                              "20010100000aZ", "200101000000+08000", "200101000000ZZ"}) {
        EXPECT_THROW(oddCertificate({.notBefore = tlv(0x17, textBytes(wrong))}), Error) << wrong;
    }
}

TEST(FieldDetails, serialNumbersOfEveryForm_areTheirOctets) {
    const auto serial = [](const char* content) {
        return oddCertificate({.serial = tlv(2, hex(content))}).serialNumber();
    };
    EXPECT_EQ(serial("a2921e44"), "a2921e44") << "top bit set, no octet before it";
    EXPECT_EQ(serial("00000012"), "12");
    EXPECT_EQ(serial("00"), "00");
    std::string forty;
    for (int i = 0; i < 40; ++i) forty += "7f";
    EXPECT_EQ(serial(forty.c_str()), forty);
}

TEST(FieldChains, oddCertificates_leadToTheirRoot) {
    const Bytes rootName = commonName(0x0C, textBytes("Field Root"));
    const Certificate root = oddRoot(rootName);
    EXPECT_EQ(chainVerdict(oddCertificate({}), {}, {root}), "");
    EXPECT_EQ(chainVerdict(oddCertificate({.notBefore = tlv(0x18, textBytes("20200101000000"))}), {}, {root}),
              "");
    EXPECT_EQ(chainVerdict(oddCertificate({.serial = tlv(2, hex("a2921e44"))}), {}, {root}), "");
    EXPECT_EQ(chainVerdict(oddCertificate({.extensions = joined({kSignUsageExtension, kSignUsageExtension})}),
                           {}, {root}),
              "");
    EXPECT_EQ(chainVerdict(oddCertificate({.fixedWidthSignature = true}), {}, {root}), "");
}

TEST(FieldChains, whatDecides_isNeverRelaxed) {
    const Bytes rootName = commonName(0x0C, textBytes("Field Root"));
    const Certificate root = oddRoot(rootName);
    const Bytes good = odd({.subject = commonName(0x0C, kGbkCompany)});
    ASSERT_EQ(chainVerdict(Certificate::fromDer(good), {}, {root}), "");
    // Any octet changed: it is no certificate, or not one of this root.
    for (std::size_t at = 4; at < good.size(); ++at) {
        Bytes changed = good;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1U);
        try {
            EXPECT_NE(chainVerdict(Certificate::fromDer(changed), {}, {root}), "") << at;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::badRequest) << at;
        }
    }
    EXPECT_TRUE(chainVerdict(oddCertificate({}), {}, {root}, in2026() + std::chrono::years(40))
                    .starts_with("expired"));
    EXPECT_TRUE(chainVerdict(oddCertificate({}), {}, {root}, in2026() - std::chrono::years(40))
                    .starts_with("not-yet-valid"));
    // A leaf issues nothing, whatever it signs.
    const Certificate leaf = oddCertificate({.subject = commonName(0x0C, textBytes("middle"))});
    const Certificate below =
        oddCertificate({.issuer = commonName(0x0C, textBytes("middle")), .signer = &leafKey()});
    EXPECT_TRUE(chainVerdict(below, {leaf}, {root}).starts_with("chain"));
    const Certificate critical =
        oddCertificate({.extensions = joined({kSignUsageExtension, hex("300b06032a03040101ff040105")})});
    EXPECT_TRUE(chainVerdict(critical, {}, {root}).starts_with("extension"));
}

}  // namespace
}  // namespace ukey::pki
