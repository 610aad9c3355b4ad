// ukey-token-host: the process of one driver library. Started by ukeyd, with its socket as descriptor 3.
#include <cstdio>
#include <exception>

#include "daemon/token_host/driver_options.hpp"

int main(int argc, char** argv) {
    try {
        return ukey::host::runHost(ukey::host::parseHostOptions(argc, argv), ukey::host::loadNamedDriver);
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "ukey-token-host: %s\n", error.what());
        return 2;
    }
}
