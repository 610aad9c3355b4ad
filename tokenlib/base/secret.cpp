#include "tokenlib/base/secret.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/locked_memory.hpp"

namespace ukey {

void wipe(std::span<std::uint8_t> bytes) noexcept {
    if (bytes.empty()) return;
    std::memset(bytes.data(), 0, bytes.size());
    // Says that somebody reads it, so that the writes stay.
    __asm__ __volatile__("" : : "r"(bytes.data()) : "memory");
}

void wipe(std::span<char> text) noexcept {
    wipe(std::span{reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

Secret::Secret(std::size_t capacity)
    : data_(static_cast<std::uint8_t*>(platform::allocateLocked(capacity + 1))), capacity_(capacity) {}

Secret Secret::copyOf(ByteView bytes) {
    Secret secret(bytes.size());
    secret.append(bytes);
    return secret;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    Secret taken(std::move(other));
    std::swap(data_, taken.data_);
    std::swap(size_, taken.size_);
    std::swap(capacity_, taken.capacity_);
    return *this;
}

Secret::~Secret() {
    if (data_ == nullptr) return;
    wipe(std::span{data_, capacity_});
    platform::freeLocked(data_, capacity_ + 1);
}

void Secret::resize(std::size_t size) {
    if (size > capacity_) throw Error(ErrorCode::internal, "secret larger than its room");
    if (size < size_) wipe(std::span{data_ + size, size_ - size});
    size_ = size;
    if (data_ != nullptr) data_[size_] = 0;
}

void Secret::append(ByteView bytes) {
    const std::size_t start = size_;
    resize(start + bytes.size());
    std::copy(bytes.begin(), bytes.end(), data_ + start);
}

const char* Secret::cString() const noexcept {
    return data_ == nullptr ? "" : reinterpret_cast<const char*>(data_);
}

void Secret::clear() noexcept {
    if (data_ != nullptr) wipe(std::span{data_, capacity_});
    size_ = 0;
}

}  // namespace ukey
