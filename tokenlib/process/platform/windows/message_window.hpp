// A window that nobody sees, for what Windows tells windows alone. Only for the files below platform/windows.
#pragma once

#include <windows.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace ukey::platform {

/// Has a thread of its own, on which both functions are called; neither may throw. Without a message the
/// thread sleeps.
class MessageWindow {
  public:
    /// What is sent to all windows (the end of the session) comes to those at the top alone.
    enum class Place : std::uint8_t { apart, top };
    using OnCreated = std::function<void(HWND)>;
    using OnMessage = std::function<void(UINT, WPARAM, LPARAM)>;

    /// Returns when the window is there and `onCreated` has registered it for what it wants to hear. Throws
    /// ukey::Error (internal) when there can be none.
    MessageWindow(const OnCreated& onCreated, OnMessage onMessage, Place place = Place::apart);
    /// Returns when no function is called any more.
    ~MessageWindow();
    MessageWindow(const MessageWindow&) = delete;
    MessageWindow& operator=(const MessageWindow&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ukey::platform
