// Owners of what Windows hands out. Only for the files below platform/windows.
#pragma once

#include <windows.h>

#include <memory>
#include <type_traits>
#include <utility>

namespace ukey::platform {

/// A handle that `Close` gives back; both values that mean "none" (null and INVALID_HANDLE_VALUE) are none.
template <auto Close>
class OwnedHandle {
  public:
    OwnedHandle() noexcept = default;
    explicit OwnedHandle(HANDLE value) noexcept : value_(value == INVALID_HANDLE_VALUE ? nullptr : value) {}
    OwnedHandle(OwnedHandle&& other) noexcept : value_(other.release()) {}
    OwnedHandle& operator=(OwnedHandle&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    OwnedHandle(const OwnedHandle&) = delete;
    OwnedHandle& operator=(const OwnedHandle&) = delete;
    ~OwnedHandle() {
        if (value_ != nullptr) Close(value_);
    }

    HANDLE get() const noexcept { return value_; }
    explicit operator bool() const noexcept { return value_ != nullptr; }
    HANDLE release() noexcept { return std::exchange(value_, nullptr); }

  private:
    HANDLE value_ = nullptr;
};

using UniqueHandle = OwnedHandle<&::CloseHandle>;

struct LocalMemoryDeleter {
    void operator()(void* memory) const noexcept { ::LocalFree(memory); }
};
/// What LocalFree gives back: SIDs and security descriptors made from text, among others.
using LocalMemory = std::unique_ptr<void, LocalMemoryDeleter>;

struct KeyCloser {
    void operator()(HKEY key) const noexcept { ::RegCloseKey(key); }
};
/// An opened key of the registry.
using UniqueKey = std::unique_ptr<std::remove_pointer_t<HKEY>, KeyCloser>;

}  // namespace ukey::platform
