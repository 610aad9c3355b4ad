// BER (X.690) read piece by piece, in memory that does not grow with what is read.
#pragma once

#include <cstdint>
#include <vector>

#include "tokenlib/base/bytes.hpp"

namespace ukey::cms {

/// What a BerStream meets, in order. Every element is opened and closed; `data` gives the octets of primitive
/// ones, in pieces of any size.
class BerHandler {
  public:
    virtual ~BerHandler() = default;
    virtual void open(std::uint8_t tag) = 0;
    virtual void data(ByteView octets) = 0;
    virtual void close() = 0;
};

/// One element, from its first octet to its last: definite and indefinite lengths, 32 levels deep at most.
/// What comes after it may only be a file's blanks, line ends and zeros. Throws bad-request; `what` names the
/// structure and must outlive the stream.
class BerStream {
  public:
    BerStream(BerHandler& handler, const char* what) : handler_(handler), what_(what) {}

    void feed(ByteView octets);
    bool isComplete() const noexcept { return isComplete_; }

  private:
    struct Frame {
        bool isConstructed = false;
        bool isIndefinite = false;
        std::uint64_t left = 0;  ///< Octets that it may still take, its end-of-contents mark included.
    };

    [[noreturn]] void fail(const char* why) const;
    std::size_t takeData(ByteView octets);
    void takeHeaderOctet(std::uint8_t octet);
    bool isHeaderWhole() const;
    void begin();
    void closeFull();
    void closeTop();

    BerHandler& handler_;
    const char* what_;
    std::vector<Frame> frames_;
    Bytes header_;
    bool isComplete_ = false;
};

}  // namespace ukey::cms
