#include "sandbox/sealed_check/message_walk.hpp"

#include <algorithm>
#include <limits>

namespace ukey::sealed_check {
namespace {

/// A sealed file has eight, a name in it a few more.
constexpr std::size_t kMaxLevels = 24;
constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();

}  // namespace

bool MessageWalk::feed(std::span<const std::uint8_t> octets) {
    while (good_ && !octets.empty()) {
        if (!levels_.empty() && !levels_.back().isConstructed) {
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), levels_.back().end - at_));
            events_.octets(path_, octets.first(count));
            at_ += count;
            octets = octets.subspan(count);
            closeWhatEnds();
            continue;
        }
        good_ = takeHead(octets.front());
        octets = octets.subspan(1);
    }
    return good_;
}

bool MessageWalk::takeHead(std::uint8_t octet) {
    if (began_ && levels_.empty()) return false;
    ++at_;
    head_[headLength_++] = octet;
    if (headLength_ < 2) return (octet & 0x1FU) != 0x1FU;
    const std::uint8_t length = head_[1];
    if (length > 0x88) return false;
    if (length > 0x80 && headLength_ < 2U + (length & 0x7FU)) return true;
    const bool good = open();
    headLength_ = 0;
    return good;
}

bool MessageWalk::open() {
    const std::uint8_t tag = head_[0];
    if (tag == 0) return head_[1] == 0 && closeIndefinite();
    Level level;
    level.isConstructed = (tag & 0x20U) != 0;
    level.isIndefinite = head_[1] == 0x80;
    const std::uint64_t outerEnd = levels_.empty() ? kNowhere : levels_.back().end;
    // Within one of indefinite length, what holds that may have ended meanwhile.
    if (at_ > outerEnd) return false;
    if (levels_.size() == kMaxLevels || (level.isIndefinite && !level.isConstructed)) return false;
    level.end = outerEnd;
    if (!level.isIndefinite) {
        std::uint64_t length = head_[1] < 0x80 ? head_[1] : 0;
        for (std::size_t i = 2; i < headLength_; ++i) length = length << 8U | head_[i];
        if (length > outerEnd - at_ || length > kNowhere - 1 - at_) return false;
        level.end = at_ + length;
    }
    began_ = true;
    path_.push_back(levels_.empty() ? 0 : levels_.back().elements++);
    levels_.push_back(level);
    events_.opened(path_, tag);
    closeWhatEnds();
    return true;
}

bool MessageWalk::closeIndefinite() {
    if (levels_.empty() || !levels_.back().isIndefinite || at_ > levels_.back().end) return false;
    close();
    closeWhatEnds();
    return true;
}

void MessageWalk::closeWhatEnds() {
    while (!levels_.empty() && !levels_.back().isIndefinite && levels_.back().end == at_) close();
}

void MessageWalk::close() {
    events_.closed(path_);
    levels_.pop_back();
    path_.pop_back();
}

}  // namespace ukey::sealed_check
