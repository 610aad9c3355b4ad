#include "tests/support/platform/windows/hands.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <stdexcept>

#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::test {
namespace {

void send(INPUT input) {
    if (::SendInput(1, &input, sizeof input) != 1) throw std::runtime_error("no hands");
}

void key(WORD code, DWORD flags) {
    INPUT input{};
    input.type = INPUT_KEYBOARD;
    input.ki.wVk = code;
    input.ki.dwFlags = flags;
    send(input);
}

void button(DWORD flags) {
    INPUT input{};
    input.type = INPUT_MOUSE;
    input.mi.dwFlags = flags;
    send(input);
}

std::string classOf(HWND window) {
    std::array<wchar_t, 64> name{};
    (void)::GetClassNameW(window, name.data(), static_cast<int>(name.size()));
    return platform::toUtf8(name.data());
}

}  // namespace

HWND dialogTitled(const std::string& title) {
    const HWND window = ::FindWindowW(L"#32770", platform::toWide(title).c_str());
    return window != nullptr && ::IsWindowVisible(window) != FALSE ? window : nullptr;
}

HWND focusIn(HWND window) {
    GUITHREADINFO info{};
    info.cbSize = sizeof info;
    return ::GetGUIThreadInfo(::GetWindowThreadProcessId(window, nullptr), &info) != FALSE ? info.hwndFocus
                                                                                           : nullptr;
}

void press(WORD code) {
    key(code, 0);
    key(code, KEYEVENTF_KEYUP);
}

void type(const std::string& text) {
    for (const wchar_t character : platform::toWide(text)) {
        const SHORT scan = ::VkKeyScanW(character);
        const bool shifted = (scan & 0x100) != 0;
        if (shifted) key(VK_SHIFT, 0);
        press(static_cast<WORD>(scan & 0xff));
        if (shifted) key(VK_SHIFT, KEYEVENTF_KEYUP);
    }
}

void clickOn(HWND control) {
    RECT area{};
    ::GetWindowRect(control, &area);
    ::SetCursorPos((area.left + area.right) / 2, (area.top + area.bottom) / 2);
    button(MOUSEEVENTF_LEFTDOWN);
    button(MOUSEEVENTF_LEFTUP);
}

std::vector<HWND> controlsOf(HWND dialog, const std::string& windowClass) {
    std::vector<HWND> controls;
    for (HWND control = ::GetWindow(dialog, GW_CHILD); control != nullptr;
         control = ::GetWindow(control, GW_HWNDNEXT)) {
        const bool isWanted = windowClass.empty() || classOf(control) == windowClass;
        if (isWanted && ::IsWindowVisible(control) != FALSE) controls.push_back(control);
    }
    return controls;
}

std::string textOf(HWND window) {
    // Not GetWindowText: that asks the window's own thread only within one process, and never a field.
    std::wstring text(static_cast<std::size_t>(::SendMessageW(window, WM_GETTEXTLENGTH, 0, 0)) + 1, L'\0');
    const LRESULT got =
        ::SendMessageW(window, WM_GETTEXT, text.size(), reinterpret_cast<LPARAM>(text.data()));
    text.resize(static_cast<std::size_t>(std::max<LRESULT>(got, 0)));
    return platform::toUtf8(text);
}

bool says(HWND dialog, const std::string& text) {
    const auto controls = controlsOf(dialog);
    if (std::any_of(controls.begin(), controls.end(), [&](HWND control) { return textOf(control) == text; }))
        return true;
    // Where there is no room for all the controls, a text that can be scrolled has their words.
    const auto fields = controlsOf(dialog, "Edit");
    return std::any_of(fields.begin(), fields.end(), [&](HWND field) {
        const bool isOfManyLines = (::GetWindowLongPtrW(field, GWL_STYLE) & ES_MULTILINE) != 0;
        return isOfManyLines && textOf(field).find(text) != std::string::npos;
    });
}

COLORREF groundOf(HWND control) {
    ::UpdateWindow(::GetParent(control));
    RECT area{};
    ::GetWindowRect(control, &area);
    const HDC screen = ::GetDC(nullptr);
    const COLORREF ground = ::GetPixel(screen, area.left - 2, area.top);
    ::ReleaseDC(nullptr, screen);
    return ground;
}

COLORREF colourAt(HWND control, double right, double down) {
    ::UpdateWindow(control);
    RECT area{};
    ::GetWindowRect(control, &area);
    const HDC screen = ::GetDC(nullptr);
    const COLORREF colour = ::GetPixel(screen, area.left + static_cast<int>(right * (area.right - area.left)),
                                       area.top + static_cast<int>(down * (area.bottom - area.top)));
    ::ReleaseDC(nullptr, screen);
    return colour;
}

void takePicture(HWND window, const std::string& file) {
    RECT area{};
    ::GetWindowRect(window, &area);
    const int width = area.right - area.left;
    const int height = area.bottom - area.top;
    const HDC screen = ::GetDC(nullptr);
    const HDC memory = ::CreateCompatibleDC(screen);
    BITMAPINFO format{};
    format.bmiHeader.biSize = sizeof format.bmiHeader;
    format.bmiHeader.biWidth = width;
    format.bmiHeader.biHeight = -height;
    format.bmiHeader.biPlanes = 1;
    format.bmiHeader.biBitCount = 32;
    void* pixels = nullptr;
    const HBITMAP bitmap = ::CreateDIBSection(screen, &format, DIB_RGB_COLORS, &pixels, nullptr, 0);
    const HGDIOBJ before = ::SelectObject(memory, bitmap);
    ::BitBlt(memory, 0, 0, width, height, screen, area.left, area.top, SRCCOPY);
    ::GdiFlush();
    const auto octets = static_cast<DWORD>(width * height * 4);
    BITMAPFILEHEADER header{};
    header.bfType = 0x4d42;
    header.bfOffBits = static_cast<DWORD>(sizeof header + sizeof format.bmiHeader);
    header.bfSize = header.bfOffBits + octets;
    std::ofstream out(pathFrom(file), std::ios::binary);
    out.write(reinterpret_cast<const char*>(&header), sizeof header);
    out.write(reinterpret_cast<const char*>(&format.bmiHeader), sizeof format.bmiHeader);
    out.write(static_cast<const char*>(pixels), octets);
    ::SelectObject(memory, before);
    ::DeleteObject(bitmap);
    ::DeleteDC(memory);
    ::ReleaseDC(nullptr, screen);
}

}  // namespace ukey::test
