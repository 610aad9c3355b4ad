#include "tokenlib/pipe/frames.hpp"

#include <algorithm>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/pipe/cbor.hpp"

namespace ukey::pipe {
namespace {

// Enough for all but keys with certificates and pieces of content: a daemon that idles keeps no more than
// this.
constexpr std::size_t kUsualBuffer = 4096;

std::size_t lengthAt(const std::uint8_t* octets) {
    return (std::size_t{octets[0]} << 24) | (std::size_t{octets[1]} << 16) | (std::size_t{octets[2]} << 8) |
           octets[3];
}

}  // namespace

FrameReader::FrameReader() : buffer_(kUsualBuffer) {}

std::span<std::uint8_t> FrameReader::room() {
    const std::size_t held = end_ - begin_;
    if (begin_ > 0) {
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
        begin_ = 0;
        end_ = held;
    }
    if (wanted_ > buffer_.size()) {
        // Grows with what really came, so that an announced length alone costs no memory.
        if (held == buffer_.size()) grow(std::min(wanted_, buffer_.size() * 4));
    } else if (held == 0 && buffer_.size() > kUsualBuffer) {
        buffer_ = Bytes(kUsualBuffer);
    } else if (held == buffer_.size()) {
        grow(buffer_.size() * 2);
    }
    return std::span(buffer_).subspan(end_);
}

void FrameReader::grow(std::size_t size) {
    Bytes larger(size);
    std::copy(buffer_.begin(), buffer_.end(), larger.begin());
    // It may hold the beginning of a message with a secret.
    wipe(buffer_);
    buffer_ = std::move(larger);
}

void FrameReader::wipeRead() noexcept {
    wipe(std::span(buffer_).first(begin_));
    wipe(std::span(buffer_).subspan(end_));
}

void FrameReader::filled(std::size_t count) { end_ += count; }

std::optional<ByteView> FrameReader::next() {
    const std::size_t held = end_ - begin_;
    wanted_ = 0;
    if (held < kLengthOctets) return std::nullopt;
    const std::size_t length = lengthAt(buffer_.data() + begin_);
    if (length == 0 || length > kMaxMessage) failPipe("message length out of range");
    if (held - kLengthOctets < length) {
        wanted_ = length + kLengthOctets;
        return std::nullopt;
    }
    const ByteView message = ByteView(buffer_).subspan(begin_ + kLengthOctets, length);
    begin_ += kLengthOctets + length;
    return message;
}

void beginFrame(Bytes& frame) { frame.assign(kLengthOctets, 0); }

void endFrame(Bytes& frame) {
    const std::size_t length = frame.size() - kLengthOctets;
    if (length > kMaxMessage) throw Error(ErrorCode::tooLarge, "pipe: message too large to send");
    for (std::size_t i = 0; i < kLengthOctets; ++i) {
        frame[i] = static_cast<std::uint8_t>(length >> (8 * (kLengthOctets - 1 - i)));
    }
}

}  // namespace ukey::pipe
