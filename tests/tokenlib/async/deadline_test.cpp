#include "tokenlib/async/deadline.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>

namespace ukey {
namespace {

using namespace std::chrono_literals;

class DeadlineTest : public testing::Test {
  protected:
    void runAll() {
        context_.restart();
        context_.run();
    }
    /// Its timer has run out and its handler is queued behind `then`, which comes first.
    void whenItIsTooLateToCancel(const std::function<void()>& then) {
        boost::asio::post(context_, then);
        deadline_->set(-1s);
        runAll();
    }

    boost::asio::io_context context_{1};
    int passed_ = 0;
    std::optional<Deadline> deadline_{std::in_place, context_.get_executor(), [this] { ++passed_; }};
};

TEST_F(DeadlineTest, whatPassed_isToldOnceAndIsSetNoMore) {
    deadline_->set(-1s);
    EXPECT_EQ(passed_, 0) << "not within the call";
    EXPECT_TRUE(deadline_->at());
    runAll();
    EXPECT_EQ(passed_, 1);
    EXPECT_FALSE(deadline_->at());
}

TEST_F(DeadlineTest, cleared_isNotTold) {
    deadline_->set(1h);
    deadline_->clear();
    runAll();  // Returns at once: nothing waits any more.
    whenItIsTooLateToCancel([&] { deadline_->clear(); });
    EXPECT_EQ(passed_, 0);
    EXPECT_FALSE(deadline_->at());
}

TEST_F(DeadlineTest, setAnew_countsFromThenAlone) {
    const auto later = Deadline::Clock::now() + 1h;
    whenItIsTooLateToCancel([&] {
        deadline_->set(later);
        boost::asio::post(context_, [&] {
            EXPECT_EQ(deadline_->at(), later);
            deadline_->clear();
        });
    });
    EXPECT_EQ(passed_, 0);
    deadline_->set(-1s);
    deadline_->set(-2s);
    runAll();
    EXPECT_EQ(passed_, 1);
}

TEST_F(DeadlineTest, setNoLater_movesItNearerAlone) {
    const auto later = Deadline::Clock::now() + 1h;
    deadline_->setNoLater(later);
    EXPECT_EQ(deadline_->at(), later);
    deadline_->setNoLater(later + 1s);
    EXPECT_EQ(deadline_->at(), later);
    deadline_->setNoLater(later - 1s);
    EXPECT_EQ(deadline_->at(), later - 1s);
}

TEST_F(DeadlineTest, gone_isNotTold) {
    whenItIsTooLateToCancel([&] { deadline_.reset(); });
    EXPECT_EQ(passed_, 0);
}

TEST_F(DeadlineTest, passed_mayEndItOrSetItAnew) {
    deadline_.emplace(context_.get_executor(), [this] {
        if (++passed_ < 3) return deadline_->set(-1s);
        deadline_.reset();
    });
    deadline_->set(-1s);
    runAll();
    EXPECT_EQ(passed_, 3);
    EXPECT_FALSE(deadline_.has_value());
}

}  // namespace
}  // namespace ukey
