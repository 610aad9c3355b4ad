#include <sys/socket.h>
#include <unistd.h>

#include "tests/daemon/support/client.hpp"

namespace ukey::test {

SecondWriter::SecondWriter(Client& client) : socket_(::dup(client.socket().native_handle())) {}
SecondWriter::~SecondWriter() { ::close(socket_); }

void SecondWriter::shutDown() noexcept { ::shutdown(socket_, SHUT_RDWR); }

bool SecondWriter::write(std::string_view octets) noexcept {
    while (!octets.empty()) {
        const ssize_t count = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        octets.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace ukey::test
