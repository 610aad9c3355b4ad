#include "tokenlib/pki/chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "test_ca.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::pki {
namespace {

using test::CertificateSpec;
using test::TestCa;
using test::TestKey;
using token::KeyAlgorithm;

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string verdict(const Certificate& leaf, std::vector<Certificate> intermediates,
                    const std::vector<Certificate>& trusted) {
    try {
        checkChain(leaf, intermediates, trusted, now());
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::certificateMismatch);
        return std::string(error.reason());
    }
    return "";
}

Certificate parsed(const Bytes& der) { return Certificate::fromDer(der); }

class ChainOfEachKey : public testing::TestWithParam<KeyAlgorithm> {
  protected:
    static Bytes renewed(const TestCa& ca, std::chrono::seconds from, std::chrono::seconds to) {
        CertificateSpec spec;
        spec.subject = {{"C", "CN"}, {"CN", "Root"}};
        spec.keyUsage = test::kCaUsage;
        spec.ca = true;
        spec.validFrom = from;
        spec.validTo = to;
        spec.serial = 77;
        return ca.issue(*parsed(ca.certificate()).publicKey(), spec);
    }
};

TEST_P(ChainOfEachKey, oldAndRenewedRootOfOneNameAndKey_holdThroughTheOneThatIsValid) {
    const TestCa ca(GetParam(), "Root");
    const Certificate leaf = parsed(ca.issue(TestKey::shared(KeyAlgorithm::sm2).publicKey()));
    const Certificate root = parsed(ca.certificate());
    const Certificate old = parsed(renewed(ca, std::chrono::hours(-48), std::chrono::hours(-1)));
    ASSERT_EQ(old.subjectDer(), root.subjectDer());
    std::vector<Certificate> both{old, root};
    do {
        EXPECT_EQ(verdict(leaf, {}, both), "");
        EXPECT_EQ(verdict(leaf, both, both), "");
        EXPECT_EQ(verdict(leaf, both, {root}), "");
    } while (std::next_permutation(both.begin(), both.end(), [](const Certificate& a, const Certificate& b) {
        return a.der() < b.der();
    }));
    EXPECT_EQ(verdict(leaf, {root}, {old}), "chain") << "only the old one is trusted";
}

TEST_P(ChainOfEachKey, issuersOfOneNameAndOtherKeys_areToldApartByTheSignature) {
    const TestCa root(GetParam(), "Root");
    const TestCa right(root, GetParam(), "Issuing");
    const Certificate leaf = parsed(right.issue(TestKey::shared(KeyAlgorithm::sm2).publicKey()));
    std::vector<Certificate> sent{parsed(right.certificate())};
    for (int i = 0; i < 3; ++i)
        sent.push_back(parsed(TestCa(root, KeyAlgorithm::sm2, "Issuing").certificate()));
    sent.push_back(parsed(TestCa(KeyAlgorithm::sm2, "Somebody else").certificate()));
    sent.push_back(parsed(root.certificate()));
    const std::vector<Certificate> trusted{parsed(TestCa(KeyAlgorithm::sm2, "Root").certificate()),
                                           parsed(root.certificate())};
    EXPECT_EQ(verdict(leaf, sent, trusted), "");
    std::reverse(sent.begin(), sent.end());
    EXPECT_EQ(verdict(leaf, sent, trusted), "");
    sent.erase(std::find(sent.begin(), sent.end(), parsed(right.certificate())));
    EXPECT_EQ(verdict(leaf, sent, trusted), "chain");
}

INSTANTIATE_TEST_SUITE_P(Keys, ChainOfEachKey,
                         testing::Values(KeyAlgorithm::sm2, KeyAlgorithm::p256, KeyAlgorithm::p384),
                         [](const auto& test) { return std::string(token::toString(test.param)); });

TEST(Chain, manyCertificatesThatCouldAllHaveIssuedOneAnother_endTheSearch) {
    const TestCa ca(KeyAlgorithm::sm2, "Same");
    std::vector<Certificate> many;
    for (std::uint64_t serial = 1; serial < 24; ++serial) {
        CertificateSpec spec;
        spec.subject = {{"C", "CN"}, {"CN", "Same"}};
        spec.keyUsage = test::kCaUsage;
        spec.ca = true;
        spec.serial = serial;
        many.push_back(parsed(ca.issue(*parsed(ca.certificate()).publicKey(), spec)));
    }
    const Certificate leaf = parsed(ca.issue(TestKey::shared(KeyAlgorithm::sm2).publicKey()));
    const TestCa other(KeyAlgorithm::sm2, "Other");
    EXPECT_EQ(verdict(leaf, many, {parsed(other.certificate())}), "chain");
}

}  // namespace
}  // namespace ukey::pki
