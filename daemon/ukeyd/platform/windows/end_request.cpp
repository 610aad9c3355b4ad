#include "daemon/ukeyd/platform/end_request.hpp"

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
// clang-format on

#include <spdlog/spdlog.h>

#include <boost/asio/windows/object_handle.hpp>
#include <memory>
#include <string>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/windows/access_list.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/last_error.hpp"
#include "tokenlib/process/platform/windows/message_window.hpp"

namespace ukey {
namespace {

constexpr DWORD kPatienceMilliseconds = 10'000;
/// Of the five seconds that Windows gives a program at the end of the session.
constexpr DWORD kEndOfSessionMilliseconds = 4'000;

/// In the session's own space of names: a daemon belongs to one session.
std::wstring eventName(DWORD process) { return L"Local\\ukeyd-end-" + std::to_wstring(process); }

}  // namespace

struct EndRequest::State {
    explicit State(const boost::asio::any_io_executor& executor)
        : event(executor), finished(::CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { (void)::SetEvent(finished.get()); }

    /// A logoff or a shutdown ends the process, whatever it is doing, as soon as the message is answered: so
    /// the answer waits until all is done.
    void listenForEndOfSession() {
        try {
            session = std::make_unique<platform::MessageWindow>(
                [](HWND) {},
                [signal = event.native_handle(), done = finished.get()](UINT message, WPARAM ends, LPARAM) {
                    if (message != WM_ENDSESSION || ends == FALSE) return;
                    (void)::SetEvent(signal);
                    (void)::WaitForSingleObject(done, kEndOfSessionMilliseconds);
                },
                platform::MessageWindow::Place::top);
        } catch (const Error& error) {
            spdlog::warn("the end of the session is not noticed: {}", error.what());
        }
    }

    boost::asio::windows::object_handle event;
    platform::UniqueHandle finished;
    std::unique_ptr<platform::MessageWindow> session;  // Last: its thread uses both.
};

EndRequest::EndRequest(const boost::asio::any_io_executor& executor, std::function<void()> told)
    : state_(std::make_shared<State>(executor)) {
    const platform::LocalMemory descriptor = platform::ownerOnlyDescriptor();
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    constexpr BOOL kStaysSet = TRUE;
    const HANDLE event =
        ::CreateEventW(&attributes, kStaysSet, FALSE, eventName(::GetCurrentProcessId()).c_str());
    if (event == nullptr) platform::throwLastError("event to end by");
    state_->event.assign(event);
    state_->event.async_wait([told = std::move(told)](const boost::system::error_code& error) {
        if (!error) told();
    });
    state_->listenForEndOfSession();
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
