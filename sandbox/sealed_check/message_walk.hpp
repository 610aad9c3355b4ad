// A message in BER, element by element, while its octets pass by.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ukey::sealed_check {

/// Holds nothing but where it is. Lengths may be definite or not; tags have one octet.
class MessageWalk {
  public:
    /// Where an element stands: the number of elements before it, on each level from the outermost.
    using Path = std::vector<std::size_t>;

    struct Events {
        std::function<void(const Path&, std::uint8_t tag)> opened;
        /// Of the innermost open element, which has no elements of its own.
        std::function<void(const Path&, std::span<const std::uint8_t>)> octets;
        std::function<void(const Path&)> closed;
    };

    explicit MessageWalk(Events events) : events_(std::move(events)) {}

    /// False as soon as it is no such message, and from then on.
    bool feed(std::span<const std::uint8_t> octets);
    /// Whether one element has come, as a whole, and nothing behind it.
    bool isWhole() const noexcept { return good_ && began_ && levels_.empty() && headLength_ == 0; }

  private:
    struct Level {
        bool isConstructed = false;
        bool isIndefinite = false;
        std::uint64_t end = 0;  ///< Where it ends; of an indefinite one, where what it lies in does.
        std::size_t elements = 0;
    };

    bool takeHead(std::uint8_t octet);
    bool open();
    bool closeIndefinite();
    void closeWhatEnds();
    void close();

    Events events_;
    std::vector<Level> levels_;
    Path path_;
    std::array<std::uint8_t, 10> head_{};  ///< Tag and length, as far as they have come.
    std::size_t headLength_ = 0;
    std::uint64_t at_ = 0;
    bool began_ = false;
    bool good_ = true;
};

}  // namespace ukey::sealed_check
