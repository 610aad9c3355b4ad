// A keyboard and a pointer for the dialogs on this screen, and eyes for them.
#pragma once

#include <windows.h>

#include <string>
#include <vector>

namespace ukey::test {

/// The visible dialog with this title, or null.
HWND dialogTitled(const std::string& title);

/// The control of the window that has the keyboard, or null.
HWND focusIn(HWND window);

/// Keys as a keyboard sends them: to whoever is in front.
void press(WORD key);
void type(const std::string& text);
void clickOn(HWND control);

/// Its controls that are on the screen, in the order of the Tab key, of one window class ("Button"), or all.
std::vector<HWND> controlsOf(HWND dialog, const std::string& windowClass = "");
std::string textOf(HWND window);
/// Whether one of its controls says exactly this.
bool says(HWND dialog, const std::string& text);

/// The colour on which a control lies, just beside it.
COLORREF groundOf(HWND control);

/// The colour within a control, at so much of its width and of its height.
COLORREF colourAt(HWND control, double right, double down);

/// Writes what the screen shows there as a bitmap.
void takePicture(HWND window, const std::string& file);

}  // namespace ukey::test
