// What holds on every system, with a child of our own (test_child.cpp).
#include "tokenlib/process/child_process.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <set>
#include <sstream>
#include <system_error>

#include "tests/support/await.hpp"
#include "tests/support/platform/process_state.hpp"
#include "tests/tokenlib/process/platform/environment_block.hpp"
#include "tokenlib/process/channel.hpp"

namespace ukey::process {
namespace {

using test::kPatience;

class ChildProcess : public testing::Test {
  protected:
    /// A child with a channel, whose name goes in front of `arguments`.
    Child startWithChannel(std::string what, const std::vector<std::string>& arguments = {},
                           std::vector<std::string> environment = test::platform::environmentBlock()) {
        ChannelPair ends = makeChannelPair();
        std::vector<std::string> all{std::move(what), channelName(ends.childs)};
        all.insert(all.end(), arguments.begin(), arguments.end());
        channel_ = std::make_unique<Channel>(context_.get_executor(), std::move(ends.ours));
        return Child::spawn({.program = UKEY_TEST_CHILD,
                             .arguments = std::move(all),
                             .environment = std::move(environment),
                             .channel = &ends.childs});
    }
    static Child startAlone(std::vector<std::string> arguments) {
        return Child::spawn({.program = UKEY_TEST_CHILD,
                             .arguments = std::move(arguments),
                             .environment = test::platform::environmentBlock()});
    }
    /// What comes until the end, or until so much has come.
    std::string heard(std::size_t enough = std::string::npos) {
        auto hearing = [](Channel& channel, std::size_t wanted) -> boost::asio::awaitable<std::string> {
            std::string all;
            std::array<std::uint8_t, 4096> room{};
            while (all.size() < wanted) {
                boost::system::error_code error;
                const std::size_t got = co_await channel.read(room, error);
                if (error) break;
                all += asText(ByteView(room).first(got));
            }
            co_return all;
        };
        return test::await(context_, hearing(*channel_, enough));
    }
    void say(const std::string& text) {
        boost::system::error_code error;
        channel_->writeAndWait(asBytes(text), error);
        EXPECT_FALSE(error) << error.message();
    }

    boost::asio::io_context context_;
    std::unique_ptr<Channel> channel_;
};

TEST_F(ChildProcess, exitCodeAndFault_areToldApart) {
    Child exits = startAlone({"exit", "3"});
    const auto exited = exits.waitFor(kPatience);
    ASSERT_TRUE(exited);
    EXPECT_EQ(exited->exitCode, 3);
    EXPECT_EQ(exited->fault, 0U);
    EXPECT_EQ(describeFault(*exited), "");

    Child hangs = startAlone({"wait"});
    EXPECT_FALSE(hangs.poll());
    hangs.kill();
    const auto killed = hangs.waitFor(kPatience);
    ASSERT_TRUE(killed);
    EXPECT_NE(killed->fault, 0U);
    EXPECT_NE(describeFault(*killed), "");
}

TEST_F(ChildProcess, programThatCannotRun_isAnErrorOfTheCaller) {
    EXPECT_THROW((void)Child::spawn({.program = "/nonexistent/program"}), std::system_error);
    EXPECT_THROW((void)Child::spawn({.program = "/"}), std::system_error);
}

TEST_F(ChildProcess, argumentsOfEveryShape_arriveAsTheyAre) {
    const std::vector<std::string> words{
        "",        "a b",      R"(say "yes")", R"(C:\Program Files\)", R"(\\"\\\")",
        "tab\tin", "用户的锁", "%PATH%",       R"({"a": "\\"})"};
    Child child = startWithChannel("tell", words);
    std::istringstream told(heard());
    for (const std::string& word : words) {
        std::string line;
        std::getline(told, line);
        EXPECT_EQ(line, word);
    }
    EXPECT_TRUE(child.waitFor(kPatience));
}

TEST_F(ChildProcess, environment_isTheGivenOneAlone) {
    auto environment = test::platform::environmentBlock();
    environment.emplace_back("UKEY_MARK=是");
    std::erase_if(environment, [](const std::string& entry) { return entry.starts_with("UKEY_BIN_DIR="); });
    Child child = startWithChannel("tell", {}, environment);
    std::istringstream told(heard());
    std::set<std::string> lines;
    for (std::string line; std::getline(told, line);) lines.insert(line);
    EXPECT_TRUE(lines.contains("UKEY_MARK=是"));
    for (const std::string& line : lines) EXPECT_FALSE(line.starts_with("UKEY_BIN_DIR=")) << line;
    EXPECT_TRUE(child.waitFor(kPatience));
}

TEST_F(ChildProcess, channel_carriesBothWaysAndEndsWithEitherSide) {
    Child child = startWithChannel("echo");
    const std::string large(300000, 'x');
    say("hello");
    EXPECT_EQ(heard(5), "hello");
    auto writing = [](Channel& channel, const std::string& text) -> boost::asio::awaitable<void> {
        boost::system::error_code error;
        co_await channel.write(asBytes(text), error);
    };
    const auto written = test::start(context_, writing(*channel_, large));
    EXPECT_EQ(heard(large.size()), large);
    test::finish(context_, written);
    channel_->close();
    const auto ended = child.waitFor(kPatience);
    ASSERT_TRUE(ended) << "it reads the end";
    EXPECT_EQ(ended->fault, 0U);

    Child other = startWithChannel("echo");
    other.kill();
    EXPECT_EQ(heard(), "") << "its end is our end";
}

TEST_F(ChildProcess, secondChild_doesNotKeepTheChannelOfTheFirstOpen) {
    Child first = startWithChannel("echo");
    std::unique_ptr<Channel> kept;
    channel_.swap(kept);
    Child second = startWithChannel("echo");
    first.kill();
    channel_.swap(kept);
    EXPECT_EQ(heard(), "");
    EXPECT_FALSE(second.poll());
}

TEST_F(ChildProcess, abandonedChild_isKilled) {
    int process = 0;
    {
        const Child child = startAlone({"wait"});
        process = child.id();
        EXPECT_FALSE(test::isGone(process));
    }
    test::runUntil(context_, [&] { return test::isGone(process); });
}

TEST_F(ChildProcess, endLater_endsItWithoutHoldingUpTheCaller) {
    Child child = startAlone({"wait"});
    const int process = child.id();
    endLater(context_.get_executor(), std::move(child));
    test::runUntil(context_, [&] { return test::isGone(process); });
}

TEST_F(ChildProcess, parentThatDies_takesItsChildWithIt) {
    Child parent = startWithChannel("leave", {UKEY_TEST_CHILD});
    const int orphan = std::stoi(heard());
    EXPECT_TRUE(parent.waitFor(kPatience));
    test::runUntil(context_, [&] { return test::isGone(orphan); });
}

TEST(InheritedChannel, nameOfNone_isRefused) {
    for (const char* name : {"", "x", "-1", "0", "99999999"})
        EXPECT_EQ(test::codeOf([&] { return inheritedChannel(name); }), ErrorCode::badRequest) << name;
}

}  // namespace
}  // namespace ukey::process
