#include "daemon/config/platform/windows/registry.hpp"

// Windows.h must come first.
// clang-format off
#include <windows.h>
#include <userenv.h>
// clang-format on

#include <algorithm>
#include <cstring>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::config {
namespace {

using platform::toUtf8;
using platform::UniqueKey;

constexpr DWORD kLargestValue = 1024UL * 1024UL;
constexpr std::size_t kLongestRegistryName = 16384;  // Of a value; keys have shorter ones.
constexpr int kDeepest = 4;                          // Settings do not lie deeper.

[[noreturn]] void fail(const std::string& place, const std::string& why) {
    throw Error(ErrorCode::badRequest, place + ": " + why);
}

std::wstring untilNul(std::wstring_view text) { return std::wstring(text.substr(0, text.find(L'\0'))); }

/// By the variables of the system alone: those of the user could lead to another library than the
/// administrator meant.
std::string expanded(const std::wstring& text, const std::string& place) {
    std::wstring result(32768, L'\0');
    if (::ExpandEnvironmentStringsForUserW(nullptr, text.c_str(), result.data(),
                                           static_cast<DWORD>(result.size())) == FALSE)
        fail(place, platform::describeError(::GetLastError()));
    return toUtf8(untilNul(result));
}

std::vector<std::string> linesOf(std::wstring_view text) {
    std::vector<std::string> lines;
    while (!text.empty() && text.front() != L'\0') {
        const std::wstring line = untilNul(text);
        lines.push_back(toUtf8(line));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return lines;
}

/// Whoever wrote the value need not have ended its text, nor given whole characters.
RegistryValue valueOf(std::string name, DWORD type, const std::vector<BYTE>& data, const std::string& place) {
    std::wstring text(data.size() / sizeof(wchar_t), L'\0');
    if (!text.empty()) ::memcpy(text.data(), data.data(), text.size() * sizeof(wchar_t));
    switch (type) {
        case REG_SZ:
            return {std::move(name), toUtf8(untilNul(text))};
        case REG_EXPAND_SZ:
            return {std::move(name), expanded(untilNul(text), place)};
        case REG_MULTI_SZ:
            return {std::move(name), linesOf(text)};
        case REG_DWORD: {
            std::uint32_t number = 0;
            if (data.size() != sizeof number) fail(place, "is no whole REG_DWORD");
            ::memcpy(&number, data.data(), sizeof number);
            return {std::move(name), number};
        }
        default:
            return {std::move(name), RegistryValue::OtherType{type}};
    }
}

/// Nothing after the last one.
std::optional<RegistryValue> valueAt(HKEY key, DWORD index, const std::string& keyName) {
    std::wstring name(kLongestRegistryName, L'\0');
    std::vector<BYTE> data(1024);
    for (;;) {
        auto length = static_cast<DWORD>(name.size());
        auto size = static_cast<DWORD>(data.size());
        DWORD type = REG_NONE;
        const LSTATUS status =
            ::RegEnumValueW(key, index, name.data(), &length, nullptr, &type, data.data(), &size);
        if (status == ERROR_NO_MORE_ITEMS) return std::nullopt;
        const std::string valueName =
            toUtf8(std::wstring_view(name.data(), std::min<std::size_t>(length, name.size())));
        const std::string place = keyName + "\\" + (valueName.empty() ? "(Default)" : valueName);
        if (status == ERROR_MORE_DATA && size > data.size() && size <= kLargestValue) {
            data.resize(size);
            continue;
        }
        if (status == ERROR_MORE_DATA) fail(place, "is larger than 1 MiB");
        if (status != ERROR_SUCCESS)
            fail(place, "cannot be read: " + platform::describeError(static_cast<DWORD>(status)));
        data.resize(size);
        return valueOf(valueName, type, data, place);
    }
}

std::optional<RegistryKey> readKey(HKEY parent, const std::wstring& path, std::string name, int depth) {
    HKEY opened = nullptr;
    const LSTATUS status = ::RegOpenKeyExW(parent, path.c_str(), 0, KEY_READ | KEY_WOW64_64KEY, &opened);
    if (status == ERROR_FILE_NOT_FOUND) return std::nullopt;
    if (status != ERROR_SUCCESS)
        fail(name, "cannot be read: " + platform::describeError(static_cast<DWORD>(status)));
    const UniqueKey key(opened);
    if (depth > kDeepest) fail(name, "is not a known setting");
    RegistryKey read{std::move(name), {}, {}};
    for (DWORD i = 0;; ++i) {
        auto value = valueAt(key.get(), i, read.name);
        if (!value) break;
        read.values.push_back(std::move(*value));
    }
    std::wstring inner(kLongestRegistryName, L'\0');
    for (DWORD i = 0;; ++i) {
        auto length = static_cast<DWORD>(inner.size());
        const LSTATUS next =
            ::RegEnumKeyExW(key.get(), i, inner.data(), &length, nullptr, nullptr, nullptr, nullptr);
        if (next != ERROR_SUCCESS) break;
        const std::wstring innerName(inner.data(), length);
        auto found = readKey(key.get(), innerName, read.name + "\\" + toUtf8(innerName), depth + 1);
        if (found) read.keys.push_back(std::move(*found));
    }
    return read;
}

}  // namespace

std::optional<RegistryKey> readMachineKey(const std::string& path) {
    return readKey(HKEY_LOCAL_MACHINE, platform::toWide(path), "HKLM\\" + path, 0);
}

}  // namespace ukey::config
