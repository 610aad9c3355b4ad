#include "tokenlib/pipe/frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tokenlib/base/error.hpp"

namespace ukey::pipe {
namespace {

Bytes frameOf(std::size_t length, std::uint8_t octet) {
    Bytes frame;
    beginFrame(frame);
    frame.insert(frame.end(), length, octet);
    endFrame(frame);
    return frame;
}

/// Feeds a stream in pieces of the given size and returns the messages' lengths.
std::vector<std::size_t> lengthsOf(const Bytes& stream, std::size_t piece) {
    FrameReader reader;
    std::vector<std::size_t> lengths;
    for (std::size_t at = 0; at < stream.size();) {
        const auto room = reader.room();
        const std::size_t count = std::min({piece, room.size(), stream.size() - at});
        std::copy_n(stream.begin() + static_cast<std::ptrdiff_t>(at), count, room.begin());
        reader.filled(count);
        at += count;
        while (const auto message = reader.next()) lengths.push_back(message->size());
    }
    return lengths;
}

TEST(Frames, streamInAnyPieces_givesTheSameMessages) {
    Bytes stream;
    const std::vector<std::size_t> lengths{1, 100, 4092, 4093, 70000, 3, 1 << 20, 5};
    for (const std::size_t length : lengths) {
        const Bytes frame = frameOf(length, 7);
        stream.insert(stream.end(), frame.begin(), frame.end());
    }
    for (const std::size_t piece : {1U, 3U, 4096U, 100000U})
        EXPECT_EQ(lengthsOf(stream, piece), lengths) << piece;
}

TEST(Frames, largestMessage_passes_oneOctetMoreDoesNot) {
    EXPECT_EQ(lengthsOf(frameOf(kMaxMessage, 1), 1 << 20), std::vector<std::size_t>{kMaxMessage});
    EXPECT_THROW(frameOf(kMaxMessage + 1, 1), Error);
    EXPECT_THROW(lengthsOf({0x01, 0x00, 0x00, 0x01}, 4), Error);
}

TEST(Frames, emptyMessage_isRefused) { EXPECT_THROW(lengthsOf({0, 0, 0, 0}, 4), Error); }

TEST(Frames, announcedLength_costsNoMemoryBeforeItComes_S45) {
    FrameReader reader;
    const auto room = reader.room();
    const Bytes header{0x00, 0xff, 0xff, 0xff};
    std::copy(header.begin(), header.end(), room.begin());
    reader.filled(header.size());
    EXPECT_FALSE(reader.next());
    EXPECT_LT(reader.room().size(), 65536U);
}

}  // namespace
}  // namespace ukey::pipe
