#include "tokenlib/prompt/platform/windows/dialog_face.hpp"

#include <algorithm>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"
#include "tokenlib/prompt/dialog_rows.hpp"

namespace ukey::prompt::windows {
namespace {

using platform::toWide;

// At a scaling of 100 %.
constexpr int kWidth = 430;
constexpr int kMargin = 20;
constexpr int kGap = 12;
constexpr int kRowGap = 6;
constexpr int kPadding = 8;
constexpr int kPictureWidth = 120;
constexpr int kPictureHeight = 72;
constexpr int kButtonWidth = 92;
constexpr int kButtonHeight = 28;
constexpr int kFieldPadding = 10;  ///< Of both sides, with its edge.
constexpr int kShownItems = 6;
/// A label takes at most so much of a row's width.
constexpr int kLabelShare = 3;
/// Of the screen's height, for the text; more than that is scrolled.
constexpr int kTextShare = 2;
constexpr COLORREF kErrorColour = RGB(0xb0, 0x1c, 0x1c);

std::wstring joined(const std::vector<Row>& rows) {
    std::wstring text;
    for (const Row& row : rows) {
        if (!text.empty()) text += L"\r\n";
        if (row.kind == RowKind::heading) text += L"\r\n";
        text += toWide(row.label.empty() ? row.value : row.label + "  " + row.value);
    }
    return text;
}

std::wstring textOf(HWND control) {
    std::wstring text(static_cast<std::size_t>(::GetWindowTextLengthW(control)), L'\0');
    const int got = ::GetWindowTextW(control, text.data(), static_cast<int>(text.size()) + 1);
    text.resize(static_cast<std::size_t>(std::max(got, 0)));
    return text;
}

/// Quieter than the text, and still 4.5 times as light or dark as the ground.
COLORREF between(COLORREF text, COLORREF ground) {
    const auto mixed = [](int a, int b) { return static_cast<BYTE>((3 * a + 2 * b) / 5); };
    return RGB(mixed(GetRValue(text), GetRValue(ground)), mixed(GetGValue(text), GetGValue(ground)),
               mixed(GetBValue(text), GetBValue(ground)));
}

RECT workAreaOf(HWND window) {
    MONITORINFO monitor{};
    monitor.cbSize = sizeof monitor;
    if (::GetMonitorInfoW(::MonitorFromWindow(window, MONITOR_DEFAULTTOPRIMARY), &monitor) != FALSE)
        return monitor.rcWork;
    return {0, 0, 640, 480};
}

}  // namespace

Face::Face(HWND window, const Question& question) : window_(window), question_(question) {
    readColours();
    const Dialog& dialog = question.dialog;
    addPicture();
    addRows();
    error_ = addStatic(L"");
    ::ShowWindow(error_, SW_HIDE);
    const auto labelOr = [&](const char* key) {
        return dialog.label.empty() ? ukey::message(dialog.language, key) : dialog.label;
    };
    if (question.kind == Kind::pin) field_ = addField(labelOr("dialog.pin"));
    if (question.kind == Kind::newPin) {
        field_ = addField(labelOr("dialog.new-pin"));
        again_ = addField(ukey::message(dialog.language, "dialog.repeat-pin"));
    }
    if (question.kind == Kind::choose) addList();
    hint_ = addStatic(L"");
    addButtons();
}

HWND Face::add(const wchar_t* kind, std::wstring_view text, DWORD style, DWORD extendedStyle, int id) {
    const HWND control = ::CreateWindowExW(
        extendedStyle, kind, std::wstring(text).c_str(), WS_CHILD | WS_VISIBLE | style, 0, 0, 0, 0, window_,
        reinterpret_cast<HMENU>(static_cast<INT_PTR>(id)), ::GetModuleHandleW(nullptr), nullptr);
    if (control == nullptr)
        throw Error(ErrorCode::promptUnavailable, "window: " + platform::describeError(::GetLastError()));
    return control;
}

/// An ampersand is one, whoever wrote it; a name without blanks is broken where the line ends.
HWND Face::addStatic(std::wstring_view text, DWORD style) {
    return add(L"STATIC", text, SS_LEFT | SS_NOPREFIX | SS_EDITCONTROL | style);
}

/// Its text is what a screen reader says of it.
void Face::addPicture() {
    picture_ = Picture::read(question_.picture);
    if (picture_) pictureControl_ = add(L"STATIC", toWide(question_.dialog.model), SS_OWNERDRAW);
}

void Face::drawPicture(const DRAWITEMSTRUCT& item) const {
    if (item.hwndItem != pictureControl_ || !picture_) return;
    ::FillRect(item.hDC, &item.rcItem, ::GetSysColorBrush(COLOR_WINDOW));
    picture_->draw(item.hDC, item.rcItem);
}

void Face::addRows() {
    const std::vector<Row> rows = rowsOf(question_.dialog.text, question_.dialog.language);
    whole_ = add(L"EDIT", joined(rows), WS_TABSTOP | WS_VSCROLL | ES_MULTILINE | ES_READONLY | ES_AUTOVSCROLL,
                 WS_EX_CLIENTEDGE);
    ::ShowWindow(whole_, SW_HIDE);
    for (auto row = rows.begin(); row != rows.end(); ++row) {
        Piece piece;
        piece.text = toWide(row->value);
        if (row->kind == RowKind::quoted) {
            // One frame around all of them.
            for (++row; row != rows.end(); ++row) piece.text += L"\n" + toWide(row->value);
            piece.style = Style::framed;
            piece.control = addStatic(piece.text);
            pieces_.push_back(std::move(piece));
            return;
        }
        if (row->kind == RowKind::fact) {
            piece.labelText = toWide(row->label);
            piece.label = addStatic(piece.labelText);
        }
        piece.style = row->isStrong ? Style::strong : Style::normal;
        piece.hasSpaceAbove = row->kind == RowKind::heading;
        piece.control = addStatic(piece.text);
        pieces_.push_back(std::move(piece));
    }
}

/// The label comes just before the field: that is how screen readers know it.
HWND Face::addField(const std::string& label) {
    fieldLabels_.push_back(addStatic(toWide(label)));
    const HWND field =
        add(L"EDIT", L"", WS_TABSTOP | WS_DISABLED | ES_PASSWORD | ES_AUTOHSCROLL, WS_EX_CLIENTEDGE);
    ::SendMessageW(field, EM_SETLIMITTEXT, kMaxPin, 0);
    return field;
}

void Face::addList() {
    if (!question_.dialog.label.empty()) fieldLabels_.push_back(addStatic(toWide(question_.dialog.label)));
    list_ = add(L"LISTBOX", L"", WS_TABSTOP | WS_DISABLED | WS_VSCROLL | LBS_NOTIFY | LBS_NOINTEGRALHEIGHT,
                WS_EX_CLIENTEDGE);
    for (const std::string& item : question_.items)
        ::SendMessageW(list_, LB_ADDSTRING, 0, reinterpret_cast<LPARAM>(toWide(item).c_str()));
    ::SendMessageW(list_, LB_SETCURSEL, 0, 0);
}

void Face::addButtons() {
    const Dialog& dialog = question_.dialog;
    const auto orElse = [&](const std::string& text, const char* key) {
        return toWide(text.empty() ? ukey::message(dialog.language, key) : text);
    };
    // In a question Enter is neither yes nor no: the button is pressed by its name.
    const DWORD looks = question_.kind == Kind::confirm ? BS_PUSHBUTTON : BS_DEFPUSHBUTTON;
    agree_ = add(L"BUTTON", orElse(dialog.ok, "dialog.ok"), WS_TABSTOP | looks, 0, kAgree);
    if (question_.kind != Kind::message)
        cancel_ =
            add(L"BUTTON", orElse(dialog.cancel, "dialog.cancel"), WS_TABSTOP | BS_PUSHBUTTON, 0, IDCANCEL);
}

void Face::makeFonts() {
    NONCLIENTMETRICSW metrics{};
    metrics.cbSize = sizeof metrics;
    if (::SystemParametersInfoForDpi(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0, dpi_) == FALSE)
        return;
    LOGFONTW font = metrics.lfMessageFont;
    if (question_.dialog.language == Language::chinese) {
        constexpr std::wstring_view name = L"Microsoft YaHei UI";
        std::fill(std::begin(font.lfFaceName), std::end(font.lfFaceName), L'\0');
        std::copy(name.begin(), name.end(), font.lfFaceName);
    }
    normal_.reset(::CreateFontIndirectW(&font));
    font.lfWeight = FW_SEMIBOLD;
    strong_.reset(::CreateFontIndirectW(&font));
}

SIZE Face::measure(const std::wstring& text, HFONT font, int width) const {
    const HDC screen = ::GetDC(window_);
    const HGDIOBJ before = ::SelectObject(screen, font);
    RECT area{0, 0, width, 0};
    // As a static with SS_EDITCONTROL draws it.
    ::DrawTextW(screen, text.empty() ? L" " : text.c_str(), -1, &area,
                DT_CALCRECT | DT_LEFT | DT_WORDBREAK | DT_NOPREFIX | DT_EDITCONTROL | DT_EXPANDTABS);
    ::SelectObject(screen, before);
    ::ReleaseDC(window_, screen);
    return {area.right, area.bottom};
}

void Face::place(HWND control, int x, int y, int width, int height) const {
    ::SetWindowPos(control, nullptr, x, y, width, height, SWP_NOZORDER | SWP_NOACTIVATE);
}

int Face::widestLabel() const {
    int widest = 0;
    for (const Piece& piece : pieces_) {
        if (piece.label != nullptr)
            widest = std::max(widest,
                              static_cast<int>(measure(piece.labelText, normal_.get(), scaled(kWidth)).cx));
    }
    return std::min(widest, scaled(kWidth) / kLabelShare);
}

/// Beside the text.
int Face::pictureRoom() const { return picture_ ? scaled(kPictureWidth + kMargin) : 0; }

/// Returns where the next thing goes.
int Face::placeRows(int top, int left, int width) {
    const int labelWidth = widestLabel();
    const int valueLeft = labelWidth + scaled(kGap);
    int y = top;
    for (const Piece& piece : pieces_) {
        const bool hasLabel = piece.label != nullptr;
        const bool isFramed = piece.style == Style::framed;
        if (piece.hasSpaceAbove) y += scaled(kGap) - scaled(kRowGap);
        const int padding = isFramed ? scaled(kPadding) : 0;
        const int room = (hasLabel ? width - valueLeft : width) - 2 * padding;
        int height = static_cast<int>(measure(piece.text, fontOf(piece.style), room).cy);
        if (isFramed) frame_ = {left, y, left + width, y + height + 2 * padding};
        y += padding;
        ::SendMessageW(piece.control, WM_SETFONT, reinterpret_cast<WPARAM>(fontOf(piece.style)), FALSE);
        place(piece.control, (hasLabel ? left + valueLeft : left) + padding, y, room, height);
        if (hasLabel) {
            const int labelHeight = static_cast<int>(measure(piece.labelText, normal_.get(), labelWidth).cy);
            ::SendMessageW(piece.label, WM_SETFONT, reinterpret_cast<WPARAM>(normal_.get()), FALSE);
            place(piece.label, left, y, labelWidth, labelHeight);
            height = std::max(height, labelHeight);
        }
        y += height + padding + scaled(kRowGap);
    }
    y -= pieces_.empty() ? 0 : scaled(kRowGap);
    const RECT area = workAreaOf(window_);
    const int most = (area.bottom - area.top) / kTextShare;
    const bool isTooLong = y - top > most;
    if (isTooLong) frame_ = {};
    for (const Piece& piece : pieces_) {
        ::ShowWindow(piece.control, isTooLong ? SW_HIDE : SW_SHOWNA);
        if (piece.label != nullptr) ::ShowWindow(piece.label, isTooLong ? SW_HIDE : SW_SHOWNA);
    }
    ::SendMessageW(whole_, WM_SETFONT, reinterpret_cast<WPARAM>(normal_.get()), FALSE);
    ::ShowWindow(whole_, isTooLong ? SW_SHOWNA : SW_HIDE);
    if (!isTooLong) return y + scaled(kGap);
    place(whole_, left, top, width, most);
    return top + most + scaled(kGap);
}

int Face::placeFields(int top, int width) {
    const int left = scaled(kMargin);
    int y = top;
    int labelWidth = 0;
    for (const HWND label : fieldLabels_)
        labelWidth =
            std::max(labelWidth, static_cast<int>(measure(textOf(label), normal_.get(), width / 2).cx));
    const auto labelled = [&](HWND label, HWND field) {
        const int height = static_cast<int>(measure(L"X", normal_.get(), width).cy) + scaled(kFieldPadding);
        const int textHeight = static_cast<int>(measure(textOf(label), normal_.get(), labelWidth).cy);
        place(label, left, y + std::max(0, (height - textHeight) / 2), labelWidth,
              std::max(height, textHeight));
        place(field, left + labelWidth + scaled(kGap), y, width - labelWidth - scaled(kGap), height);
        y += std::max(height, textHeight) + scaled(kPadding);
    };
    if (field_ != nullptr) labelled(fieldLabels_.front(), field_);
    if (again_ != nullptr) labelled(fieldLabels_.back(), again_);
    if (list_ != nullptr) {
        if (!fieldLabels_.empty()) {
            const int height =
                static_cast<int>(measure(textOf(fieldLabels_.front()), normal_.get(), width).cy);
            place(fieldLabels_.front(), left, y, width, height);
            y += height + scaled(kRowGap);
        }
        const int line = static_cast<int>(measure(L"X", normal_.get(), width).cy) + scaled(2);
        const int shown = std::clamp(static_cast<int>(question_.items.size()), 2, kShownItems);
        const int height = shown * line + scaled(kPadding);
        ::SendMessageW(list_, LB_SETITEMHEIGHT, 0, line);
        place(list_, left, y, width, height);
        y += height + scaled(kPadding);
    }
    return y == top ? y : y - scaled(kPadding) + scaled(kGap);
}

int Face::placeButtons(int top, int width) const {
    const int height = scaled(kButtonHeight);
    int right = scaled(kMargin) + width;
    for (const HWND button : {cancel_, agree_}) {
        if (button == nullptr) continue;
        const int text = static_cast<int>(measure(textOf(button), normal_.get(), width).cx);
        const int buttonWidth = std::max(scaled(kButtonWidth), text + 2 * scaled(kGap));
        right -= buttonWidth;
        place(button, right, top + scaled(kGap), buttonWidth, height);
        right -= scaled(kPadding);
    }
    return top + height + 2 * scaled(kGap);
}

void Face::layOut() {
    dpi_ = ::GetDpiForWindow(window_);
    if (dpi_ == 0) dpi_ = USER_DEFAULT_SCREEN_DPI;
    makeFonts();
    const RECT area = workAreaOf(window_);
    const int width = std::min(scaled(kWidth) + pictureRoom(),
                               static_cast<int>(area.right - area.left) - 4 * scaled(kMargin));
    const auto font = reinterpret_cast<WPARAM>(normal_.get());
    for (const HWND control : {field_, again_, list_, hint_, agree_, cancel_}) {
        if (control != nullptr) ::SendMessageW(control, WM_SETFONT, font, FALSE);
    }
    for (const HWND label : fieldLabels_) ::SendMessageW(label, WM_SETFONT, font, FALSE);
    if (picture_) {
        place(pictureControl_, scaled(kMargin), scaled(kMargin), scaled(kPictureWidth),
              scaled(kPictureHeight));
    }
    int y = placeRows(scaled(kMargin), scaled(kMargin) + pictureRoom(), width - pictureRoom());
    if (picture_) y = std::max(y, scaled(kMargin + kPictureHeight + kGap));
    const auto line = [&](HWND control, HFONT with) {
        const std::wstring text = textOf(control);
        if (text.empty()) return;
        const int height = static_cast<int>(measure(text, with, width).cy);
        ::SendMessageW(control, WM_SETFONT, reinterpret_cast<WPARAM>(with), FALSE);
        place(control, scaled(kMargin), y, width, height);
        y += height + scaled(kGap);
    };
    line(error_, strong_.get());
    y = placeFields(y, width);
    line(hint_, normal_.get());
    footer_ = y + scaled(kMargin) - scaled(kGap);
    placeWindow(width + 2 * scaled(kMargin), placeButtons(footer_, width));
    ::InvalidateRect(window_, nullptr, TRUE);
}

void Face::placeWindow(int width, int height) const {
    RECT frame{0, 0, width, height};
    const auto style = static_cast<DWORD>(::GetWindowLongPtrW(window_, GWL_STYLE));
    const auto extended = static_cast<DWORD>(::GetWindowLongPtrW(window_, GWL_EXSTYLE));
    ::AdjustWindowRectExForDpi(&frame, style, FALSE, extended, dpi_);
    const RECT area = workAreaOf(window_);
    const int wide = frame.right - frame.left;
    const int high = frame.bottom - frame.top;
    const int x = std::max(area.left, (area.left + area.right - wide) / 2);
    const int y = std::max(area.top, (area.top + area.bottom - high) / 2);
    ::SetWindowPos(window_, nullptr, x, y, wide, high, SWP_NOZORDER | SWP_NOACTIVATE);
}

void Face::showError(const std::string& text) {
    ::SetWindowTextW(error_, toWide(text).c_str());
    ::ShowWindow(error_, SW_SHOWNA);
    layOut();
    ::NotifyWinEvent(EVENT_SYSTEM_ALERT, error_, OBJID_CLIENT, CHILDID_SELF);
}

void Face::showHint(const std::string& text) {
    ::SetWindowTextW(hint_, toWide(text).c_str());
    ::InvalidateRect(hint_, nullptr, TRUE);
}

void Face::readColours() {
    HIGHCONTRASTW contrast{};
    contrast.cbSize = sizeof contrast;
    highContrast_ = ::SystemParametersInfoW(SPI_GETHIGHCONTRAST, sizeof contrast, &contrast, 0) != FALSE &&
                    (contrast.dwFlags & HCF_HIGHCONTRASTON) != 0;
}

void Face::paintGround(HDC to) const {
    RECT area{};
    ::GetClientRect(window_, &area);
    RECT upper = area;
    upper.bottom = footer_;
    ::FillRect(to, &upper, ::GetSysColorBrush(COLOR_WINDOW));
    if (::IsRectEmpty(&frame_) == FALSE) {
        ::FillRect(to, &frame_, ::GetSysColorBrush(highContrast_ ? COLOR_WINDOW : COLOR_BTNFACE));
        ::FrameRect(to, &frame_, ::GetSysColorBrush(highContrast_ ? COLOR_WINDOWTEXT : COLOR_BTNSHADOW));
    }
    area.top = footer_;
    ::FillRect(to, &area, ::GetSysColorBrush(highContrast_ ? COLOR_WINDOW : COLOR_BTNFACE));
}

LRESULT Face::colour(HDC to, HWND control) const {
    const bool isButton = control == agree_ || control == cancel_;
    const bool isFramed = std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& piece) {
        return piece.control == control && piece.style == Style::framed;
    });
    const bool isQuiet =
        control == hint_ || std::any_of(pieces_.begin(), pieces_.end(),
                                        [&](const Piece& piece) { return piece.label == control; });
    COLORREF text = ::GetSysColor(COLOR_WINDOWTEXT);
    // In high contrast grey means "disabled", and red may not be there at all.
    if (!highContrast_ && isQuiet) text = between(text, ::GetSysColor(COLOR_WINDOW));
    if (!highContrast_ && control == error_) text = kErrorColour;
    const int ground = !highContrast_ && (isButton || isFramed) ? COLOR_BTNFACE : COLOR_WINDOW;
    ::SetTextColor(to, text);
    ::SetBkColor(to, ::GetSysColor(ground));
    return reinterpret_cast<LRESULT>(::GetSysColorBrush(ground));
}

}  // namespace ukey::prompt::windows
