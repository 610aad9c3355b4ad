// CBOR (RFC 8949) as the pipe uses it: definite lengths and shortest integers only, read in step with what is
// expected. Nothing is read into a tree, so depth and memory are those of the expected structure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pipe {

enum class CborKind : std::uint8_t {
    number = 0,
    negative = 1,
    bytes = 2,
    text = 3,
    array = 4,
    map = 5,
    tag = 6,
    simple = 7
};

/// Appends to a buffer of the caller.
class CborWriter {
  public:
    explicit CborWriter(Bytes& out) : out_(&out) {}

    void number(std::uint64_t value) { head(CborKind::number, value); }
    void bytes(ByteView value);
    void text(std::string_view value);
    void boolean(bool value);
    void array(std::size_t count) { head(CborKind::array, count); }
    /// The header of a map of up to 23 entries whose number is known only later: `endMap` with the returned
    /// place.
    std::size_t beginMap();
    void endMap(std::size_t place, std::size_t entries);

  private:
    void head(CborKind kind, std::uint64_t value);
    Bytes* out_;
};

/// Reads from a buffer of the caller. Each call takes one item and throws driver-error when that is not the
/// next one, is longer than allowed or than what is there.
class CborReader {
  public:
    explicit CborReader(ByteView in) : in_(in) {}

    std::uint64_t number(std::uint64_t atMost);
    ByteView bytes(std::size_t atMost);
    /// Well-formed UTF-8.
    std::string_view text(std::size_t atMost);
    bool boolean();
    std::size_t array(std::size_t atMost);
    std::size_t map(std::size_t atMost);

    /// Whether the next item is this text; takes it only if so.
    bool takeText(std::string_view expected);
    void expectEnd() const;

  private:
    struct Head {
        CborKind kind;
        std::uint64_t value;
    };
    Head head();
    std::uint64_t headOf(CborKind kind, std::uint64_t atMost);
    std::size_t sizeOf(CborKind kind, std::size_t atMost);
    ByteView take(std::size_t length);

    ByteView in_;
    std::size_t at_ = 0;
};

[[noreturn]] void failPipe(const char* detail);

}  // namespace ukey::pipe
