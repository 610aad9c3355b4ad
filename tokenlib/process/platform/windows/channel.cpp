#include "tokenlib/process/channel.hpp"

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
// clang-format on
#include <bcrypt.h>
#include <sddl.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/windows/stream_handle.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cwchar>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/windows/access_list.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/last_error.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::process {
namespace {

namespace asio = boost::asio;
using platform::throwLastError;
using platform::throwSystemError;

constexpr DWORD kBuffer = 65536;

HANDLE native(const Handle& handle) { return reinterpret_cast<HANDLE>(handle.value()); }
Handle owned(HANDLE handle) { return Handle(reinterpret_cast<Handle::Value>(handle)); }

/// A name that nobody can guess before the pipe is there.
std::wstring randomPipeName() {
    std::array<unsigned char, 16> random{};
    if (::BCryptGenRandom(nullptr, random.data(), static_cast<ULONG>(random.size()),
                          BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0)
        throwSystemError(ERROR_GEN_FAILURE, "random octets");
    std::wstring name = L"\\\\.\\pipe\\ukey-bridge-" + std::to_wstring(::GetCurrentProcessId()) + L"-";
    constexpr std::wstring_view kDigits = L"0123456789abcdef";
    for (const unsigned char octet : random) {
        name += kDigits[octet >> 4];
        name += kDigits[octet & 15];
    }
    return name;
}

platform::LocalMemory forThisUserAlone() {
    const std::wstring text = L"D:P(A;;GA;;;" + platform::toWide(platform::ownSid()) + L")";
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (::ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1, &descriptor,
                                                               nullptr) == FALSE)
        throwLastError("security descriptor");
    return platform::LocalMemory(descriptor);
}

}  // namespace

// A named pipe, for anonymous ones know no overlapped I/O. Nobody else can have made one of that name before
// (FIRST_PIPE_INSTANCE), and the only instance is taken before the name could be seen and used.
ChannelPair makeChannelPair() {
    const std::wstring name = randomPipeName();
    const platform::LocalMemory descriptor = forThisUserAlone();
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    ChannelPair pair;
    pair.ours = owned(::CreateNamedPipeW(
        name.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, kBuffer, kBuffer, 0,
        &attributes));
    if (!pair.ours) throwLastError("pipe");
    pair.childs =
        owned(::CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                            FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, nullptr));
    if (!pair.childs) throwLastError("other end of the pipe");
    ULONG client = 0;
    if (::GetNamedPipeClientProcessId(native(pair.ours), &client) == FALSE ||
        client != ::GetCurrentProcessId())
        throwSystemError(ERROR_ACCESS_DENIED, "somebody else's end of the pipe");
    return pair;
}

std::string channelName(const Handle& childs) { return std::to_string(childs.value()); }

Handle inheritedChannel(std::string_view name) {
    Handle::Value value = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
    const HANDLE handle = reinterpret_cast<HANDLE>(value);
    if (error != std::errc() || end != name.data() + name.size() || value <= 0 ||
        ::GetFileType(handle) != FILE_TYPE_PIPE ||
        ::SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0) == FALSE)
        throw Error(ErrorCode::badRequest, "no channel \"" + std::string(name) + "\" was inherited");
    return owned(handle);
}

struct Channel::Stream {
    explicit Stream(const asio::any_io_executor& executor) : pipe(executor) {}
    asio::windows::stream_handle pipe;
};

Channel::Channel(const asio::any_io_executor& executor, Handle end)
    : stream_(std::make_unique<Stream>(executor)) {
    boost::system::error_code error;
    stream_->pipe.assign(native(end), error);
    if (error) throwSystemError(static_cast<DWORD>(error.value()), "channel");
    (void)end.release();
}

Channel::~Channel() = default;

asio::awaitable<std::size_t> Channel::read(std::span<std::uint8_t> room, boost::system::error_code& error) {
    return stream_->pipe.async_read_some(asio::buffer(room.data(), room.size()),
                                         asio::redirect_error(asio::use_awaitable, error));
}

// A pipe with overlapped I/O cannot be asked to take what it has room for and no more.
std::size_t Channel::writeNow(ByteView) noexcept { return 0; }

asio::awaitable<std::size_t> Channel::write(ByteView octets, boost::system::error_code& error) {
    return asio::async_write(stream_->pipe, asio::buffer(octets.data(), octets.size()),
                             asio::redirect_error(asio::use_awaitable, error));
}

void Channel::writeAndWait(ByteView octets, boost::system::error_code& error) {
    (void)asio::write(stream_->pipe, asio::buffer(octets.data(), octets.size()), error);
}

void Channel::close() noexcept {
    boost::system::error_code ignored;
    stream_->pipe.close(ignored);
}

}  // namespace ukey::process
