// Octets that must not outlive their use: PINs, content keys, private keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tokenlib/base/bytes.hpp"

namespace ukey {

/// Overwrites memory in a way that the compiler does not remove.
void wipe(std::span<std::uint8_t> bytes) noexcept;
void wipe(std::span<char> text) noexcept;

/// A buffer in locked memory (not swapped, not in core dumps, as far as the system allows) that is wiped when
/// it goes. It never reallocates: the capacity given at construction is the limit. Moves only.
class Secret {
  public:
    Secret() noexcept = default;
    /// An empty secret with room for `capacity` octets.
    explicit Secret(std::size_t capacity);
    static Secret copyOf(ByteView bytes);
    static Secret copyOf(std::string_view text) { return copyOf(asBytes(text)); }

    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    std::size_t size() const noexcept { return size_; }
    std::size_t capacity() const noexcept { return capacity_; }
    bool empty() const noexcept { return size_ == 0; }
    const std::uint8_t* data() const noexcept { return data_; }
    std::uint8_t* data() noexcept { return data_; }
    ByteView view() const noexcept { return {data_, size_}; }
    std::string_view text() const noexcept { return asText(view()); }

    /// Says how much of the capacity is used, after it was written through `data()`. Throws `internal` above
    /// capacity.
    void resize(std::size_t size);
    void append(ByteView bytes);

    /// Always NUL-terminated one past `size()`: vendor libraries take PINs as C strings.
    const char* cString() const noexcept;

    /// Wipes the octets, keeps the room.
    void clear() noexcept;

  private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace ukey
