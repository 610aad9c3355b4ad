// Messages in a stream of octets: four octets of length, big-endian, then the message.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pipe {

/// The largest message either side may send, in octets, without the length.
inline constexpr std::size_t kMaxMessage = std::size_t{16} << 20;
inline constexpr std::size_t kLengthOctets = 4;

/// Collects what is read from the stream and hands out whole messages.
class FrameReader {
  public:
    FrameReader();

    /// Where the next octets can be read to, never empty; then `filled` says how many came.
    std::span<std::uint8_t> room();
    void filled(std::size_t count);

    /// The next whole message, valid until the next `room`; nothing when more is to be read. Throws
    /// driver-error when the other side announces an empty message, or one longer than kMaxMessage.
    std::optional<ByteView> next();

    /// Wipes all that was read and handed out: the last message held a secret and is not needed any more.
    void wipeRead() noexcept;

  private:
    void grow(std::size_t size);

    Bytes buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t wanted_ =
        0;  ///< Length of the frame that is being read, with its length octets; 0: not known yet.
};

/// Starts a frame in an empty or reused buffer; `endFrame` puts the length in. Throws too-large.
void beginFrame(Bytes& frame);
void endFrame(Bytes& frame);

}  // namespace ukey::pipe
