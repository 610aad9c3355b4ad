#include "tokenlib/pipe/cbor.hpp"

#include <string>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::pipe {
namespace {

constexpr std::size_t kMaxShortCount = 23;
constexpr std::uint8_t kFalse = 0xf4;
constexpr std::uint8_t kTrue = 0xf5;

std::uint8_t initial(CborKind kind, unsigned info) {
    return static_cast<std::uint8_t>((static_cast<unsigned>(kind) << 5) | info);
}

}  // namespace

void failPipe(const char* detail) { throw Error(ErrorCode::driverError, std::string("pipe: ") + detail); }

void CborWriter::head(CborKind kind, std::uint64_t value) {
    if (value <= kMaxShortCount) {
        out_->push_back(initial(kind, static_cast<unsigned>(value)));
        return;
    }
    const unsigned info = value <= 0xff ? 24 : value <= 0xffff ? 25 : value <= 0xffffffff ? 26 : 27;
    out_->push_back(initial(kind, info));
    for (int shift = (8 << (info - 24)) - 8; shift >= 0; shift -= 8) {
        out_->push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

void CborWriter::bytes(ByteView value) {
    head(CborKind::bytes, value.size());
    out_->insert(out_->end(), value.begin(), value.end());
}

void CborWriter::text(std::string_view value) {
    head(CborKind::text, value.size());
    out_->insert(out_->end(), value.begin(), value.end());
}

void CborWriter::boolean(bool value) { out_->push_back(value ? kTrue : kFalse); }

std::size_t CborWriter::beginMap() {
    out_->push_back(initial(CborKind::map, 0));
    return out_->size() - 1;
}

void CborWriter::endMap(std::size_t place, std::size_t entries) {
    if (entries > kMaxShortCount) failPipe("map too large to write");
    (*out_)[place] = initial(CborKind::map, static_cast<unsigned>(entries));
}

ByteView CborReader::take(std::size_t length) {
    if (length > in_.size() - at_) failPipe("message ends early");
    const ByteView taken = in_.subspan(at_, length);
    at_ += length;
    return taken;
}

CborReader::Head CborReader::head() {
    const std::uint8_t first = take(1)[0];
    const auto kind = static_cast<CborKind>(first >> 5);
    const unsigned info = first & 31U;
    if (info <= kMaxShortCount) return {kind, info};
    if (info > 27) failPipe("indefinite or reserved length");
    std::uint64_t value = 0;
    for (const std::uint8_t octet : take(std::size_t{1} << (info - 24))) value = (value << 8) | octet;
    const std::uint64_t smallest = info == 24 ? kMaxShortCount + 1 : std::uint64_t{1} << (4 << (info - 24));
    if (value < smallest) failPipe("number not in its shortest form");
    return {kind, value};
}

std::uint64_t CborReader::headOf(CborKind kind, std::uint64_t atMost) {
    const Head read = head();
    if (read.kind != kind) failPipe("item of another kind");
    if (read.value > atMost) failPipe("item larger than allowed");
    return read.value;
}

std::size_t CborReader::sizeOf(CborKind kind, std::size_t atMost) {
    return static_cast<std::size_t>(headOf(kind, atMost));
}

std::uint64_t CborReader::number(std::uint64_t atMost) { return headOf(CborKind::number, atMost); }

ByteView CborReader::bytes(std::size_t atMost) { return take(sizeOf(CborKind::bytes, atMost)); }

std::string_view CborReader::text(std::size_t atMost) {
    const std::string_view value = asText(take(sizeOf(CborKind::text, atMost)));
    if (!isUtf8(value)) failPipe("text is not UTF-8");
    return value;
}

bool CborReader::boolean() {
    const std::uint8_t value = take(1)[0];
    if (value != kFalse && value != kTrue) failPipe("item of another kind");
    return value == kTrue;
}

std::size_t CborReader::array(std::size_t atMost) { return sizeOf(CborKind::array, atMost); }

std::size_t CborReader::map(std::size_t atMost) { return sizeOf(CborKind::map, atMost); }

bool CborReader::takeText(std::string_view expected) {
    const std::size_t before = at_;
    if (at_ < in_.size() && (in_[at_] >> 5) == static_cast<unsigned>(CborKind::text)) {
        const std::uint64_t length = head().value;
        if (length == expected.size() && asText(take(expected.size())) == expected) return true;
    }
    at_ = before;
    return false;
}

void CborReader::expectEnd() const {
    if (at_ != in_.size()) failPipe("octets after the end");
}

}  // namespace ukey::pipe
