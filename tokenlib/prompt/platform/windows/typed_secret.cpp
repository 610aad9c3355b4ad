#include "tokenlib/prompt/platform/windows/typed_secret.hpp"

#include <string>

#include "tokenlib/prompt/prompt.hpp"

namespace ukey::prompt::windows {

std::optional<Secret> typedInto(HWND field) {
    const int length = ::GetWindowTextLengthW(field);
    if (length <= 0) return Secret(kMaxPin);
    Secret wide((static_cast<std::size_t>(length) + 1) * sizeof(wchar_t));
    auto* characters = reinterpret_cast<wchar_t*>(wide.data());
    const int got = ::GetWindowTextW(field, characters, length + 1);
    wide.resize(wide.capacity());  // So that all of it is wiped.
    Secret text(kMaxPin);
    const int octets =
        ::WideCharToMultiByte(CP_UTF8, 0, characters, got, reinterpret_cast<char*>(text.data()),
                              static_cast<int>(kMaxPin), nullptr, nullptr);
    if (octets <= 0) return std::nullopt;
    text.resize(static_cast<std::size_t>(octets));
    return text;
}

void clearField(HWND field) {
    const int length = ::GetWindowTextLengthW(field);
    if (length > 0) ::SetWindowTextW(field, std::wstring(static_cast<std::size_t>(length), L'*').c_str());
    ::SetWindowTextW(field, L"");
    ::SendMessageW(field, EM_EMPTYUNDOBUFFER, 0, 0);
}

}  // namespace ukey::prompt::windows
