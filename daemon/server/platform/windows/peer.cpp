#include "daemon/server/peer.hpp"

// Winsock2.h must come before windows.h.
// clang-format off
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <iphlpapi.h>
#include <tcpmib.h>
// clang-format on

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::server {

using Endpoint = boost::asio::ip::tcp::endpoint;

namespace {

using platform::UniqueHandle;

/// A table of the system's connections with their processes; empty when the system does not give it.
std::vector<std::byte> connections(ULONG family) {
    std::vector<std::byte> table;
    DWORD size = 0;
    // It may grow between two calls.
    constexpr int kTries = 5;
    for (int i = 0; i < kTries; ++i) {
        table.resize(size);
        const DWORD result = ::GetExtendedTcpTable(table.empty() ? nullptr : table.data(), &size, FALSE,
                                                   family, TCP_TABLE_OWNER_PID_ALL, 0);
        if (result == NO_ERROR) return table;
        if (result != ERROR_INSUFFICIENT_BUFFER) break;
    }
    return {};
}

bool isPort(DWORD field, unsigned short port) { return ntohs(static_cast<u_short>(field)) == port; }

DWORD ownerV4(const Endpoint& own, const Endpoint& peer) {
    const std::vector<std::byte> octets = connections(AF_INET);
    if (octets.size() < sizeof(MIB_TCPTABLE_OWNER_PID)) return 0;
    const auto* table = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID*>(octets.data());
    const auto* end = table->table + table->dwNumEntries;
    // The row named from the peer's side.
    const auto row = std::find_if(table->table, end, [&](const MIB_TCPROW_OWNER_PID& each) {
        return each.dwState == MIB_TCP_STATE_ESTAB && isPort(each.dwLocalPort, peer.port()) &&
               isPort(each.dwRemotePort, own.port()) &&
               ntohl(each.dwLocalAddr) == peer.address().to_v4().to_uint();
    });
    return row == end ? 0 : row->dwOwningPid;
}

DWORD ownerV6(const Endpoint& own, const Endpoint& peer) {
    const std::vector<std::byte> octets = connections(AF_INET6);
    if (octets.size() < sizeof(MIB_TCP6TABLE_OWNER_PID)) return 0;
    const auto* table = reinterpret_cast<const MIB_TCP6TABLE_OWNER_PID*>(octets.data());
    const auto* end = table->table + table->dwNumEntries;
    const auto address = peer.address().to_v6().to_bytes();
    const auto row = std::find_if(table->table, end, [&](const MIB_TCP6ROW_OWNER_PID& each) {
        return each.dwState == MIB_TCP_STATE_ESTAB && isPort(each.dwLocalPort, peer.port()) &&
               isPort(each.dwRemotePort, own.port()) &&
               std::memcmp(each.ucLocalAddr, address.data(), address.size()) == 0;
    });
    return row == end ? 0 : row->dwOwningPid;
}

/// Whose process it is, and in which session: one user can have two.
struct Account {
    std::vector<std::byte> user;
    DWORD session = 0;
};

std::optional<Account> accountOf(HANDLE process) {
    HANDLE opened = nullptr;
    if (::OpenProcessToken(process, TOKEN_QUERY, &opened) == FALSE) return std::nullopt;
    const UniqueHandle token(opened);
    Account account;
    DWORD size = 0;
    ::GetTokenInformation(token.get(), TokenUser, nullptr, 0, &size);
    account.user.resize(size);
    if (size == 0 || ::GetTokenInformation(token.get(), TokenUser, account.user.data(), size, &size) == FALSE)
        return std::nullopt;
    if (::GetTokenInformation(token.get(), TokenSessionId, &account.session, sizeof account.session, &size) ==
        FALSE)
        return std::nullopt;
    return account;
}

bool isSame(const Account& a, const Account& b) {
    const auto sid = [](const Account& account) {
        return reinterpret_cast<const TOKEN_USER*>(account.user.data())->User.Sid;
    };
    return a.session == b.session && ::EqualSid(sid(a), sid(b)) != FALSE;
}

/// Empty where we may not ask. A security product that passes connections on shows as itself.
std::string programOf(HANDLE process) {
    std::wstring name(32768, L'\0');
    auto size = static_cast<DWORD>(name.size());
    if (process == nullptr || ::QueryFullProcessImageNameW(process, 0, name.data(), &size) == FALSE)
        return {};
    return platform::toUtf8(std::wstring_view(name).substr(0, size));
}

}  // namespace

struct PeerLookup::Handle {
    std::optional<Account> own = accountOf(::GetCurrentProcess());
    DWORD lastRefused = 0;  ///< Named in the log once, however often it comes.
};

PeerLookup::PeerLookup() : handle_(std::make_unique<Handle>()) {
    if (!handle_->own) spdlog::error("the owner of connections cannot be looked up: no account of our own");
}
PeerLookup::~PeerLookup() = default;

bool PeerLookup::isSameUser(const Endpoint& own, const Endpoint& peer) noexcept {
    if (!handle_->own || own.address().is_v4() != peer.address().is_v4()) return false;
    const DWORD process = peer.address().is_v4() ? ownerV4(own, peer) : ownerV6(own, peer);
    // 0 is the system's idle process: nobody that could be asked.
    if (process == 0) return false;
    try {
        const UniqueHandle opened(::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process));
        const auto account = opened ? accountOf(opened.get()) : std::nullopt;
        if (account && isSame(*account, *handle_->own)) return true;
        if (std::exchange(handle_->lastRefused, process) != process)
            spdlog::warn("process {} of another user or session is let in nowhere: {}", process,
                         programOf(opened.get()));
    } catch (const std::exception&) {
        // Without memory nobody can be known.
        return false;
    }
    return false;
}

}  // namespace ukey::server
