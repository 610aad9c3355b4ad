// ukey-test-host: the token host with the fake driver in place of a library.
#include <cstdio>

#include "daemon/token_host/token_host.hpp"
#include "tests/support/fake_driver.hpp"
#include "tokenlib/base/platform/command_line.hpp"

int main(int argc, char** argv) {
    try {
        return ukey::token_host::runHost(
            ukey::pipe::parseHostArguments(ukey::platform::commandLine(argc, argv)),
            [](const ukey::pipe::HostArguments& arguments) {
                return std::make_unique<ukey::test::FakeDriver>(arguments.options, arguments.channel);
            });
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "ukey-test-host: %s\n", error.what());
        return 2;
    }
}
