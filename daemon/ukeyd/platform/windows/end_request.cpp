#include "daemon/ukeyd/platform/end_request.hpp"

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
// clang-format on

#include <boost/asio/windows/object_handle.hpp>
#include <string>
#include <system_error>

#include "tokenlib/base/platform/windows/access_list.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"

namespace ukey {
namespace {

constexpr DWORD kPatienceMilliseconds = 10'000;

/// In the session's own space of names: a daemon belongs to one session.
std::wstring eventName(DWORD process) { return L"Local\\ukeyd-end-" + std::to_wstring(process); }

}  // namespace

struct EndRequest::State {
    explicit State(const boost::asio::any_io_executor& executor) : event(executor) {}
    boost::asio::windows::object_handle event;
};

EndRequest::EndRequest(const boost::asio::any_io_executor& executor, std::function<void()> told)
    : state_(std::make_shared<State>(executor)) {
    const platform::LocalMemory descriptor = platform::ownerOnlyDescriptor();
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    constexpr BOOL kStaysSet = TRUE;
    const HANDLE event =
        ::CreateEventW(&attributes, kStaysSet, FALSE, eventName(::GetCurrentProcessId()).c_str());
    if (event == nullptr)
        throw std::system_error(static_cast<int>(::GetLastError()), std::system_category(),
                                "event to end by");
    state_->event.assign(event);
    state_->event.async_wait([told = std::move(told)](const boost::system::error_code& error) {
        if (!error) told();
    });
}

EndRequest::~EndRequest() = default;

bool endDaemon(int id) {
    const auto number = static_cast<DWORD>(id);
    // First, so that its number cannot have become another's when it has ended.
    const platform::UniqueHandle daemon(::OpenProcess(SYNCHRONIZE, FALSE, number));
    const platform::UniqueHandle event(::OpenEventW(EVENT_MODIFY_STATE, FALSE, eventName(number).c_str()));
    return daemon && event && ::SetEvent(event.get()) != FALSE &&
           ::WaitForSingleObject(daemon.get(), kPatienceMilliseconds) == WAIT_OBJECT_0;
}

}  // namespace ukey
