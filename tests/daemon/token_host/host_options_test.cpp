#include <gtest/gtest.h>

#include <vector>

#include "daemon/token_host/token_host.hpp"

namespace ukey::host {
namespace {

HostOptions parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "ukey-token-host");
    return parseHostOptions(static_cast<int>(arguments.size()), arguments.data());
}

TEST(HostOptions, all_areRead) {
    const HostOptions options = parse({"--kind", "skf", "--library", "/l", "--options", "{}", "--pinentry",
                                       "/p", "--terminal", "/dev/pts/1", "--terminal-type", "xterm"});
    EXPECT_EQ(options.kind, "skf");
    EXPECT_EQ(options.library, "/l");
    EXPECT_EQ(options.options, "{}");
    EXPECT_EQ(options.prompt.program, "/p");
    EXPECT_EQ(options.prompt.terminal, "/dev/pts/1");
    EXPECT_EQ(options.prompt.terminalType, "xterm");
}

TEST(HostOptions, unknownOrWithoutValue_areRefused) {
    EXPECT_THROW(parse({"--pin", "123456"}), Error);
    EXPECT_THROW(parse({"--kind"}), Error);
    EXPECT_THROW(parse({"skf"}), Error);
}

}  // namespace
}  // namespace ukey::host
