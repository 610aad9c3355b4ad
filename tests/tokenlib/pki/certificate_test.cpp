#include "tokenlib/pki/certificate.hpp"

#include <botan/data_src.h>
#include <botan/x509cert.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <random>

#include "test_ca.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::pki {
namespace {

using test::CertificateSpec;
using test::TestCa;
using test::TestKey;
using token::KeyAlgorithm;
using token::KeyUsage;

Bytes derString(std::uint8_t tag, std::string_view text) {
    Bytes out{tag, static_cast<std::uint8_t>(text.size())};
    out.insert(out.end(), text.begin(), text.end());
    return out;
}

ErrorCode codeOf(const auto& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

class CertificateOfEachKey : public testing::TestWithParam<KeyAlgorithm> {};

TEST_P(CertificateOfEachKey, parsed_showsWhatBotanShows) {
    const TestCa ca(GetParam());
    const TestKey& key = TestKey::shared(GetParam());
    const Bytes der = ca.issue(key.publicKey());
    const Certificate certificate = Certificate::fromDer(der);
    Botan::DataSource_Memory source(der.data(), der.size());
    const Botan::X509_Certificate botan(source);

    EXPECT_EQ(certificate.subject(), "CN=张三,O=测试单位,C=CN");
    EXPECT_EQ(certificate.issuer(), "CN=Test Root,C=CN");
    EXPECT_EQ(certificate.subjectText(), "张三, 测试单位");
    EXPECT_EQ(certificate.serialNumber(), "1234567890abcdef");
    EXPECT_EQ(toHex(certificate.serialNumberDer()), "02081234567890abcdef");
    EXPECT_EQ(certificate.keyAlgorithm(), GetParam());
    EXPECT_EQ(certificate.publicKey(), key.publicKey());
    EXPECT_EQ(certificate.subjectPublicKeyInfo(), test::spkiOf(key));
    EXPECT_EQ(certificate.usage(), KeyUsage::sign);
    EXPECT_FALSE(certificate.isCa());

    std::string fingerprint = botan.fingerprint("SHA-256");
    std::erase(fingerprint, ':');
    std::transform(fingerprint.begin(), fingerprint.end(), fingerprint.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    EXPECT_EQ(certificate.thumbprint(), fingerprint);
    const auto botanSubject = botan.raw_subject_dn();
    EXPECT_EQ(certificate.subjectDer(), Bytes(botanSubject.begin(), botanSubject.end()));
    EXPECT_EQ(certificate.notAfterTime(),
              std::chrono::floor<std::chrono::seconds>(botan.not_after().to_std_timepoint()));
    EXPECT_EQ(Certificate::fromPem(certificate.pem()), certificate);
    EXPECT_EQ(botan.PEM_encode(), certificate.pem());
}

INSTANTIATE_TEST_SUITE_P(Keys, CertificateOfEachKey,
                         testing::Values(KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256,
                                         KeyAlgorithm::p384),
                         [](const auto& test) { return std::string(token::toString(test.param)); });

class CertificateFields : public testing::Test {
  protected:
    static const TestCa& ca() {
        static const TestCa instance(KeyAlgorithm::sm2);
        return instance;
    }
    static const TestKey& key() {
        static const TestKey instance = TestKey::generate(KeyAlgorithm::sm2);
        return instance;
    }
    static Certificate issue(const CertificateSpec& spec) {
        return Certificate::fromDer(ca().issue(key().publicKey(), spec));
    }
};

TEST_F(CertificateFields, usage_comesFromKeyUsageOnly) {
    EXPECT_EQ(issue({.keyUsage = test::kSignUsage}).usage(), KeyUsage::sign);
    EXPECT_EQ(issue({.keyUsage = kKeyEncipherment | kDataEncipherment}).usage(), KeyUsage::encrypt);
    EXPECT_EQ(issue({.keyUsage = kKeyAgreement}).usage(), KeyUsage::encrypt);
    const Certificate both = issue({.keyUsage = kDigitalSignature | kKeyEncipherment});
    EXPECT_EQ(both.usage(), KeyUsage::sign);
    EXPECT_TRUE(both.allows(KeyUsage::encrypt));
    const Certificate none = issue({.keyUsage = 0});
    EXPECT_EQ(none.keyUsage(), std::nullopt);
    EXPECT_TRUE(none.allows(KeyUsage::sign) && none.allows(KeyUsage::encrypt));
    const Certificate root = Certificate::fromDer(ca().certificate());
    EXPECT_EQ(root.usage(), std::nullopt);
    EXPECT_TRUE(root.isCa());
    EXPECT_FALSE(issue({.keyUsage = test::kEncryptUsage}).allows(KeyUsage::sign));
}

TEST_F(CertificateFields, validity_isToldInRfc3339AndComparable) {
    const Certificate certificate =
        issue({.validFrom = std::chrono::hours(-2), .validTo = std::chrono::hours(-1)});
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    EXPECT_FALSE(certificate.isValidAt(now));
    EXPECT_TRUE(certificate.isValidAt(now - std::chrono::minutes(90)));
    EXPECT_EQ(certificate.notBefore(), toRfc3339(certificate.notBeforeTime()));
    EXPECT_EQ(toRfc3339(std::chrono::sys_seconds(std::chrono::seconds(951827696))), "2000-02-29T12:34:56Z");
}

TEST_F(CertificateFields, identities_areReadWhateverTheirForm) {
    Bytes bmp{0x1E, 4, 0x6D, 0x59, 0x6C, 0x5F};
    Bytes inChoice{0xA0, 10};
    const Bytes inner = derString(0x13, "33010219");
    inChoice.insert(inChoice.end(), inner.begin(), inner.end());
    const Certificate certificate = issue({.extensions = {
                                               {"1.2.156.10260.4.1.4", derString(0x0C, "91330100MA27XXXX0X")},
                                               {"1.2.156.10260.4.1.1", inChoice},
                                               {"1.2.156.10260.4.1.3", derString(0x81, "implicit")},
                                               {"1.2.86.11.7.5", Bytes{'b', 'a', 'r', 'e'}},
                                               {"1.2.156.112562.2.1.1.9", bmp},
                                               {"1.2.3.4", derString(0x0C, "not an identity")},
                                               {"1.2.156.10260.4.1.2", Bytes{0x04, 0x02, 0x00, 0x01}},
                                           }});
    const std::vector<IdentityExtension> expected{
        {"1.2.156.10260.4.1.4", "organisationCode", "91330100MA27XXXX0X"},
        {"1.2.156.10260.4.1.1", "personalIdentityCode", "33010219"},
        {"1.2.156.10260.4.1.3", "businessRegistrationNumber", "implicit"},
        {"1.2.86.11.7.5", "taxNumber", "bare"},
        {"1.2.156.112562.2.1.1.9", "1.2.156.112562.2.1.1.9", "浙江"},
    };
    EXPECT_EQ(certificate.identities(), expected);
}

TEST_F(CertificateFields, textThatCouldMislead_isMadePrintable_S12) {
    const Certificate certificate =
        issue({.subject = {{"O", "Bank"}, {"CN", "a\u202Egpj.exe\nsecond line"}}});
    EXPECT_EQ(certificate.subjectText(), "agpj.exesecond line, Bank");
    EXPECT_EQ(certificate.subject().find('\n'), std::string::npos);
    EXPECT_EQ(issue({.subject = {{"O", "only"}}}).subjectText(), "only");
    EXPECT_EQ(issue({.subject = {{"O", "same"}, {"CN", "same"}}}).subjectText(), "same");
    EXPECT_EQ(issue({.subject = {{"CN", "a,b+c"}}}).subject(), "CN=a\\,b\\+c");
}

TEST_F(CertificateFields, serialNumbersOfEverySize_areEvenHexadecimal) {
    EXPECT_EQ(issue({.serial = 5}).serialNumber(), "05");
    EXPECT_EQ(issue({.serial = 0}).serialNumber(), "00");
    EXPECT_EQ(issue({.serial = 0x80}).serialNumber(), "80");
    EXPECT_EQ(toHex(issue({.serial = 0x80}).serialNumberDer()), "02020080");
}

TEST(CertificateOfOtherKey, rsa1024_isReadButHasNoKey_S23) {
    // By OpenSSL's command line: an RSA key of 1024 bits, self-signed.
    const char* pem =
        "-----BEGIN CERTIFICATE-----\n"
        "MIIB+DCCAWGgAwIBAgIUS8EsS8eq+nhO69V0PMU09L60j00wDQYJKoZIhvcNAQEL\n"
        "BQAwDjEMMAoGA1UEAwwDb2xkMB4XDTI2MTEyMzIzMzkyMVoXDTM2MTEyMDIzMzky\n"
        "MVowDjEMMAoGA1UEAwwDb2xkMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7\n"
        "0BI9ucr8dgNeCK1+7pfY7ljwN1Gvhv5JMt/w0FcLzboFowhzzP0Rzx2ZWDDqH7cj\n"
        "AC4mFjgnVDwiDIcicFS8NFtVK3zkzV9nz+mJvLDfwohOW420ws9j0fX60XZ8mxbr\n"
        "eM6he5+G6GdiwRznRBsQdizqdGaJy8Wx5tHNp0CVGQIDAQABo1MwUTAdBgNVHQ4E\n"
        "FgQUJk2aTeE6LF0wiNyTTiglCGUbauUwHwYDVR0jBBgwFoAUJk2aTeE6LF0wiNyT\n"
        "TiglCGUbauUwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOBgQAGlOLN\n"
        "xoeQ1vg+0oZl3+ApMjlut/LmNKM3R0w+31a5+JoSyWnfj5cFG3rv3aDCVX/A6Q6b\n"
        "NG6BVd/vjHQtUBwDZwHMH6qb+iWzkMnTRQFi+fp4ZEi5bInT1eZgOClIQ90gZiEZ\n"
        "OkdRAUkXPxioyacQViUSMBeSl0H3MzuAqlBlqA==\n"
        "-----END CERTIFICATE-----\n";
    const Certificate certificate = Certificate::fromPem(pem);
    EXPECT_EQ(certificate.publicKey(), std::nullopt);
    EXPECT_EQ(certificate.keyAlgorithm(), std::nullopt);
    EXPECT_EQ(certificate.subjectText(), "old");
}

TEST_F(CertificateFields, inputThatIsNoCertificate_isRefused) {
    const Bytes der = ca().issue(key().publicKey());
    for (std::size_t length = 0; length < der.size(); ++length) {
        EXPECT_EQ(codeOf([&] { Certificate::fromDer(ByteView(der).first(length)); }), ErrorCode::badRequest);
    }
    Bytes longer = der;
    longer.push_back(0);
    EXPECT_EQ(codeOf([&] { Certificate::fromDer(longer); }), ErrorCode::badRequest);
    EXPECT_EQ(codeOf([&] { Certificate::fromDer(Bytes(64 * 1024 + 1)); }), ErrorCode::tooLarge);
    const std::string pem = Certificate::fromDer(der).pem();
    EXPECT_EQ(codeOf([&] { Certificate::fromPem(pem + pem); }), ErrorCode::badRequest);
    EXPECT_EQ(codeOf([&] { Certificate::fromPem(pem.substr(0, pem.size() - 10)); }), ErrorCode::badRequest);
    EXPECT_EQ(codeOf([&] { Certificate::fromPem(""); }), ErrorCode::badRequest);
    EXPECT_EQ(codeOf([&] { Certificate::fromPem(std::string(300'000, 'A')); }), ErrorCode::tooLarge);
    EXPECT_EQ(Certificate::fromPem("Subject: …\r\n" + pem + "trailing text").der(), der);
}

TEST_F(CertificateFields, everyOctetChanged_eitherParsesOrIsRefusedWithAnError) {
    const Bytes der = ca().issue(
        key().publicKey(), {.extensions = {{"1.2.156.10260.4.1.4", derString(0x0C, "91330100MA27XXXX0X")}}});
    std::mt19937 random(7);
    for (std::size_t at = 0; at < der.size(); ++at) {
        Bytes changed = der;
        changed[at] = static_cast<std::uint8_t>(changed[at] + 1 + random() % 255);
        try {
            Certificate::fromDer(changed);
        } catch (const Error&) {
        }
    }
}

}  // namespace
}  // namespace ukey::pki
