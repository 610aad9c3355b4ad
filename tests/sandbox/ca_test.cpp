// The CA, checked by OpenSSL's command line and by Botan.
#include "sandbox/ca/certificate_centre.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/ca/signing.hpp"
#include "tests/sandbox/support.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ca {
namespace {

using namespace std::chrono_literals;
using sandbox_test::certify;
using sandbox_test::runCommand;
using sandbox_test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;
using token::KeyAlgorithm;
using token::KeyUsage;

class CaTest : public ::testing::Test {
  protected:
    CaTest() {
        sandbox_test::putCa(folder_.path() / "ca");
        centre_ =
            std::make_unique<CertificateCentre>(folder_.path() / "ca", kDefaultPublicUrl, clock_.clock());
    }

    /// One link of the chain: OpenSSL 3.0's command line gives the SM2 identifier to the first certificate
    /// only.
    std::string verifyOnCommandLine(const std::string& pem, X509* issuer) {
        const auto leaf = folder_.write("leaf.pem", pem);
        const auto trusted = folder_.write("issuer.pem", toPem(issuer));
        const bool sm2 = algorithmOf(X509_get0_pubkey(issuer)) == KeyAlgorithm::sm2;
        return runCommand(std::string("openssl verify -x509_strict -partial_chain ") +
                          (sm2 ? "-vfyopt distid:1234567812345678 " : "") + "-trusted " + trusted.string() +
                          " " + leaf.string())
            .output;
    }
    std::string printed(const std::string& pem) {
        const auto leaf = folder_.write("leaf.pem", pem);
        return runCommand("openssl x509 -noout -text -nameopt utf8,sep_comma_plus -in " + leaf.string())
            .output;
    }
    std::string printedCrl(const Bytes& der) {
        const auto file = folder_.write("list.crl", asText(der));
        return runCommand("openssl crl -inform DER -noout -text -in " + file.string()).output;
    }

    TemporaryFolder folder_;
    sandbox_test::TestClock clock_;
    std::unique_ptr<CertificateCentre> centre_;
};

TEST_F(CaTest, certificateOfEachAlgorithm_verifiesOnOpensslCommandLine) {
    for (const auto algorithm :
         {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256, KeyAlgorithm::p384}) {
        const auto holder = certify(*centre_, algorithm);
        auto& authority = centre_->authorityFor(algorithm);
        EXPECT_THAT(verifyOnCommandLine(holder.pem(), authority.issuing()), HasSubstr(": OK"))
            << token::toString(algorithm);
        EXPECT_THAT(verifyOnCommandLine(toPem(authority.issuing()), authority.root()), HasSubstr(": OK"));
    }
}

TEST_F(CaTest, certificateThatWasTamperedWith_doesNotVerify) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    auto der = toDer(i2d_X509, holder.certificate.get());
    der.back() = static_cast<std::uint8_t>(der.back() ^ 1U);
    const auto tampered = certificateFromDer(der);
    EXPECT_THAT(verifyOnCommandLine(toPem(tampered.get()), centre_->sm2().issuing()), Not(HasSubstr(": OK")));
}

TEST_F(CaTest, sm2Chain_verifiesWithBotan) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    X509* const chain[] = {holder.certificate.get(), centre_->sm2().issuing(), centre_->sm2().root(),
                           centre_->sm2().root()};
    for (std::size_t i = 0; i + 1 < std::size(chain); ++i) {
        const ASN1_BIT_STRING* signature = nullptr;
        X509_get0_signature(&signature, nullptr, chain[i]);
        const auto tbs = toDer(i2d_re_X509_tbs, chain[i]);
        EXPECT_TRUE(sandbox_test::botanVerifies(
            toPublicKey(X509_get0_pubkey(chain[i + 1])), tbs,
            {ASN1_STRING_get0_data(signature), static_cast<std::size_t>(ASN1_STRING_length(signature))}))
            << i;
    }
}

TEST_F(CaTest, pairOfCertificates_hasTheUsagesOfGmt0015) {
    const auto sign = printed(certify(*centre_, KeyAlgorithm::sm2, KeyUsage::sign).pem());
    EXPECT_THAT(
        sign, HasSubstr("X509v3 Key Usage: critical\n                Digital Signature, Non Repudiation\n"));
    EXPECT_THAT(sign, HasSubstr("http://127.0.0.1:8600/crl/sm2.crl"));
    EXPECT_THAT(sign, HasSubstr("X509v3 Subject Key Identifier"));
    EXPECT_THAT(sign, HasSubstr("X509v3 Authority Key Identifier"));
    EXPECT_THAT(sign, HasSubstr("CN=张三"));
    const auto encrypt = printed(certify(*centre_, KeyAlgorithm::sm2, KeyUsage::encrypt).pem());
    EXPECT_THAT(encrypt,
                HasSubstr("X509v3 Key Usage: critical\n                Key Encipherment, Data Encipherment, "
                          "Key Agreement\n"));
    const auto rsa = printed(certify(*centre_, KeyAlgorithm::rsa2048, KeyUsage::encrypt).pem());
    EXPECT_THAT(
        rsa, HasSubstr("X509v3 Key Usage: critical\n                Key Encipherment, Data Encipherment\n"));
}

TEST_F(CaTest, subject_isUtf8StringButForTheCountry) {
    const auto leaf = folder_.write("leaf.pem", certify(*centre_, KeyAlgorithm::sm2).pem());
    const auto parsed = runCommand("openssl asn1parse -in " + leaf.string()).output;
    EXPECT_THAT(parsed, HasSubstr("PRINTABLESTRING   :CN"));
    EXPECT_THAT(parsed, Not(HasSubstr("BMPSTRING")));
    EXPECT_THAT(parsed, HasSubstr("UTF8STRING        :张三"));
}

TEST_F(CaTest, serialNumbers_are128BitsAndDiffer) {
    const auto first = certify(*centre_, KeyAlgorithm::sm2).serial();
    const auto second = certify(*centre_, KeyAlgorithm::sm2).serial();
    EXPECT_EQ(first.size(), 32U);
    EXPECT_NE(first, second);
}

TEST_F(CaTest, revokedCertificate_isOnTheNextList_forBothChains) {
    for (const auto algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::p256}) {
        auto& authority = centre_->authorityFor(algorithm);
        const auto holder = certify(*centre_, algorithm);
        EXPECT_THAT(printedCrl(authority.crl()), HasSubstr("No Revoked Certificates"));
        centre_->revoke(holder.serial(), RevocationReason::superseded);
        const auto list = printedCrl(authority.crl());
        std::string serial = holder.serial();
        std::transform(serial.begin(), serial.end(), serial.begin(), ::toupper);
        EXPECT_THAT(list, HasSubstr(serial));
        EXPECT_THAT(list, HasSubstr("Superseded"));
        EXPECT_TRUE(centre_->find(holder.serial())->revoked.has_value());
    }
}

TEST_F(CaTest, revocationList_verifiesOnOpensslCommandLineAndWithBotan) {
    const auto rsa = folder_.write("rsa.crl", asText(centre_->rsa().crl()));
    const auto issuer = folder_.write("issuer.pem", toPem(centre_->rsa().issuing()));
    EXPECT_THAT(
        runCommand("openssl crl -inform DER -noout -CAfile " + issuer.string() + " -in " + rsa.string())
            .output,
        HasSubstr("verify OK"));

    const auto der = centre_->sm2().crl();
    const unsigned char* cursor = der.data();
    const CrlPtr list(d2i_X509_CRL(nullptr, &cursor, static_cast<long>(der.size())));
    ASSERT_TRUE(list);
    const ASN1_BIT_STRING* signature = nullptr;
    X509_CRL_get0_signature(list.get(), &signature, nullptr);
    EXPECT_TRUE(sandbox_test::botanVerifies(
        toPublicKey(X509_get0_pubkey(centre_->sm2().issuing())), toDer(i2d_re_X509_CRL_tbs, list.get()),
        {ASN1_STRING_get0_data(signature), static_cast<std::size_t>(ASN1_STRING_length(signature))}));
}

TEST_F(CaTest, revocationList_isMadeAnewAfterHalfItsLife) {
    const auto first = centre_->sm2().crl();
    EXPECT_EQ(centre_->sm2().crl(), first);
    clock_.advance(13h);
    const auto second = centre_->sm2().crl();
    EXPECT_NE(second, first);
    EXPECT_THAT(printedCrl(second), HasSubstr("X509v3 CRL Number: \n                2"));
}

TEST_F(CaTest, unknownSerial_cannotBeRevoked) {
    EXPECT_THROW(centre_->revoke("00", RevocationReason::unspecified), Error);
}

TEST_F(CaTest, openedAgain_isTheSameCa) {
    const auto holder = certify(*centre_, KeyAlgorithm::sm2);
    CertificateCentre again(folder_.path() / "ca");
    EXPECT_EQ(again.chainPem(), centre_->chainPem());
    EXPECT_TRUE(again.find(holder.serial()).has_value());
}

TEST_F(CaTest, files_areReadableByTheirOwnerOnly) {
    using std::filesystem::perms;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "ca")) {
        EXPECT_EQ(entry.status().permissions() & (perms::group_all | perms::others_all), perms::none)
            << entry.path();
    }
}

TEST_F(CaTest, requestOfTheCommandLine_isReadAndItsForgeryRefused) {
    const auto file = folder_.path() / "request.pem";
    const auto key = folder_.path() / "request.key";
    ASSERT_EQ(runCommand("openssl genpkey -algorithm SM2 -out " + key.string()).status, 0);
    ASSERT_EQ(runCommand("openssl req -new -utf8 -sm3 -sigopt distid:1234567812345678 -subj /CN=test -key " +
                         key.string() + " -out " + file.string())
                  .status,
              0);
    const auto pem = runCommand("cat " + file.string()).output;
    EXPECT_EQ(algorithmOf(X509_REQ_get0_pubkey(readRequest(pem).get())), KeyAlgorithm::sm2);

    const auto otherName = folder_.path() / "other.pem";
    ASSERT_EQ(runCommand("openssl req -new -utf8 -sm3 -sigopt distid:somebody -subj /CN=test -key " +
                         key.string() + " -out " + otherName.string())
                  .status,
              0);
    EXPECT_THROW(readRequest(runCommand("cat " + otherName.string()).output), Error);
    EXPECT_THROW(readRequest("nonsense"), Error);
}

}  // namespace
}  // namespace ukey::ca
