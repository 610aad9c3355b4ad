#include "tokenlib/enrolment/plan.hpp"

#include <gtest/gtest.h>

#include "tokenlib/base/error.hpp"

namespace ukey::enrolment {
namespace {

using token::KeyAlgorithm;
using token::KeyEntry;
using token::KeyUsage;

KeyEntry entry(const std::string& container, KeyUsage usage) {
    KeyEntry entry;
    entry.ref = {container, usage};
    entry.publicKey = token::PublicKey{KeyAlgorithm::sm2, Bytes(65, 4), {}, {}};
    entry.certificate = {1};
    return entry;
}

std::vector<KeyEntry> dual(const std::vector<std::string>& containers) {
    std::vector<KeyEntry> keys;
    for (const auto& name : containers) {
        keys.push_back(entry(name, KeyUsage::sign));
        keys.push_back(entry(name, KeyUsage::encrypt));
    }
    return keys;
}

class Plan : public testing::Test {
  protected:
    Plan() { order_.kind = Kind::renew; }
    Record make(const std::vector<KeyEntry>& keys, const std::vector<std::string>& history = {}) {
        token::TokenInfo token;
        token.room = room_;
        return plan(order_, token, keys, history, {});
    }
    std::string refusal(const std::vector<KeyEntry>& keys, const std::vector<std::string>& history = {}) {
        try {
            make(keys, history);
        } catch (const Error& error) {
            return std::string(toString(error.code()));
        }
        return "";
    }
    Order order_;
    std::optional<unsigned> room_;
};

TEST_F(Plan, issue_replacesNothing) {
    order_.kind = Kind::issue;
    const Record record = make(dual({"A"}));
    EXPECT_EQ(record.oldContainer, "");
    EXPECT_FALSE(record.keepsHistory);
}

TEST_F(Plan, names_areFitForEveryVendorAndNeverTheSame) {
    const Record one = make(dual({"A"}));
    const Record two = make(dual({"A"}));
    EXPECT_NE(one.container, two.container);
    EXPECT_NE(one.id, two.id);
    EXPECT_TRUE(one.container.starts_with("ukey-enrol-"));
    EXPECT_LE(one.container.size(), 39U);
    EXPECT_EQ(one.container.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos);
}

TEST_F(Plan, renewal_findsTheOnlyCertificateThatCounts) {
    EXPECT_EQ(refusal({}), "certificate-not-found");
    EXPECT_EQ(make(dual({"A"})).oldContainer, "A");
    EXPECT_EQ(refusal(dual({"A", "B"})), "bad-request");
    EXPECT_EQ(make(dual({"A", "B"}), {"A"}).oldContainer, "B");
    // Two certificates for one key are still one key to renew.
    auto twice = dual({"A"});
    twice.push_back(twice.front());
    twice.back().certificate = {2};
    EXPECT_EQ(make(twice).oldContainer, "A");
    order_.replaces = "A";
    EXPECT_EQ(make(dual({"A", "B"})).oldContainer, "A");
    EXPECT_EQ(refusal(dual({"B"})), "certificate-not-found");
    EXPECT_EQ(refusal(dual({"A", "B"}), {"A"}), "certificate-not-found");
}

TEST_F(Plan, room_decidesWhatBecomesOfTheOldKey) {
    EXPECT_TRUE(make(dual({"A"})).keepsHistory);
    EXPECT_FALSE(make({entry("A", KeyUsage::sign)}).keepsHistory);
    room_ = 2;
    EXPECT_TRUE(make(dual({"A"})).keepsHistory);
    room_ = 1;
    EXPECT_FALSE(make(dual({"A"})).keepsHistory);
    room_ = 0;
    EXPECT_EQ(refusal(dual({"A"})), "token-full");
}

TEST_F(Plan, fullToken_letsTheOldestHistoryGoFirst) {
    room_ = 1;
    const Record tight = make(dual({"H1", "H2", "A"}), {"H1", "H2"});
    EXPECT_EQ(tight.displaced, "H1");
    EXPECT_TRUE(tight.keepsHistory);
    room_ = 5;
    EXPECT_EQ(make(dual({"H1", "A"}), {"H1"}).displaced, "");
    room_ = 0;
    EXPECT_EQ(refusal(dual({"A"}), {"gone"}), "token-full");
    room_.reset();
    order_.isFull = true;
    EXPECT_EQ(make(dual({"H1", "A"}), {"H1"}).displaced, "H1");
    EXPECT_EQ(refusal(dual({"A"})), "token-full");
}

TEST_F(Plan, keptKeys_stayInTheirContainerAndTheirCertificatesInTheJournal) {
    order_.keys = Keys::kept;
    room_ = 0;
    const Record record = make(dual({"A"}));
    EXPECT_EQ(record.container, "A");
    EXPECT_EQ(record.old, (CertificatePair{{1}, {1}}));
    order_.algorithm = KeyAlgorithm::rsa2048;
    EXPECT_EQ(refusal(dual({"A"})), "bad-request");
    order_.kind = Kind::issue;
    EXPECT_EQ(refusal(dual({"A"})), "bad-request");
}

}  // namespace
}  // namespace ukey::enrolment
