// Owners of what Windows hands out. Only for the files below platform/windows.
#pragma once

#include <windows.h>

#include <memory>
#include <utility>

namespace ukey::platform {

/// A handle that CloseHandle gives back; both values that mean "none" (null and INVALID_HANDLE_VALUE) are
/// none.
class UniqueHandle {
  public:
    UniqueHandle() noexcept = default;
    explicit UniqueHandle(HANDLE value) noexcept : value_(value == INVALID_HANDLE_VALUE ? nullptr : value) {}
    UniqueHandle(UniqueHandle&& other) noexcept : value_(other.release()) {}
    UniqueHandle& operator=(UniqueHandle&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    UniqueHandle(const UniqueHandle&) = delete;
    UniqueHandle& operator=(const UniqueHandle&) = delete;
    ~UniqueHandle() {
        if (value_ != nullptr) ::CloseHandle(value_);
    }

    HANDLE get() const noexcept { return value_; }
    explicit operator bool() const noexcept { return value_ != nullptr; }
    HANDLE release() noexcept { return std::exchange(value_, nullptr); }

  private:
    HANDLE value_ = nullptr;
};

struct LocalMemoryDeleter {
    void operator()(void* memory) const noexcept { ::LocalFree(memory); }
};
/// What LocalFree gives back: SIDs and security descriptors made from text, among others.
using LocalMemory = std::unique_ptr<void, LocalMemoryDeleter>;

}  // namespace ukey::platform
