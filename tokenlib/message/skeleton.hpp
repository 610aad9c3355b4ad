// A message without its content: all that surrounds it, in DER, while the content streams past.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/ber_stream.hpp"

namespace ukey::cms {

/// Keeps what it reads, brought into DER, except the octets of the one element that is the content. At most 1
/// MiB is kept. Throws bad-request, too-large.
class Skeleton final : private BerHandler {
  public:
    /// Where an element stands: the number of elements before it, on each level from the outermost.
    using Path = std::vector<std::size_t>;

    struct Events {
        /// Whether the element at that place, with that tag, is the content.
        std::function<bool(const Path&, std::uint8_t tag)> isContent;
        /// Before the first octet of the content.
        std::function<void()> begins;
        std::function<void(ByteView octets)> content;
    };

    Skeleton(Events events, const char* what);
    Skeleton(const Skeleton&) = delete;
    Skeleton& operator=(const Skeleton&) = delete;

    void feed(ByteView octets) { stream_.feed(octets); }
    /// While something is open: the whole elements that were read so far inside the element at that depth,
    /// the outermost being 0, as DER.
    ByteView inside(std::size_t depth) const { return levels_.at(depth).inside; }
    bool hasContent() const noexcept { return hasContent_; }
    /// The whole, the content being empty. Throws when it has not ended.
    Bytes finish();

  private:
    struct Level {
        std::uint8_t tag = 0;
        Bytes inside;
        std::size_t elements = 0;
    };

    void open(std::uint8_t tag) override;
    void data(ByteView octets) override;
    void close() override;
    void keep(std::size_t count);

    Events events_;
    const char* what_;
    BerStream stream_;
    std::vector<Level> levels_;
    Path path_;
    Bytes whole_;
    std::size_t kept_ = 0;
    std::size_t contentDepth_ = 0;  ///< Levels inside the content, itself included; 0 outside.
    bool hasContent_ = false;
};

}  // namespace ukey::cms
