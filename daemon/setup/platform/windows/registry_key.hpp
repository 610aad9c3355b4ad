// A key of the registry that can be written.
#pragma once

// Windows.h must come first.
// clang-format off
#include <windows.h>
// clang-format on

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

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
    struct Closer {
        void operator()(HKEY key) const noexcept { ::RegCloseKey(key); }
    };
    Key(HKEY key, std::string path) : key_(key), path_(std::move(path)) {}
    std::optional<std::wstring> raw(const std::string& name, DWORD type) const;
    void setRaw(const std::string& name, DWORD type, const std::wstring& data) const;

    std::unique_ptr<std::remove_pointer_t<HKEY>, Closer> key_;
    std::string path_;
};

/// Removes the key, and those above it up to `root`, as far as nothing is in them.
void removeEmptyKeys(std::string path, const std::string& root);

}  // namespace ukey::setup
