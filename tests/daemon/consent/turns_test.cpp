// Whose dialog is shown next, when several sites want one.
#include "daemon/consent/turns.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/await.hpp"

namespace ukey::consent {
namespace {

class TurnsTest : public testing::Test {
  protected:
    /// Asks for the turn, notes that it came, and lets the next one have it.
    void stand(const std::string& site, Kind kind) {
        waiting_.push_back(test::start(context_, passing(site, kind)));
        context_.poll();
    }
    void afterTheOpenDialogOf(Kind kind, const std::function<void()>& meanwhile) {
        auto taking = test::start(context_, turns_.take("open.example", kind));
        Place open = test::finish(context_, taking);
        context_.restart();
        meanwhile();
        open.reset();
        for (const auto& one : waiting_) test::finish(context_, one);
    }

    std::vector<std::string> called_;

  private:
    boost::asio::awaitable<void> passing(std::string site, Kind kind) {
        const Place place = co_await turns_.take(site, kind);
        called_.push_back(site);
    }

    boost::asio::io_context context_;
    Turns turns_{context_.get_executor()};
    std::vector<std::shared_ptr<test::Started<void>>> waiting_;
};

TEST_F(TurnsTest, anyNumberOfStrangers_isOneBeforeASiteOfThePolicy_S20) {
    afterTheOpenDialogOf(Kind::stranger, [this] {
        for (int i = 0; i < 30; ++i) stand("s" + std::to_string(i) + ".example", Kind::stranger);
        stand("portal.example", Kind::known);
        stand("trading.example", Kind::known);
    });
    ASSERT_EQ(called_.size(), 32U);
    EXPECT_EQ(std::vector<std::string>(called_.begin(), called_.begin() + 4),
              (std::vector<std::string>{"portal.example", "s0.example", "trading.example", "s1.example"}));
    EXPECT_EQ(called_.back(), "s29.example");
}

TEST_F(TurnsTest, sitesOfThePolicy_leaveStrangersTheirTurn_S20) {
    afterTheOpenDialogOf(Kind::known, [this] {
        for (const char* site : {"a.example", "b.example"}) stand(site, Kind::known);
        stand("stranger.example", Kind::stranger);
    });
    EXPECT_EQ(called_, (std::vector<std::string>{"stranger.example", "a.example", "b.example"}));
}

TEST_F(TurnsTest, sitesOfOneKind_comeInTheirOrder_S20) {
    afterTheOpenDialogOf(Kind::known, [this] {
        for (const char* site : {"a.example", "b.example", "c.example"}) stand(site, Kind::known);
    });
    EXPECT_EQ(called_, (std::vector<std::string>{"a.example", "b.example", "c.example"}));
}

}  // namespace
}  // namespace ukey::consent
