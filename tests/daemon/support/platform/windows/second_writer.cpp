#include "tests/daemon/support/client.hpp"

namespace ukey::test {
namespace {

SOCKET duplicateOf(SOCKET socket) {
    WSAPROTOCOL_INFOW info{};
    if (::WSADuplicateSocketW(socket, ::GetCurrentProcessId(), &info) != 0) return INVALID_SOCKET;
    return ::WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, 0);
}

}  // namespace

SecondWriter::SecondWriter(Client& client) : socket_(duplicateOf(client.socket().native_handle())) {
    if (socket_ == INVALID_SOCKET) throw std::runtime_error("no second socket");
}
SecondWriter::~SecondWriter() { ::closesocket(socket_); }

void SecondWriter::shutDown() noexcept { ::shutdown(socket_, SD_BOTH); }

bool SecondWriter::write(std::string_view octets) noexcept {
    while (!octets.empty()) {
        constexpr std::size_t kPiece = std::size_t{1} << 20;
        const int count =
            ::send(socket_, octets.data(), static_cast<int>(std::min(octets.size(), kPiece)), 0);
        if (count <= 0) return false;
        octets.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace ukey::test
