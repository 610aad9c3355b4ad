#include "tokenlib/pipe/ends.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/await.hpp"

namespace ukey::pipe {
namespace {

/// Both ends in one process.
class Ends : public testing::Test {
  protected:
    Ends() {
        process::ChannelPair pair = process::makeChannelPair();
        daemon_ = std::make_shared<DaemonEnd>(context_.get_executor(), std::move(pair.ours));
        host_ = std::make_unique<HostEnd>(context_.get_executor(), std::move(pair.childs));
    }
    std::optional<HostMessage> heard() { return test::await(context_, daemon_->receive()); }
    std::optional<Request> asked() { return test::await(context_, host_->receive()); }

    boost::asio::io_context context_;
    std::shared_ptr<DaemonEnd> daemon_;
    std::unique_ptr<HostEnd> host_;
};

TEST_F(Ends, messagesOfBothSides_arriveInTheirOrder) {
    host_->send(Ready{});
    host_->send(Reply{.id = 7, .outcome = Error(ErrorCode::tokenNotFound, "gone")});
    daemon_->send(1, token::ListTokens{});
    daemon_->send(2, token::DescribeToken{"T1"});
    ASSERT_TRUE(std::holds_alternative<Ready>(heard().value()));
    EXPECT_EQ(std::get<Reply>(heard().value()).id, 7U);
    EXPECT_EQ(asked()->id, 1U);
    const Request second = asked().value();
    EXPECT_EQ(second.id, 2U);
    EXPECT_EQ(std::get<token::DescribeToken>(second.command).token, "T1");
}

TEST_F(Ends, moreThanTheChannelTakes_isSentWhenTheHostReads) {
    const Bytes certificate(30000, 0x30);
    constexpr std::uint64_t kCount = 150;
    for (std::uint64_t id = 0; id < kCount; ++id)
        daemon_->send(id, token::WriteCertificate{"T1", {"C", token::KeyUsage::sign}, certificate});
    for (std::uint64_t id = 0; id < kCount; ++id) {
        const std::optional<Request> request = asked();
        ASSERT_TRUE(request);
        EXPECT_EQ(request->id, id);
        EXPECT_EQ(std::get<token::WriteCertificate>(request->command).certificate, certificate);
    }
}

TEST_F(Ends, longAnswer_waitsForRoomInTheChannel) {
    const Bytes large(std::size_t{4} << 20, 0x5a);
    const std::jthread host([&] {
        host_->send(Ready{});
        host_->send(Reply{.id = 1, .outcome = Result(large)});
    });
    EXPECT_TRUE(std::holds_alternative<Ready>(heard().value()));
    EXPECT_EQ(std::get<Bytes>(std::get<Result>(std::get<Reply>(heard().value()).outcome)), large);
}

TEST_F(Ends, hostThatSpeaksBeforeItSaidItsVersion_isRefused) {
    host_->send(Changed{});
    EXPECT_EQ(test::codeOf([&] { return heard(); }), ErrorCode::driverError);
}

TEST_F(Ends, hostOfAnotherVersion_isRefusedByName) {
    host_->send(Ready{.version = kPipeVersion + 1});
    EXPECT_EQ(test::codeOf([&] { return heard(); }), ErrorCode::driverCrashed);
}

TEST_F(Ends, hostThatCouldNotLoadItsDriver_saysSoInsteadOfItsVersion) {
    host_->send(Failed{Error(ErrorCode::driverBitness, "32 bits")});
    EXPECT_EQ(std::get<Failed>(heard().value()).error.code(), ErrorCode::driverBitness);
}

TEST_F(Ends, endOfEitherSide_isSeenByTheOther) {
    host_->send(Ready{});
    host_.reset();
    EXPECT_TRUE(heard()) << "what was said before counts";
    EXPECT_FALSE(heard());

    process::ChannelPair pair = process::makeChannelPair();
    HostEnd host(context_.get_executor(), std::move(pair.childs));
    pair.ours.close();
    EXPECT_FALSE(test::await(context_, host.receive()));
    EXPECT_NO_THROW(host.send(Ready{}));
}

TEST_F(Ends, closing_endsTheWait) {
    const auto waiting = test::start(context_, daemon_->receive());
    context_.poll();
    daemon_->close();
    EXPECT_FALSE(test::finish(context_, waiting));
}

}  // namespace
}  // namespace ukey::pipe
