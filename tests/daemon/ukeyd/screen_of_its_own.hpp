// An X display that nobody sees, with hands: Xvfb and xdotool.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

namespace ukey::test {

/// While it lives, DISPLAY names it. No window manager: the focus is where the test puts it.
class ScreenOfItsOwn {
  public:
    explicit ScreenOfItsOwn(const std::string& size = "900x700");
    ~ScreenOfItsOwn();
    ScreenOfItsOwn(const ScreenOfItsOwn&) = delete;
    ScreenOfItsOwn& operator=(const ScreenOfItsOwn&) = delete;

    /// Waits until a window with this title is on the screen; its number.
    std::string waitForWindow(const std::string& title) const;
    /// Whether there is one now.
    bool hasWindow(const std::string& title) const;

    /// Keys as a keyboard sends them: to whoever has the focus or has grabbed the keyboard.
    void type(const std::string& text) const;
    void press(const std::string& key) const;
    void focus(const std::string& window) const;

    /// ukey-prompt says so when what is typed and clicked counts.
    void waitUntilAnswerable(const std::string& window) const;
    /// Width and height.
    std::pair<int, int> sizeOf(const std::string& window) const;
    /// Presses the pointer's button so far from the window's lower right corner.
    void clickFromTheCorner(const std::string& window, int left, int up) const;

    /// How light it is altogether: 0 is black, 1 white.
    double lightnessOf(const std::string& window) const;

    void takePicture(const std::string& window, const std::string& file) const;

  private:
    pid_t process_ = -1;
};

}  // namespace ukey::test
