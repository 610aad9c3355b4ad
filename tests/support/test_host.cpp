// ukey-test-host: the token host with the fake driver in place of a library.
#include <cstdio>

#include "daemon/token_host/token_host.hpp"
#include "tests/support/fake_driver.hpp"

int main(int argc, char** argv) {
    try {
        return ukey::host::runHost(ukey::host::parseHostOptions(argc, argv),
                                   [](const ukey::host::HostOptions& options) {
                                       return std::make_unique<ukey::test::FakeDriver>(options.options);
                                   });
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "ukey-test-host: %s\n", error.what());
        return 2;
    }
}
