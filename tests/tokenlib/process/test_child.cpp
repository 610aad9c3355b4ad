// ukey-test-child: a child process that does what its arguments say.
//
//   exit N                ends with that code
//   wait                  ends only when it is killed
//   tell CHANNEL WORD...  writes its further arguments to the channel, each with a line end, then its
//   environment echo CHANNEL          writes back what it reads, until the end leave CHANNEL         starts
//   "wait" as a child of its own, tells its number and dies at once
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "tests/tokenlib/process/platform/environment_block.hpp"
#include "tokenlib/base/platform/command_line.hpp"
#include "tokenlib/process/channel.hpp"
#include "tokenlib/process/child_process.hpp"

namespace ukey {
namespace {

void say(process::Channel& channel, const std::string& text) {
    boost::system::error_code ignored;
    channel.writeAndWait(asBytes(text), ignored);
}

void echo(boost::asio::io_context& context, process::Channel& channel) {
    boost::asio::co_spawn(
        context,
        [&]() -> boost::asio::awaitable<void> {
            std::array<std::uint8_t, 4096> room{};
            for (;;) {
                boost::system::error_code error;
                const std::size_t got = co_await channel.read(room, error);
                if (error) co_return;
                co_await channel.write(ByteView(room).first(got), error);
            }
        },
        [](const std::exception_ptr&) {});
    context.run();
}

int run(const std::vector<std::string>& arguments) {
    const std::string& what = arguments.at(0);
    if (what == "exit") return std::stoi(arguments.at(1));
    if (what == "wait") std::this_thread::sleep_for(std::chrono::hours(1));
    boost::asio::io_context context;
    process::Channel channel(context.get_executor(), process::inheritedChannel(arguments.at(1)));
    if (what == "echo") echo(context, channel);
    if (what == "tell") {
        for (std::size_t i = 2; i < arguments.size(); ++i) say(channel, arguments[i] + "\n");
        for (const std::string& variable : test::platform::environmentBlock()) say(channel, variable + "\n");
    }
    if (what == "leave") {
        const process::Child child =
            process::Child::spawn({.program = arguments.at(2),
                                   .arguments = {"wait"},
                                   .environment = test::platform::environmentBlock()});
        say(channel, std::to_string(child.id()));
        std::_Exit(0);
    }
    return 0;
}

}  // namespace
}  // namespace ukey

int main(int argc, char** argv) { return ukey::run(ukey::platform::commandLine(argc, argv)); }
