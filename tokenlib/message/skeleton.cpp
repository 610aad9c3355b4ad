#include "tokenlib/message/skeleton.hpp"

#include <string>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::cms {
namespace {

constexpr std::size_t kMaxKept = 1024UL * 1024UL;
constexpr std::uint8_t kConstructedOctets = 0x20U | der::kOctetString;

}  // namespace

Skeleton::Skeleton(Events events, const char* what)
    : events_(std::move(events)), what_(what), stream_(*this, what) {}

void Skeleton::keep(std::size_t count) {
    kept_ += count;
    if (kept_ > kMaxKept) {
        throw Error(ErrorCode::tooLarge, std::string(what_) + ": more than 1 MiB around the content");
    }
}

void Skeleton::open(std::uint8_t tag) {
    if (contentDepth_ != 0) {
        // The pieces of a content that came in pieces.
        if (tag != der::kOctetString && tag != kConstructedOctets) {
            throw Error(ErrorCode::badRequest, std::string(what_) + ": content is no octet string");
        }
        ++contentDepth_;
        return;
    }
    if (!levels_.empty()) path_.push_back(levels_.back().elements);
    keep(16);
    levels_.push_back({tag, {}, 0});
    if (!events_.isContent(path_, tag)) return;
    if (hasContent_) throw Error(ErrorCode::badRequest, std::string(what_) + ": two contents");
    hasContent_ = true;
    contentDepth_ = 1;
    events_.begins();
}

void Skeleton::data(ByteView octets) {
    if (contentDepth_ != 0) {
        events_.content(octets);
        return;
    }
    keep(octets.size());
    Bytes& inside = levels_.back().inside;
    inside.insert(inside.end(), octets.begin(), octets.end());
}

void Skeleton::close() {
    if (contentDepth_ > 1) {
        --contentDepth_;
        return;
    }
    const bool isContent = std::exchange(contentDepth_, 0) == 1;
    Level level = std::move(levels_.back());
    levels_.pop_back();
    if (level.tag == kConstructedOctets) {
        Bytes flat;
        der::Reader pieces(level.inside, what_);
        while (!pieces.atEnd()) {
            const ByteView piece = pieces.octetString();
            flat.insert(flat.end(), piece.begin(), piece.end());
        }
        level.inside = std::move(flat);
        level.tag = der::kOctetString;
    }
    if (isContent && (level.tag & 0xC0U) == 0x80U) level.tag = static_cast<std::uint8_t>(level.tag & ~0x20U);
    const Bytes element = der::tlv(level.tag, level.inside);
    if (levels_.empty()) {
        whole_ = element;
        return;
    }
    path_.pop_back();
    Level& parent = levels_.back();
    ++parent.elements;
    parent.inside.insert(parent.inside.end(), element.begin(), element.end());
}

Bytes Skeleton::finish() {
    if (!stream_.isComplete()) throw Error(ErrorCode::badRequest, std::string(what_) + ": ends too early");
    return std::move(whole_);
}

}  // namespace ukey::cms
