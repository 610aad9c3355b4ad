// Whose answers to an unlock count: signatures by OpenSSL's own functions, certificates of a CA for tests.
#include "tokenlib/pki/unlock_authority.hpp"

#include <gtest/gtest.h>

#include "test_ca.hpp"
#include "test_ra.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::pki {
namespace {

using test::CertificateSpec;
using test::joined;
using test::TestCa;
using test::TestKey;
using test::tlv;
using token::KeyAlgorithm;

const Bytes kRequest{0x30, 0x03, 0x02, 0x01, 0x01};
const Bytes kResponse{0x30, 0x03, 0x02, 0x01, 0x07};

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Bytes inOneRow(const std::vector<Bytes>& parts) {
    Bytes all;
    for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

/// SignedUnlockResponse, put together by hand.
Bytes answer(const TestKey& key, const std::vector<Bytes>& certificates, const Bytes& request = kRequest) {
    const std::string name = "Ukey Bridge unlock answer v1";
    const Bytes message = joined({Bytes(name.begin(), name.end()), Bytes{0}, request, kResponse});
    const auto algorithm = defaultDigest(key.publicKey().algorithm);
    const Bytes raw = key.sign(algorithm, messageDigest(key.publicKey(), algorithm, message));
    return tlv(0x30, joined({tlv(0x02, Bytes{2}), kResponse, tlv(0x30, inOneRow(certificates)),
                             tlv(0x04, signatureToDer(key.publicKey().algorithm, raw))}));
}

std::string refusal(const Bytes& answered, const UnlockAuthorities& authorities) {
    try {
        requireAuthority(signedUnlockResponseFromDer(answered), kRequest, authorities, now());
        return "";
    } catch (const Error& error) {
        return std::string(toString(error.code()));
    }
}

CertificateSpec forAnRa() {
    CertificateSpec spec;
    spec.keyUsage = 1;
    spec.extensions = {{"2.5.29.37", *fromHex("300a06082b0601050507031c")}};
    return spec;
}

class UnlockAuthority : public testing::TestWithParam<KeyAlgorithm> {
  protected:
    TestCa root_{GetParam(), "Root"};
    TestCa issuing_{root_, GetParam(), "Issuing"};
    TestKey key_ = TestKey::shared(GetParam());
    Certificate onToken_ =
        Certificate::fromDer(issuing_.issue(TestKey::shared(KeyAlgorithm::p256).publicKey()));
};

TEST_P(UnlockAuthority, keyThatTheConfigurationNames_counts) {
    const Bytes certificate = TestCa(KeyAlgorithm::p256).issue(key_.publicKey());
    EXPECT_EQ(refusal(answer(key_, {certificate}), {{Certificate::fromDer(certificate)}, {}}), "");
    EXPECT_EQ(refusal(answer(key_, {certificate}), {{}, {}}), "unlock-invalid");
    EXPECT_EQ(refusal(answer(key_, {certificate}, Bytes{0x30, 0}), {{Certificate::fromDer(certificate)}, {}}),
              "unlock-invalid")
        << "for another request";
}

TEST_P(UnlockAuthority, raThatTheTokensIssuerCertified_counts) {
    const Bytes ra = issuing_.issue(key_.publicKey(), forAnRa());
    EXPECT_EQ(refusal(answer(key_, {ra, issuing_.certificate()}), {{}, {onToken_}}), "");
    EXPECT_EQ(refusal(answer(key_, {ra}), {{}, {onToken_}}), "unlock-invalid") << "its issuer is not there";
    EXPECT_EQ(refusal(answer(key_, {ra, issuing_.certificate()}), {{}, {}}), "unlock-invalid")
        << "there is no certificate on the token";
}

TEST_P(UnlockAuthority, holderOfTheSameIssuer_isNoRa) {
    const Bytes holder = issuing_.issue(key_.publicKey());
    EXPECT_EQ(refusal(answer(key_, {holder, issuing_.certificate()}), {{}, {onToken_}}), "unlock-invalid");
    CertificateSpec encrypts = forAnRa();
    encrypts.keyUsage = test::kEncryptUsage;
    EXPECT_EQ(refusal(answer(key_, {issuing_.issue(key_.publicKey(), encrypts), issuing_.certificate()}),
                      {{}, {onToken_}}),
              "unlock-invalid");
}

TEST_P(UnlockAuthority, raOfAnotherCaOfTheSameName_isNone) {
    const TestCa other(TestCa(GetParam(), "Root"), GetParam(), "Issuing");
    const Bytes ra = other.issue(key_.publicKey(), forAnRa());
    EXPECT_EQ(refusal(answer(key_, {ra, other.certificate()}), {{}, {onToken_}}), "unlock-invalid");
    EXPECT_EQ(refusal(answer(key_, {ra, issuing_.certificate()}), {{}, {onToken_}}), "unlock-invalid");
}

TEST_P(UnlockAuthority, raWhoseCertificateHasRunOut_isNone) {
    CertificateSpec spec = forAnRa();
    spec.validFrom = std::chrono::hours(-48);
    spec.validTo = std::chrono::hours(-24);
    const Bytes ra = issuing_.issue(key_.publicKey(), spec);
    EXPECT_EQ(refusal(answer(key_, {ra, issuing_.certificate()}), {{}, {onToken_}}), "unlock-invalid");
}

INSTANTIATE_TEST_SUITE_P(Keys, UnlockAuthority,
                         testing::Values(KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p384),
                         [](const auto& test) { return std::string(toString(test.param)); });

TEST(SignedUnlockAnswer, whatIsNoAnswer_isInvalid_S32) {
    const TestKey& key = TestKey::shared(KeyAlgorithm::p256);
    const Bytes certificate = TestCa(KeyAlgorithm::p256).issue(key.publicKey());
    const Bytes good = answer(key, {certificate});
    const auto code = [](const Bytes& der) {
        try {
            (void)signedUnlockResponseFromDer(der);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    EXPECT_EQ(code(good), ErrorCode::internal) << "read";
    EXPECT_EQ(code({}), ErrorCode::unlockInvalid);
    EXPECT_EQ(code(kResponse), ErrorCode::unlockInvalid);
    EXPECT_EQ(code(answer(key, {})), ErrorCode::unlockInvalid) << "no certificate";
    EXPECT_EQ(code(answer(key, std::vector<Bytes>(9, certificate))), ErrorCode::unlockInvalid) << "too many";
    EXPECT_EQ(code(answer(key, {Bytes{0x30, 0}})), ErrorCode::unlockInvalid) << "no certificate at all";
    EXPECT_EQ(code(Bytes(40000, 0x30)), ErrorCode::unlockInvalid) << "too long";
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_EQ(code(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length))),
                  ErrorCode::unlockInvalid);
}

}  // namespace
}  // namespace ukey::pki
