#include "tokenlib/pipe/host_arguments.hpp"

#include <gtest/gtest.h>

#include "tokenlib/base/error.hpp"

namespace ukey::pipe {
namespace {

TEST(HostArguments, everyOne_arrivesAsItWasWritten) {
    const HostArguments written{.kind = "skf",
                                .library = "/opt/厂商/lib.so",
                                .options = R"({"a": "b c"})",
                                .pinentry = "/p",
                                .terminal = "/dev/pts/1",
                                .terminalType = "xterm",
                                .channel = "7"};
    const HostArguments read = parseHostArguments(toCommandLine(written));
    EXPECT_EQ(read.kind, written.kind);
    EXPECT_EQ(read.library, written.library);
    EXPECT_EQ(read.options, written.options);
    EXPECT_EQ(read.pinentry, written.pinentry);
    EXPECT_EQ(read.terminal, written.terminal);
    EXPECT_EQ(read.terminalType, written.terminalType);
    EXPECT_EQ(read.channel, written.channel);
}

TEST(HostArguments, thoseThatAreEmpty_areLeftOut) {
    EXPECT_EQ(toCommandLine({.kind = "skf"}), (std::vector<std::string>{"--kind", "skf"}));
}

TEST(HostArguments, unknownOrWithoutValue_areRefused) {
    EXPECT_THROW(parseHostArguments({"--pin", "123456"}), Error);
    EXPECT_THROW(parseHostArguments({"--kind"}), Error);
    EXPECT_THROW(parseHostArguments({"skf"}), Error);
}

}  // namespace
}  // namespace ukey::pipe
