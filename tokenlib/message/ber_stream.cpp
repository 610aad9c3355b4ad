#include "tokenlib/message/ber_stream.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "tokenlib/base/error.hpp"

namespace ukey::cms {
namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max() / 2;

bool isFiller(std::uint8_t octet) {
    return octet == 0 || octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

}  // namespace

void BerStream::fail(const char* why) const {
    throw Error(ErrorCode::badRequest, std::string(what_) + ": " + why);
}

void BerStream::feed(ByteView octets) {
    while (!octets.empty()) {
        if (isComplete_) {
            if (!std::all_of(octets.begin(), octets.end(), isFiller)) fail("trailing octets");
            return;
        }
        if (!frames_.empty() && !frames_.back().isConstructed) {
            octets = octets.subspan(takeData(octets));
        } else {
            takeHeaderOctet(octets.front());
            octets = octets.subspan(1);
        }
    }
}

std::size_t BerStream::takeData(ByteView octets) {
    Frame& frame = frames_.back();
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), frame.left));
    handler_.data(octets.first(count));
    frame.left -= count;
    closeFull();
    return count;
}

bool BerStream::isHeaderWhole() const {
    if (header_.size() < 2) return false;
    return header_[1] <= 0x80U || header_.size() == 2U + (header_[1] & 0x7FU);
}

void BerStream::takeHeaderOctet(std::uint8_t octet) {
    if (!frames_.empty() && frames_.back().left-- == 0) fail("element is longer than what holds it");
    header_.push_back(octet);
    if ((header_[0] & 0x1FU) == 0x1FU) fail("tag of several octets");
    if (header_.size() == 2 && header_[1] > 0x88U) fail("length of more than eight octets");
    if (isHeaderWhole()) begin();
}

void BerStream::begin() {
    const Bytes header = std::move(header_);
    header_.clear();
    if (header[0] == 0) {
        if (header[1] != 0 || frames_.empty() || !frames_.back().isIndefinite) fail("stray end of contents");
        closeTop();
        closeFull();
        return;
    }
    if (frames_.size() == kMaxDepth) fail("too deep");
    Frame frame;
    frame.isConstructed = (header[0] & 0x20U) != 0;
    frame.isIndefinite = header[1] == 0x80U;
    if (frame.isIndefinite && !frame.isConstructed) fail("primitive element of indefinite length");
    const std::uint64_t room = frames_.empty() ? kNoLimit : frames_.back().left;
    frame.left = header[1] & 0x7FU;
    if (header[1] > 0x80U) {
        frame.left = 0;
        for (std::size_t i = 2; i < header.size(); ++i) frame.left = (frame.left << 8U) | header[i];
    }
    if (frame.isIndefinite) frame.left = room;
    if (frame.left > room) fail("element is longer than what holds it");
    // What the element takes is taken from its parent at once; an indefinite one gives back what it left.
    if (!frames_.empty()) frames_.back().left -= frame.left;
    frames_.push_back(frame);
    handler_.open(header[0]);
    closeFull();
}

void BerStream::closeFull() {
    while (!frames_.empty() && frames_.back().left == 0 && !frames_.back().isIndefinite) closeTop();
}

void BerStream::closeTop() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    handler_.close();
    if (frames_.empty()) {
        isComplete_ = true;
    } else if (frame.isIndefinite) {
        frames_.back().left += frame.left;
    }
}

}  // namespace ukey::cms
