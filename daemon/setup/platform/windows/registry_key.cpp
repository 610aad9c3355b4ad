#include "daemon/setup/platform/windows/registry_key.hpp"

#include <algorithm>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::setup {
namespace {

using platform::toUtf8;
using platform::toWide;

constexpr std::size_t kLongestName = 16384;

void must(LSTATUS status, const std::string& path) {
    if (status != ERROR_SUCCESS)
        throw Error(ErrorCode::internal,
                    "HKLM\\" + path + ": " + platform::describeError(static_cast<DWORD>(status)));
}

}  // namespace

Key Key::create(const std::string& path) {
    HKEY key = nullptr;
    must(::RegCreateKeyExW(HKEY_LOCAL_MACHINE, toWide(path).c_str(), 0, nullptr, 0,
                           KEY_READ | KEY_WRITE | KEY_WOW64_64KEY, nullptr, &key, nullptr),
         path);
    return {key, path};
}

std::optional<Key> Key::open(const std::string& path) {
    HKEY key = nullptr;
    const LSTATUS status = ::RegOpenKeyExW(HKEY_LOCAL_MACHINE, toWide(path).c_str(), 0,
                                           KEY_READ | KEY_WRITE | KEY_WOW64_64KEY, &key);
    if (status == ERROR_FILE_NOT_FOUND) return std::nullopt;
    must(status, path);
    return Key(key, path);
}

std::optional<std::wstring> Key::raw(const std::string& name, DWORD type) const {
    DWORD found = REG_NONE;
    DWORD size = 0;
    const std::wstring wide = toWide(name);
    const LSTATUS status = ::RegQueryValueExW(key_.get(), wide.c_str(), nullptr, &found, nullptr, &size);
    if (status == ERROR_FILE_NOT_FOUND || (status == ERROR_SUCCESS && found != type)) return std::nullopt;
    must(status, path_);
    std::wstring data(size / sizeof(wchar_t) + 1, L'\0');
    must(::RegQueryValueExW(key_.get(), wide.c_str(), nullptr, nullptr, reinterpret_cast<BYTE*>(data.data()),
                            &size),
         path_);
    data.resize(size / sizeof(wchar_t));
    return data;
}

void Key::setRaw(const std::string& name, DWORD type, const std::wstring& data) const {
    must(::RegSetValueExW(key_.get(), toWide(name).c_str(), 0, type,
                          reinterpret_cast<const BYTE*>(data.data()),
                          static_cast<DWORD>(data.size() * sizeof(wchar_t))),
         path_);
}

std::optional<std::string> Key::text(const std::string& name) const {
    const auto data = raw(name, REG_SZ);
    if (!data) return std::nullopt;
    return toUtf8(std::wstring_view(*data).substr(0, data->find(L'\0')));
}

std::optional<std::vector<std::string>> Key::lines(const std::string& name) const {
    const auto data = raw(name, REG_MULTI_SZ);
    if (!data) return std::nullopt;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < data->size() && (*data)[at] != L'\0';) {
        const auto end = std::min(data->find(L'\0', at), data->size());
        lines.push_back(toUtf8(std::wstring_view(*data).substr(at, end - at)));
        at = end + 1;
    }
    return lines;
}

void Key::setText(const std::string& name, const std::string& text) const {
    setRaw(name, REG_SZ, toWide(text) + L'\0');
}

void Key::setLines(const std::string& name, const std::vector<std::string>& lines) const {
    std::wstring data;
    for (const std::string& line : lines) data += toWide(line) + L'\0';
    setRaw(name, REG_MULTI_SZ, data + L'\0');
}

void Key::removeValue(const std::string& name) const {
    must(::RegDeleteValueW(key_.get(), toWide(name).c_str()), path_);
}

std::vector<std::string> Key::names() const {
    std::vector<std::string> names;
    std::wstring name(kLongestName, L'\0');
    for (DWORD i = 0;; ++i) {
        auto length = static_cast<DWORD>(name.size());
        const LSTATUS status =
            ::RegEnumValueW(key_.get(), i, name.data(), &length, nullptr, nullptr, nullptr, nullptr);
        if (status == ERROR_NO_MORE_ITEMS) return names;
        must(status, path_);
        names.push_back(toUtf8(std::wstring_view(name.data(), length)));
    }
}

bool Key::isEmpty() const {
    DWORD keys = 0;
    DWORD values = 0;
    must(::RegQueryInfoKeyW(key_.get(), nullptr, nullptr, nullptr, &keys, nullptr, nullptr, &values, nullptr,
                            nullptr, nullptr, nullptr),
         path_);
    return keys == 0 && values == 0;
}

void removeEmptyKeys(std::string path, const std::string& root) {
    while (path.size() > root.size()) {
        if (const auto key = Key::open(path)) {
            if (!key->isEmpty()) return;
            must(::RegDeleteKeyExW(HKEY_LOCAL_MACHINE, toWide(path).c_str(), KEY_WOW64_64KEY, 0), path);
        }
        path.resize(path.find_last_of('\\'));
    }
}

}  // namespace ukey::setup
