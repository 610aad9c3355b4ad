#include "tokenlib/prompt/platform/windows/dialog_window.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"
#include "tokenlib/prompt/attention.hpp"
#include "tokenlib/prompt/overlooked.hpp"
#include "tokenlib/prompt/platform/windows/dialog_face.hpp"
#include "tokenlib/prompt/platform/windows/typed_secret.hpp"

namespace ukey::prompt::windows {
namespace {

using platform::describeError;
using platform::toWide;

constexpr UINT_PTR kReadyTimer = 1;
constexpr UINT_PTR kTimeoutTimer = 2;
constexpr UINT_PTR kSightTimer = 3;
/// Sent to itself: whether it is in front is known only when the system is done with bringing it there.
constexpr UINT kLook = WM_APP + 2;

struct Template {
    DLGTEMPLATE dialog;
    WORD menu;
    WORD windowClass;
    WORD title;
};

bool isClick(UINT message) {
    switch (message) {
        case WM_LBUTTONDOWN:
        case WM_LBUTTONDBLCLK:
        case WM_RBUTTONDOWN:
        case WM_RBUTTONDBLCLK:
        case WM_MBUTTONDOWN:
        case WM_MBUTTONDBLCLK:
            return true;
        default:
            return false;
    }
}

bool isDown(int key) { return ::GetKeyState(key) < 0; }

/// A key that writes something, alone or through an input method.
bool isText(const MSG& message) {
    if (message.message != WM_KEYDOWN || isDown(VK_CONTROL)) return false;
    const auto key = static_cast<UINT>(message.wParam);
    if (key == VK_PROCESSKEY || key == VK_PACKET) return true;
    constexpr UINT deadKey = 0x8000'0000U;
    return (::MapVirtualKeyW(key, MAPVK_VK_TO_CHAR) & ~deadKey) > L' ';
}

/// The window of one question, while it is open.
class Window {
  public:
    Window(const Question& question, Withdrawal& withdrawal, const OnOverlooked& onOverlooked)
        : question_(question), withdrawal_(withdrawal), onOverlooked_(onOverlooked) {
        open();
        try {
            face_.emplace(window_, question_);
            withdrawal_.attach(window_);
        } catch (...) {
            close();
            throw;
        }
    }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;
    ~Window() {
        withdrawal_.detach();
        close();
    }

    Answer run() {
        present();
        MSG message;
        while (!done_) {
            if (::GetMessageW(&message, nullptr, 0, 0) <= 0)
                throw Error(ErrorCode::promptUnavailable, "window: its thread was told to end");
            if (isHeldBack(message) || ::IsDialogMessageW(window_, &message) != FALSE) continue;
            ::TranslateMessage(&message);
            ::DispatchMessageW(&message);
        }
        if (failure_) std::rethrow_exception(failure_);
        return std::move(answer_);
    }

  private:
    void open() {
        // Without controls: they are laid out by measure, which a template cannot.
        Template empty{};
        empty.dialog.style = WS_POPUP | WS_CAPTION | WS_SYSMENU;
        empty.dialog.dwExtendedStyle = WS_EX_TOPMOST | WS_EX_APPWINDOW;
        window_ = ::CreateDialogIndirectParamW(::GetModuleHandleW(nullptr), &empty.dialog, nullptr, procedure,
                                               reinterpret_cast<LPARAM>(this));
        if (window_ == nullptr)
            throw Error(ErrorCode::promptUnavailable, "window: " + describeError(::GetLastError()));
        ::SetWindowTextW(window_, toWide(ukey::message(question_.dialog.language, "dialog.title")).c_str());
        // The program's (cmake/windows/program.rc.in), for the task bar; a program of tests has none.
        const HICON icon = ::LoadIconW(::GetModuleHandleW(nullptr), MAKEINTRESOURCEW(1));
        for (const WPARAM size : {ICON_SMALL, ICON_BIG})
            ::SendMessageW(window_, WM_SETICON, size, reinterpret_cast<LPARAM>(icon));
    }

    void close() {
        if (face_) {
            for (const HWND field : {face_->field(), face_->again()}) {
                if (field != nullptr) clearField(field);
            }
        }
        face_.reset();
        ::SetWindowLongPtrW(window_, DWLP_USER, 0);
        ::DestroyWindow(window_);
    }

    void present() {
        face_->showHint(ukey::message(question_.dialog.language, "prompt.wait"));
        if (!question_.dialog.error.empty()) face_->showError(question_.dialog.error);
        face_->layOut();
        const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(question_.dialog.timeout);
        if (time.count() > 0) ::SetTimer(window_, kTimeoutTimer, static_cast<UINT>(time.count()), nullptr);
        attention_.shown(now());
        attention_.away();
        ::ShowWindow(window_, SW_SHOW);
        ::SetForegroundWindow(window_);
        // Enter in a window that has just opened presses nothing.
        ::SetFocus(window_);
        look();
        if (!isInFront_) callForAttention();
    }

    /// The system gives the foreground to whom the user works with, and that was the browser.
    void callForAttention() const {
        FLASHWINFO flash{};
        flash.cbSize = sizeof flash;
        flash.hwnd = window_;
        flash.dwFlags = FLASHW_ALL | FLASHW_TIMERNOFG;
        ::FlashWindowEx(&flash);
    }

    static Attention::Clock::time_point now() { return Attention::Clock::now(); }

    bool isOurs(HWND window) const { return window == window_ || ::IsChild(window_, window) != FALSE; }

    /// Keys and clicks that do not count go no further.
    bool isHeldBack(const MSG& message) {
        if (!isOurs(message.hwnd)) return false;
        const bool isKey = message.message == WM_KEYDOWN || message.message == WM_SYSKEYDOWN;
        const bool isCharacter = message.message == WM_CHAR || message.message == WM_SYSCHAR;
        if (!isKey && !isCharacter && !isClick(message.message)) return false;
        noticeFront();
        bool counts = attention_.isThere(now());
        if (isKey) counts = attention_.key(now());
        if (isClick(message.message)) counts = attention_.click(now());
        const bool isAstray = counts && isKey && face_->field() == nullptr && isText(message);
        if (isAstray) attention_.astray(now());
        if (!counts || isAstray) look();
        return !counts || isAstray;
    }

    /// Active is not enough: a window can be that for its thread alone, while another has the keyboard.
    void noticeFront() {
        const bool isInFront = ::GetForegroundWindow() == window_;
        tellSight(isInFront);
        if (std::exchange(isInFront_, isInFront) == isInFront) return;
        if (isInFront) {
            attention_.back(now());
        } else {
            attention_.away();
        }
    }

    void tellSight(bool isInFront) {
        if (isInFront) {
            overlooked_.back();
        } else {
            overlooked_.away(now());
        }
        const auto news = overlooked_.news(now());
        if (news && onOverlooked_) onOverlooked_(*news);
        if (const auto due = overlooked_.due())
            setTimer(kSightTimer, *due);
        else
            ::KillTimer(window_, kSightTimer);
    }

    void setTimer(UINT_PTR timer, Attention::Clock::time_point at) const {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at - now()).count();
        ::SetTimer(window_, timer, static_cast<UINT>(std::max<std::int64_t>(left, 0) + 1), nullptr);
    }

    /// Takes input from the moment on when it counts.
    void look() {
        noticeFront();
        const bool ready = attention_.isThere(now());
        if (ready != ready_) {
            ready_ = ready;
            face_->showHint(ukey::message(question_.dialog.language, ready ? "prompt.ready" : "prompt.wait"));
            for (const HWND control : {face_->field(), face_->again(), face_->list()}) {
                if (control != nullptr) ::EnableWindow(control, ready ? TRUE : FALSE);
            }
            const HWND first = face_->field() != nullptr ? face_->field() : face_->list();
            // A field that is switched off would keep the focus, and the keyboard would be dead.
            ::SetFocus(ready && first != nullptr ? first : window_);
        }
        if (ready || !isInFront_) {
            ::KillTimer(window_, kReadyTimer);
            return;
        }
        setTimer(kReadyTimer, attention_.earliest());
    }

    static INT_PTR CALLBACK procedure(HWND window, UINT message, WPARAM first, LPARAM second) noexcept {
        if (message == WM_INITDIALOG) {
            ::SetWindowLongPtrW(window, DWLP_USER, second);
            return FALSE;
        }
        auto* self = reinterpret_cast<Window*>(::GetWindowLongPtrW(window, DWLP_USER));
        if (self == nullptr || !self->face_) return FALSE;
        try {
            return self->take(message, first, second);
        } catch (...) {
            // Nothing may be thrown through the system's code between here and run().
            self->failure_ = std::current_exception();
            self->finish(Outcome::cancelled);
            return TRUE;
        }
    }

    INT_PTR take(UINT message, WPARAM first, LPARAM second) {
        switch (message) {
            case WM_COMMAND:
                pressed(LOWORD(first), HIWORD(first));
                return TRUE;
            case WM_TIMER:
                if (first == kTimeoutTimer) finish(Outcome::timedOut);
                if (first == kReadyTimer || first == kSightTimer) look();
                return TRUE;
            case Withdrawal::kMessage:
                finish(Outcome::withdrawn);
                return TRUE;
            case kLook:
                look();
                return TRUE;
            case WM_ACTIVATE:
                keepFocus(LOWORD(first) != WA_INACTIVE);
                ::PostMessageW(window_, kLook, 0, 0);
                return TRUE;
            case WM_SETFOCUS:
                // Of the window itself: else the system would give it to the first button.
                return TRUE;
            case WM_NCACTIVATE:
                ::PostMessageW(window_, kLook, 0, 0);
                return FALSE;
            case WM_DPICHANGED:
            case WM_DISPLAYCHANGE:
                face_->layOut();
                return TRUE;
            case WM_SETTINGCHANGE:
            case WM_SYSCOLORCHANGE:
                face_->readColours();
                ::InvalidateRect(window_, nullptr, TRUE);
                return FALSE;
            case WM_ERASEBKGND:
                face_->paintGround(reinterpret_cast<HDC>(first));
                ::SetWindowLongPtrW(window_, DWLP_MSGRESULT, TRUE);
                return TRUE;
            case WM_DRAWITEM:
                face_->drawPicture(*reinterpret_cast<const DRAWITEMSTRUCT*>(second));
                return TRUE;
            case WM_CTLCOLORSTATIC:
            case WM_CTLCOLOREDIT:
            case WM_CTLCOLORBTN:
            case WM_CTLCOLORLISTBOX:
                return face_->colour(reinterpret_cast<HDC>(first), reinterpret_cast<HWND>(second));
            default:
                return FALSE;
        }
    }

    /// As the system does it, but that at first nothing has the focus.
    void keepFocus(bool isActive) {
        if (isActive) {
            ::SetFocus(::IsChild(window_, focus_) != FALSE ? focus_ : window_);
        } else {
            focus_ = ::GetFocus();
        }
    }

    void pressed(int control, int how) {
        if (control == IDCANCEL) return finish(Outcome::cancelled);
        if (control == kAgree && how == BN_CLICKED) return agree();
        if (control != IDOK) return;
        // Enter, with the focus on no button.
        if (question_.kind == Kind::confirm) return;
        if (face_->again() != nullptr && ::GetFocus() == face_->field()) {
            ::SetFocus(face_->again());
            return;
        }
        agree();
    }

    void agree() {
        noticeFront();
        if (!attention_.isThere(now())) return;
        switch (question_.kind) {
            case Kind::pin:
            case Kind::newPin:
                return takePin();
            case Kind::choose: {
                const LRESULT chosen = ::SendMessageW(face_->list(), LB_GETCURSEL, 0, 0);
                if (chosen < 0) return;
                answer_.chosen = static_cast<std::size_t>(chosen);
                return finish(Outcome::ok);
            }
            case Kind::confirm:
            case Kind::message:
                return finish(Outcome::ok);
        }
    }

    void takePin() {
        const HWND field = face_->field();
        std::optional<Secret> typed = typedInto(field);
        if (!typed) return refuse(tooLong());
        if (typed->empty()) {
            ::SetFocus(field);
            return;
        }
        if (question_.kind == Kind::newPin && !isGoodNew(*typed)) return;
        answer_.pin = std::move(*typed);
        finish(Outcome::ok);
    }

    /// Says what is wrong with it, if anything is.
    bool isGoodNew(const Secret& typed) {
        const std::optional<Secret> again = typedInto(face_->again());
        if (!again || !equalInConstantTime(typed.view(), again->view())) {
            clearField(face_->again());
            face_->showError(ukey::message(question_.dialog.language, "dialog.pins-differ"));
            ::SetFocus(face_->field());
            ::SendMessageW(face_->field(), EM_SETSEL, 0, -1);
            return false;
        }
        const std::string refusal = question_.check ? question_.check(typed) : std::string();
        if (refusal.empty()) return true;
        if (++refusals_ >= kNewPinRounds) {
            finish(Outcome::cancelled);
        } else {
            refuse(refusal);
        }
        return false;
    }

    std::string tooLong() const {
        const std::string most = std::to_string(kMaxPin);
        return ukey::message(question_.dialog.language, "dialog.pin-length", {{"min", "1"}, {"max", most}});
    }

    void refuse(const std::string& why) {
        for (const HWND field : {face_->field(), face_->again()}) {
            if (field != nullptr) clearField(field);
        }
        face_->showError(why);
        ::SetFocus(face_->field());
    }

    void finish(Outcome outcome) {
        answer_.outcome = outcome;
        done_ = true;
        // While the user drags the window or has its menu open the system runs a loop of its own.
        ::SendMessageW(window_, WM_CANCELMODE, 0, 0);
        // The loop in run() sees that it is done when it gets a message.
        ::PostMessageW(window_, WM_NULL, 0, 0);
    }

    const Question& question_;
    Withdrawal& withdrawal_;
    HWND window_ = nullptr;
    const OnOverlooked& onOverlooked_;
    std::optional<Face> face_;
    Attention attention_;
    Overlooked overlooked_;
    Answer answer_;
    std::exception_ptr failure_;
    HWND focus_ = nullptr;  ///< What had it when the window was last in front.
    int refusals_ = 0;
    bool isInFront_ = false;
    bool ready_ = false;
    bool done_ = false;
};

}  // namespace

void Withdrawal::withdraw() noexcept {
    const std::lock_guard guard(mutex_);
    withdrawn_ = true;
    if (window_ != nullptr) ::PostMessageW(window_, kMessage, 0, 0);
}

void Withdrawal::attach(HWND window) noexcept {
    const std::lock_guard guard(mutex_);
    window_ = window;
    if (withdrawn_) ::PostMessageW(window_, kMessage, 0, 0);
}

void Withdrawal::detach() noexcept {
    const std::lock_guard guard(mutex_);
    window_ = nullptr;
}

Answer ask(const Question& question, Withdrawal& withdrawal, const OnOverlooked& onOverlooked) {
    // Of this thread alone: what a maker's library shows is its own business.
    ::SetThreadDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2);
    return Window(question, withdrawal, onOverlooked).run();
}

}  // namespace ukey::prompt::windows
