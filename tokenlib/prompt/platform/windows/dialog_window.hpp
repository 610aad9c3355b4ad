// One question in a window of its own, on the thread that asks.
#pragma once

#include <windows.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/secret.hpp"
#include "tokenlib/prompt/prompt.hpp"

namespace ukey::prompt::windows {

enum class Kind : std::uint8_t { pin, newPin, confirm, message, choose };

struct Question {
    Kind kind = Kind::confirm;
    Dialog dialog;
    NewPinCheck check;               ///< Of a new PIN.
    std::vector<std::string> items;  ///< To choose from.
    std::string_view picture;        ///< Of the dialog's model, as an image file; empty: none.
};

enum class Outcome : std::uint8_t { ok, cancelled, timedOut, withdrawn };

struct Answer {
    Outcome outcome = Outcome::cancelled;
    Secret pin;
    std::size_t chosen = 0;
};

/// Takes a question back from another thread, before its window is there as well as after.
class Withdrawal {
  public:
    /// The message that the window gets.
    static constexpr UINT kMessage = WM_APP + 1;

    void withdraw() noexcept;
    void attach(HWND window) noexcept;
    void detach() noexcept;

  private:
    std::mutex mutex_;
    HWND window_ = nullptr;
    bool withdrawn_ = false;
};

/// Shows it until it is answered or withdrawn. Throws prompt-unavailable where no window can be shown.
/// `onOverlooked` is called on this thread; the dialog's own is not.
Answer ask(const Question& question, Withdrawal& withdrawal, const OnOverlooked& onOverlooked);

}  // namespace ukey::prompt::windows
