// What the operating system hands out for something open: a descriptor on Linux, a HANDLE on Windows.
#pragma once

#include <cstdint>
#include <utility>

namespace ukey::process {

/// Owns it, and closes it once. Moves only.
class Handle {
  public:
    /// Wide enough for both; -1 is none on both.
    using Value = std::intptr_t;
    static constexpr Value kNone = -1;

    Handle() noexcept = default;
    explicit Handle(Value value) noexcept : value_(value) {}
    Handle(Handle&& other) noexcept : value_(other.release()) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { close(); }

    explicit operator bool() const noexcept { return value_ != kNone; }
    Value value() const noexcept { return value_; }
    /// The caller closes it from here on.
    Value release() noexcept { return std::exchange(value_, kNone); }
    void close() noexcept;

  private:
    Value value_ = kNone;
};

}  // namespace ukey::process
