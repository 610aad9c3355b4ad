// A key of the registry that can be written.
#pragma once

// Windows.h must come first.
// clang-format off
#include <windows.h>
// clang-format on

#include <optional>
#include <string>
#include <vector>

#include "tokenlib/base/platform/windows/handles.hpp"

namespace ukey::setup {

/// Below HKEY_LOCAL_MACHINE, as 64-bit programs see it. Texts are UTF-8. What fails throws ukey::Error
/// (internal) that names the key.
class Key {
  public:
    /// Makes the key where it is missing.
    static Key create(const std::string& path);
    static std::optional<Key> open(const std::string& path);

    /// Nothing when it is missing, or no text.
    std::optional<std::string> text(const std::string& name) const;
    std::optional<std::vector<std::string>> lines(const std::string& name) const;
    void setText(const std::string& name, const std::string& text) const;
    void setLines(const std::string& name, const std::vector<std::string>& lines) const;
    void removeValue(const std::string& name) const;
    std::vector<std::string> names() const;
    bool isEmpty() const;

  private:
    Key(HKEY key, std::string path) : key_(key), path_(std::move(path)) {}
    std::optional<std::wstring> raw(const std::string& name, DWORD type) const;
    void setRaw(const std::string& name, DWORD type, const std::wstring& data) const;

    platform::UniqueKey key_;
    std::string path_;
};

/// Removes the key, and those above it up to `root`, as far as nothing is in them.
void removeEmptyKeys(std::string path, const std::string& root);

}  // namespace ukey::setup
