#include "tokenlib/signing/signature_of_token.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <limits>

#include "tests/tokenlib/pki/test_ca.hpp"

namespace ukey::signing {
namespace {

using pki::test::TestKey;
using token::KeyAlgorithm;

/// A driver with so many ways to sign, one of which is right.
class SignatureOfToken : public testing::Test {
  protected:
    /// As it answers a host's call.
    boost::asio::awaitable<Bytes> sign(token::Sign operation) {
        asked_.push_back(operation.attempt);
        if (failure_) throw Error(*failure_, "told to fail");
        if (operation.attempt >= ways_) throw Error(ErrorCode::unsupported, "no other way");
        Bytes digest = operation.digest;
        if (operation.attempt != right_) digest.front() ^= 1U;
        co_return key().sign(operation.digestAlgorithm, digest);
    }
    static const TestKey& key() { return TestKey::shared(KeyAlgorithm::p256); }
    /// The signature; or the name of the error.
    std::string outcome() {
        token::Sign operation;
        operation.digestAlgorithm = token::DigestAlgorithm::sha256;
        operation.digest = Bytes(32, 7);
        asked_.clear();
        const auto call = [this](token::Sign one) { return sign(std::move(one)); };
        boost::asio::io_context context;
        auto result = boost::asio::co_spawn(
            context, signatureOfToken(call, operation, key().publicKey(), way_), boost::asio::use_future);
        context.run();
        try {
            const Bytes raw = result.get();
            return pki::verify(key().publicKey(), operation.digestAlgorithm, operation.digest, raw) ? "good"
                                                                                                    : "bad";
        } catch (const Error& error) {
            return std::string(toString(error.code()));
        }
    }

    unsigned ways_ = 1;
    unsigned right_ = 0;
    Way way_;
    std::optional<ErrorCode> failure_;
    std::vector<unsigned> asked_;
};

using Asked = std::vector<unsigned>;

}  // namespace

TEST_F(SignatureOfToken, onlyWay_isOneCall) {
    EXPECT_EQ(outcome(), "good");
    EXPECT_EQ(asked_, Asked{0});
}

TEST_F(SignatureOfToken, laterWay_isFoundOnceAndThenBegunWith) {
    ways_ = 3;
    right_ = 2;
    EXPECT_EQ(outcome(), "good");
    EXPECT_EQ(asked_, (Asked{0, 1, 2}));
    EXPECT_EQ(outcome(), "good");
    EXPECT_EQ(asked_, Asked{2});
}

TEST_F(SignatureOfToken, wayThatIsRightNoMore_isLeftForTheOthers) {
    ways_ = 3;
    way_.attempt = 1;
    EXPECT_EQ(outcome(), "good");
    EXPECT_EQ(asked_, (Asked{1, 0}));
    EXPECT_EQ(way_.attempt, 0U);
    way_.attempt = 1;
    right_ = 2;
    EXPECT_EQ(outcome(), "good");
    EXPECT_EQ(asked_, (Asked{1, 0, 2}));
}

TEST_F(SignatureOfToken, wayThatIsThereNoMore_isLeftForTheOthers) {
    way_.attempt = 5;
    EXPECT_EQ(outcome(), "good");
    EXPECT_EQ(asked_, (Asked{5, 0}));
}

TEST_F(SignatureOfToken, noWayGivesASignature_isDriverError_S22) {
    ways_ = 2;
    right_ = 9;
    EXPECT_EQ(outcome(), "driver-error");
    EXPECT_EQ(asked_, (Asked{0, 1, 2}));
    EXPECT_EQ(way_.attempt, 0U);
}

TEST_F(SignatureOfToken, driverThatKnowsNoEnd_isLeftAfterSome) {
    ways_ = std::numeric_limits<unsigned>::max();
    right_ = ways_ - 1;
    EXPECT_EQ(outcome(), "driver-error");
    EXPECT_EQ(asked_.size(), kMostAttempts);
}

TEST_F(SignatureOfToken, errorsOfTheDriver_areNoReasonToAskAgain) {
    for (const auto code :
         {ErrorCode::unsupported, ErrorCode::pinRequired, ErrorCode::driverError, ErrorCode::tokenRemoved}) {
        failure_ = code;
        EXPECT_EQ(outcome(), toString(code));
        EXPECT_EQ(asked_, Asked{0});
    }
}

}  // namespace ukey::signing
