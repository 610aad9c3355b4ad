// Requests that wait for the RA: each serves once, in time, for its origin and token.
#include "daemon/unlock/requests.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "ra.hpp"
#include "tests/support/await.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::unlock {
namespace {

using namespace std::chrono_literals;
using test::codeOf;

const Subject kSubject{"https://portal.example", "soft/S1"};

class RequestsTest : public testing::Test {
  protected:
    Bytes make(const Subject& subject = kSubject, const Bytes& challenge = {}) {
        return requests_.make(subject, "S1", "Model", challenge).der;
    }
    static Bytes answer(const Bytes& der, std::string_view pin = "so-pin-1") {
        const auto request = unlock_answer::read(der);
        return test::signedAnswer(request, unlock_answer::sealed(request, pin));
    }
    std::optional<ErrorCode> claimCode(const Subject& subject, const Bytes& response) {
        return codeOf([&] { return requests_.claim(subject, response, authorities()).digest(); });
    }
    static pki::UnlockAuthorities authorities() {
        return {{pki::Certificate::fromDer(test::registrationAuthority().certificate)}, {}};
    }
    static std::string pinOf(Claim& claim) { return std::string(std::get<Secret>(claim.right()).text()); }

    boost::asio::io_context context_;
    std::chrono::steady_clock::time_point now_ = std::chrono::steady_clock::now();
    Requests requests_{context_.get_executor(), 10min, [this] { return now_; }};
};

TEST_F(RequestsTest, request_saysWhichTokenAndUntilWhen) {
    const auto request = unlock_answer::read(make(kSubject, Bytes(72, 1)));
    EXPECT_EQ(request.serial, "S1");
    EXPECT_EQ(request.model, "Model");
    EXPECT_EQ(request.challenge, Bytes(72, 1));
    const auto left = request.expires - std::chrono::system_clock::now();
    EXPECT_GT(left, 9min);
    EXPECT_LE(left, 10min);
    EXPECT_NE(unlock_answer::read(make()).key, request.key) << "each request has its own key";
}

TEST_F(RequestsTest, answer_isOpenedAndServesOnce) {
    const Bytes response = answer(make());
    {
        Claim claim = requests_.claim(kSubject, response, authorities());
        EXPECT_EQ(pinOf(claim), "so-pin-1");
        EXPECT_EQ(claimCode(kSubject, response), ErrorCode::busy) << "while it is being used";
        claim.spend();
    }
    EXPECT_EQ(claimCode(kSubject, response), ErrorCode::unlockNotFound);
}

TEST_F(RequestsTest, answerThatWasNotSpent_servesAgain) {
    const Bytes response = answer(make());
    EXPECT_EQ(claimCode(kSubject, response), std::nullopt);
    EXPECT_EQ(claimCode(kSubject, response), std::nullopt);
}

TEST_F(RequestsTest, answerAfterItsTime_isExpiredAndItsKeyGone) {
    const Bytes response = answer(make());
    now_ += 10min - 1s;
    EXPECT_EQ(claimCode(kSubject, response), std::nullopt);
    now_ += 1s;
    EXPECT_EQ(claimCode(kSubject, response), ErrorCode::unlockExpired);
    now_ -= 5min;
    EXPECT_EQ(claimCode(kSubject, response), ErrorCode::unlockExpired) << "a clock set back revives nothing";
}

TEST_F(RequestsTest, answerForAnotherOriginOrToken_isToldApart) {
    const Bytes response = answer(make());
    EXPECT_EQ(claimCode({"https://other.example", "soft/S1"}, response), ErrorCode::unlockNotFound);
    EXPECT_EQ(claimCode({"https://portal.example", "soft/S2"}, response), ErrorCode::unlockMismatch);
    EXPECT_EQ(claimCode(kSubject, response), std::nullopt) << "neither did any harm";
}

TEST_F(RequestsTest, newerRequest_takesThePlaceOfTheOlderOfTheSameSubjectAlone) {
    const Bytes old = answer(make());
    const Bytes other = answer(make({"https://portal.example", "soft/S2"}));
    const Bytes fresh = answer(make());
    EXPECT_EQ(claimCode(kSubject, old), ErrorCode::unlockNotFound);
    EXPECT_EQ(claimCode(kSubject, fresh), std::nullopt);
    EXPECT_EQ(claimCode({"https://portal.example", "soft/S2"}, other), std::nullopt);
}

TEST_F(RequestsTest, answerSealedForAnotherRequest_isInvalid) {
    const Bytes mine = make();
    const Bytes other = make({"https://portal.example", "soft/S2"});
    // Under this request's nonce, but sealed to the other's key; and to this key, over the other's octets.
    auto mixed = unlock_answer::read(mine);
    const auto signedForMine = [&](const Bytes& sealed) {
        return test::signedAnswer(unlock_answer::read(mine), sealed);
    };
    mixed.key = unlock_answer::read(other).key;
    EXPECT_EQ(claimCode(kSubject, signedForMine(unlock_answer::sealed(mixed, "so-pin-1"))),
              ErrorCode::unlockInvalid);
    mixed = unlock_answer::read(mine);
    mixed.der = other;
    EXPECT_EQ(claimCode(kSubject, signedForMine(unlock_answer::sealed(mixed, "so-pin-1"))),
              ErrorCode::unlockInvalid);
    EXPECT_EQ(claimCode(kSubject, signedForMine(unlock_answer::sealed(unlock_answer::read(mine), ""))),
              ErrorCode::unlockInvalid);
    EXPECT_EQ(claimCode(kSubject, answer(mine)), std::nullopt);
}

// A page can make a request of its own and seal any PIN to it.
TEST_F(RequestsTest, answerThatNoRaSigned_isInvalid_S18) {
    const Bytes der = make();
    const auto request = unlock_answer::read(der);
    const Bytes sealed = unlock_answer::sealed(request, "so-pin-1");
    EXPECT_EQ(claimCode(kSubject, sealed), ErrorCode::unlockInvalid) << "not signed at all";
    const auto key = pki::test::TestKey::generate(token::KeyAlgorithm::sm2);
    const Bytes own = pki::test::TestCa(token::KeyAlgorithm::p256).issue(key.publicKey());
    EXPECT_EQ(claimCode(kSubject, unlock_answer::signedBy({key.handle(), {own}}, request, sealed)),
              ErrorCode::unlockInvalid)
        << "by somebody";
    const Bytes& authority = test::registrationAuthority().certificate;
    EXPECT_EQ(claimCode(kSubject, unlock_answer::signedBy({key.handle(), {authority}}, request, sealed)),
              ErrorCode::unlockInvalid)
        << "by somebody in the RA's name";
    const Bytes other = make({"https://portal.example", "soft/S2"});
    EXPECT_EQ(claimCode(kSubject, test::signedAnswer(unlock_answer::read(other), sealed)),
              ErrorCode::unlockInvalid)
        << "for another request";
    EXPECT_EQ(claimCode(kSubject, answer(der)), std::nullopt);
}

TEST_F(RequestsTest, answerWithAnyOctetChanged_neverOpens) {
    const Bytes response = answer(make());
    // Of the RA's certificate nothing counts but the key, which the administrator named.
    const Bytes& certificate = test::registrationAuthority().certificate;
    const auto inside = std::search(response.begin(), response.end(), certificate.begin(), certificate.end());
    ASSERT_NE(inside, response.end());
    const auto first = static_cast<std::size_t>(inside - response.begin());
    for (std::size_t i = 0; i < response.size(); ++i) {
        if (i >= first && i < first + certificate.size()) continue;
        Bytes changed = response;
        changed[i] ^= 1U;
        EXPECT_NE(claimCode(kSubject, changed), std::nullopt) << i;
    }
    EXPECT_EQ(claimCode(kSubject, response), std::nullopt);
}

TEST_F(RequestsTest, makersAnswer_isTakenWhereAChallengeWasGivenAlone) {
    const auto vendor = [](Bytes der) {
        auto request = unlock_answer::read(der);
        auto point = request.key;
        request.challenge.assign(8, 1);
        request.challenge.insert(request.challenge.end(), point.begin() + 1, point.end());
        return test::signedAnswer(unlock_answer::read(der),
                                  unlock_answer::vendor(request, "so-pin-1", "246813"));
    };
    EXPECT_EQ(claimCode(kSubject, vendor(make())), ErrorCode::unlockInvalid);
    Claim claim = requests_.claim(kSubject, vendor(make(kSubject, Bytes(72, 1))), authorities());
    EXPECT_EQ(std::get<Bytes>(claim.right()).size(), 16U + 4U + 112U);
}

TEST_F(RequestsTest, waitingRequest_endsWithTheDaemon) {
    (void)make();
    auto requests = std::make_unique<Requests>(context_.get_executor(), 1s,
                                               [] { return std::chrono::steady_clock::now(); });
    (void)requests->make(kSubject, "S1", "", {});
    requests.reset();
    EXPECT_EQ(context_.poll(), 1U) << "the timer of what is gone was cancelled";
}

}  // namespace
}  // namespace ukey::unlock
