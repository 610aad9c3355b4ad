#include "tokenlib/pki/transfer_text.hpp"

#include <gtest/gtest.h>

#include "test_ca.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate_bag.hpp"
#include "tokenlib/pki/pem.hpp"

namespace ukey::pki {
namespace {

using test::TestCa;
using test::TestKey;
using token::KeyAlgorithm;

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
        text.replace(at, what.size(), with);
    }
    return text;
}

std::string inUtf16(std::string_view text, bool littleEndian) {
    std::string out = littleEndian ? "\xFF\xFE" : "\xFE\xFF";
    for (const char c : text) out += littleEndian ? std::string{c, '\0'} : std::string{'\0', c};
    return out;
}

std::string withColons(std::string_view digits) {
    std::string out;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        if (at != 0) out += ':';
        out += digits.substr(at, 2);
    }
    return out;
}

/// The same octets as a dozen programs would send them.
std::vector<std::string> formsOf(const Bytes& der, std::string_view label) {
    const std::string pem = toPem(label, der);
    const std::string base64 = toBase64(der);
    const std::string digits = toHex(der);
    std::string lines = base64;
    for (std::size_t at = 76; at < lines.size(); at += 78) lines.insert(at, "\r\n");
    return {std::string(asText(der)),
            std::string(asText(der)) + "\n",
            std::string(asText(der)) + "\r\n",
            std::string(asText(der)) + std::string(3, '\0'),
            pem,
            "\xEF\xBB\xBF" + pem,
            "发给您的证书：\n" + pem + "完",
            replaced(pem, "\n", "\r\n"),
            replaced(pem, "\n", "\\n"),
            replaced(pem, "\n", "\\r\\n"),
            replaced(pem, "\n", " "),
            '"' + replaced(pem, "\n", "\\n") + '"',
            inUtf16(pem, true),
            inUtf16(pem, false),
            base64,
            "\xEF\xBB\xBF" + base64 + "\r\n",
            lines,
            replaced(lines, "\r\n", "\\n"),
            inUtf16(base64, true),
            '"' + base64 + '"',
            replaced(base64, "/", "\\/"),
            toBase64Url(der),
            digits,
            withColons(digits),
            replaced(withColons(digits), ":", " "),
            "0x" + digits,
            "\xEF\xBB\xBF" + digits + "\n"};
}

TEST(TransferText, certificateInEveryForm_isRead) {
    const TestCa ca(KeyAlgorithm::sm2);
    const Bytes der = ca.issue(TestKey::shared(KeyAlgorithm::sm2).publicKey());
    for (const char* label : {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}) {
        int form = 0;
        for (const std::string& text : formsOf(der, label)) {
            const auto certificates = parseCertificates(text);
            ASSERT_EQ(certificates.size(), 1U) << form;
            EXPECT_EQ(certificates.front().der(), der) << form;
            ++form;
        }
    }
}

TEST(TransferText, keyInEveryForm_isTheSameOctets) {
    const Bytes key = *fromHex("3082010401ff" + std::string(512, 'a') + "0000");
    int form = 0;
    for (const std::string& text : formsOf(key, "SM2 ENVELOPED KEY")) {
        const auto octets = objectFrom(text, beginsWithSequence);
        ASSERT_TRUE(octets) << form;
        EXPECT_EQ(toBytes(firstElement(*octets)), key) << form;
        ++form;
    }
}

TEST(TransferText, trustedCertificate_isReadWithoutItsTrust) {
    const TestCa ca(KeyAlgorithm::sm2);
    // SEQUENCE { SEQUENCE { serverAuth }, UTF8String "a" } and, without purposes, an alias alone.
    for (const char* settings : {"300f300a06082b060105050703010c0161", "30030c0161", "3000"}) {
        Bytes trusted = ca.certificate();
        const Bytes more = *fromHex(settings);
        trusted.insert(trusted.end(), more.begin(), more.end());
        const auto certificates = parseCertificates(toPem("TRUSTED CERTIFICATE", trusted));
        ASSERT_EQ(certificates.size(), 1U) << settings;
        EXPECT_EQ(certificates.front().der(), ca.certificate());
    }
}

TEST(TransferText, certificatesOneAfterTheOther_areAllRead) {
    const TestCa ca(KeyAlgorithm::sm2);
    const Bytes leaf = ca.issue(TestKey::shared(KeyAlgorithm::sm2).publicKey());
    Bytes both = leaf;
    both.insert(both.end(), ca.certificate().begin(), ca.certificate().end());
    EXPECT_EQ(parseCertificates(asText(both)).size(), 2U);
    EXPECT_EQ(parseCertificates(toBase64(both)).size(), 2U);
    EXPECT_EQ(parseCertificates(toPem("CERTIFICATE", leaf) + toPem("CERTIFICATE", ca.certificate())).size(),
              2U);
}

TEST(TransferText, whatIsNone_isRefused) {
    const TestCa ca(KeyAlgorithm::sm2);
    Bytes followed = ca.certificate();
    followed.push_back('x');
    const std::string base64 = toBase64(ca.certificate());
    for (const std::string& text :
         {std::string(), std::string("\n"), std::string("0x"), std::string("MII"),
          std::string(asText(followed)), base64.substr(0, base64.size() - 8), toPem("CERTIFICATE", Bytes{}),
          std::string("-----BEGIN "), toPem("CERTIFICATE", ca.certificate()).substr(0, 300),
          std::string("\xFF\xFE", 2)}) {
        EXPECT_THROW(parseCertificates(text), Error) << text.substr(0, 40);
    }
}

}  // namespace
}  // namespace ukey::pki
