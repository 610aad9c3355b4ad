// What a dialog's window looks like: real controls, so that a screen reader names them and the keyboard
// reaches them; laid out for any scaling, in the system's own colours.
#pragma once

#include <windows.h>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tokenlib/prompt/platform/windows/dialog_window.hpp"
#include "tokenlib/prompt/platform/windows/picture.hpp"

namespace ukey::prompt::windows {

/// Of the button that agrees. Not IDOK, which the Enter key means wherever the focus is.
inline constexpr int kAgree = 100;

class Face {
  public:
    /// Creates the controls in `window`; nothing is shown yet.
    Face(HWND window, const Question& question);

    /// Places everything for the window's scaling, and the window in the middle of its screen.
    void layOut();

    /// The error above the fields; a screen reader says it at once.
    void showError(const std::string& text);
    void showHint(const std::string& text);

    HWND field() const { return field_; }  ///< Null where nothing is typed.
    HWND again() const { return again_; }  ///< The second one of a new PIN.
    HWND list() const { return list_; }    ///< Of what can be chosen.

    /// Answers WM_DRAWITEM: draws the Ukey.
    void drawPicture(const DRAWITEMSTRUCT& item) const;
    /// Answers WM_ERASEBKGND and the WM_CTLCOLOR messages.
    void paintGround(HDC to) const;
    LRESULT colour(HDC to, HWND control) const;
    /// After the user changed colours or contrast.
    void readColours();

  private:
    struct FontDeleter {
        void operator()(HFONT font) const noexcept { ::DeleteObject(font); }
    };
    using Font = std::unique_ptr<std::remove_pointer_t<HFONT>, FontDeleter>;

    enum class Style : std::uint8_t { normal, strong, quiet, error, framed };
    /// A text, and what it is the label of: that stands beside it.
    struct Piece {
        HWND control = nullptr;
        Style style = Style::normal;
        std::wstring text;
        HWND label = nullptr;
        std::wstring labelText;
        bool hasSpaceAbove = false;
    };

    HWND add(const wchar_t* kind, std::wstring_view text, DWORD style, DWORD extendedStyle = 0, int id = 0);
    HWND addStatic(std::wstring_view text, DWORD style = 0);
    HWND addField(const std::string& label);
    void addPicture();
    void addRows();
    void addList();
    void addButtons();

    int scaled(int pixels) const { return ::MulDiv(pixels, static_cast<int>(dpi_), 96); }
    void makeFonts();
    HFONT fontOf(Style style) const {
        return style == Style::normal || style == Style::quiet || style == Style::framed ? normal_.get()
                                                                                         : strong_.get();
    }
    SIZE measure(const std::wstring& text, HFONT font, int width) const;
    void place(HWND control, int x, int y, int width, int height) const;
    int widestLabel() const;
    int pictureRoom() const;
    int placeRows(int top, int left, int width);
    int placeFields(int top, int width);
    int placeButtons(int top, int width) const;
    void placeWindow(int width, int height) const;

    HWND window_;
    const Question& question_;
    UINT dpi_ = 96;
    Font normal_;
    Font strong_;
    std::unique_ptr<Picture> picture_;  ///< Null: there is none.
    HWND pictureControl_ = nullptr;
    std::vector<Piece> pieces_;
    HWND whole_ = nullptr;  ///< All of the text, to be scrolled, when it is too long for the screen.
    HWND error_ = nullptr;
    HWND hint_ = nullptr;
    std::vector<HWND> fieldLabels_;
    HWND field_ = nullptr;
    HWND again_ = nullptr;
    HWND list_ = nullptr;
    HWND agree_ = nullptr;
    HWND cancel_ = nullptr;
    RECT frame_{};    ///< Around another's text; empty: there is none.
    int footer_ = 0;  ///< Where the ground of the buttons begins.
    bool highContrast_ = false;
};

}  // namespace ukey::prompt::windows
