// ukey-token-host: the process of one driver library. Started by ukeyd, with its end of the pipe.
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "daemon/token_host/driver_options.hpp"
#include "tokenlib/base/platform/command_line.hpp"
#include "tokenlib/base/version.hpp"

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--version") {
        (void)std::printf("ukey-token-host %s\n", std::string(ukey::programVersion()).c_str());
        return 0;
    }
    try {
        return ukey::token_host::runHost(
            ukey::pipe::parseHostArguments(ukey::platform::commandLine(argc, argv)),
            ukey::token_host::loadNamedDriver);
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "ukey-token-host: %s\n", error.what());
        return 2;
    }
}
