#include "tests/support/platform/fake_faults.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace ukey::test::platform {

void hang() {
    for (;;) (void)::pause();
}

void crash() {
    (void)std::signal(SIGSEGV, SIG_DFL);
    (void)std::raise(SIGSEGV);
}

void exitAtOnce() { ::_exit(0); }

int processId() { return ::getpid(); }

void writeToChannel(const std::string& name, std::string_view octets) {
    (void)!::write(std::stoi(name), octets.data(), octets.size());
}

Bytes triedSockets() {
    Bytes outcomes;
    for (const int family : {AF_INET, AF_INET6, AF_PACKET, AF_UNIX, AF_NETLINK}) {
        const int socket = ::socket(family, SOCK_DGRAM, 0);
        outcomes.push_back(socket < 0 ? static_cast<std::uint8_t>(errno) : 0);
        if (socket >= 0) ::close(socket);
    }
    return outcomes;
}

}  // namespace ukey::test::platform
