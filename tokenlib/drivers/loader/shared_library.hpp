// A vendor's library, loaded into this process after its file was checked.
#pragma once

#include <filesystem>
#include <type_traits>
#include <vector>

namespace ukey::loader {

/// Which files may be loaded (security.md 40, 41).
struct LibraryPolicy {
    /// Where libraries may lie, at any depth; empty: anywhere.
    std::vector<std::filesystem::path> allowedDirectories;
};

/// Resolves links and checks what can be checked before loading: the path is absolute, the file is there, in
/// an allowed directory, of this process's format and bitness, and cannot be changed or exchanged by every
/// user of the machine. Returns the canonical path. Throws driver-missing, driver-bitness, driver-error.
std::filesystem::path checkedLibraryPath(const std::filesystem::path& path, const LibraryPolicy& policy = {});

/// A loaded library. It stays in memory till the process ends, also when the object goes: vendors' libraries
/// leave threads and exit handlers behind that would run in unmapped memory.
class SharedLibrary {
  public:
    /// Checks (as checkedLibraryPath) and loads. Throws driver-missing (also when a library that it needs is
    /// missing), driver-bitness, driver-error.
    static SharedLibrary open(const std::filesystem::path& path, const LibraryPolicy& policy = {});

    /// The address of an exported name; null when there is none.
    void* symbol(const char* name) const noexcept;

    /// The same as a function pointer of type F.
    template <class F>
    requires std::is_pointer_v<F> && std::is_function_v<std::remove_pointer_t<F>> F function(const char* name)
    const noexcept { return reinterpret_cast<F>(symbol(name)); }

    const std::filesystem::path& path() const noexcept { return path_; }

  private:
    SharedLibrary(void* handle, std::filesystem::path path) : handle_(handle), path_(std::move(path)) {}

    void* handle_;
    std::filesystem::path path_;
};

}  // namespace ukey::loader
