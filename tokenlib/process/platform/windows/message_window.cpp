#include "tokenlib/process/platform/windows/message_window.hpp"

#include <future>
#include <thread>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::platform {
namespace {

constexpr const wchar_t* kClass = L"UkeyBridgeMessages";

LRESULT CALLBACK onWindowMessage(HWND window, UINT message, WPARAM first, LPARAM second) {
    if (message == WM_DESTROY) {
        ::PostQuitMessage(0);
        return 0;
    }
    const auto* told =
        reinterpret_cast<const MessageWindow::OnMessage*>(::GetWindowLongPtrW(window, GWLP_USERDATA));
    if (told != nullptr) (*told)(message, first, second);
    return ::DefWindowProcW(window, message, first, second);
}

HWND makeWindow(MessageWindow::Place place) {
    WNDCLASSEXW type{};
    type.cbSize = sizeof type;
    type.lpfnWndProc = onWindowMessage;
    type.hInstance = ::GetModuleHandleW(nullptr);
    type.lpszClassName = kClass;
    ::RegisterClassExW(&type);  // Fails for the second window of a process, which does not matter.
    // It is never shown; as a tool window it is in no list of windows either.
    const HWND parent = place == MessageWindow::Place::apart ? HWND_MESSAGE : nullptr;
    return ::CreateWindowExW(WS_EX_TOOLWINDOW, kClass, nullptr, WS_POPUP, 0, 0, 0, 0, parent, nullptr,
                             type.hInstance, nullptr);
}

}  // namespace

struct MessageWindow::State {
    OnMessage onMessage;
    HWND window = nullptr;
    std::thread thread;

    void run(const OnCreated& onCreated, Place place, std::promise<DWORD>& ready) {
        window = makeWindow(place);
        if (window == nullptr) return ready.set_value(::GetLastError());
        onCreated(window);
        ::SetWindowLongPtrW(window, GWLP_USERDATA, reinterpret_cast<LONG_PTR>(&onMessage));
        ready.set_value(ERROR_SUCCESS);
        MSG message{};
        while (::GetMessageW(&message, nullptr, 0, 0) > 0) ::DispatchMessageW(&message);
    }
};

MessageWindow::MessageWindow(const OnCreated& onCreated, OnMessage onMessage, Place place)
    : state_(std::make_unique<State>()) {
    state_->onMessage = std::move(onMessage);
    std::promise<DWORD> ready;
    auto isReady = ready.get_future();
    state_->thread = std::thread([&, state = state_.get()] { state->run(onCreated, place, ready); });
    const DWORD error = isReady.get();
    if (error == ERROR_SUCCESS) return;
    state_->thread.join();
    throw Error(ErrorCode::internal, "no window for the system's messages: " + describeError(error));
}

MessageWindow::~MessageWindow() {
    ::PostMessageW(state_->window, WM_CLOSE, 0, 0);
    state_->thread.join();
}

}  // namespace ukey::platform
