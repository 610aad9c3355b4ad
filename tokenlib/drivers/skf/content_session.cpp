#include "tokenlib/drivers/skf/content_session.hpp"

#include <algorithm>

#include "tokenlib/drivers/skf/sar.hpp"

namespace ukey::skf {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kMaxPiece = 64 * 1024;

// Low octet of an algorithm of GM/T 0006.
constexpr std::uint32_t kEcb = 0x01;
constexpr std::uint32_t kCbc = 0x02;
constexpr std::uint32_t kCfb = 0x04;
constexpr std::uint32_t kOfb = 0x08;

std::uint32_t modeOf(std::uint32_t algorithm) { return algorithm & 0xFF; }

std::size_t pieceSizeOf(std::size_t maxBuffer) {
    if (maxBuffer < kBlock) return kMaxPiece;
    return std::min(maxBuffer / kBlock * kBlock, kMaxPiece);
}

}  // namespace

void ContentSession::requireKnown(std::uint32_t algorithm, ByteView iv) {
    constexpr std::uint32_t kSm1 = 0x100;
    constexpr std::uint32_t kSsf33 = 0x200;
    constexpr std::uint32_t kSm4 = 0x400;
    const std::uint32_t mode = modeOf(algorithm);
    const std::uint32_t cipher = algorithm - mode;
    const bool knowsCipher = cipher == kSm1 || cipher == kSsf33 || cipher == kSm4;
    const bool knowsMode = mode == kEcb || mode == kCbc || mode == kCfb || mode == kOfb;
    if (!knowsCipher || !knowsMode) {
        throw Error(ErrorCode::unsupported, "content algorithm " + std::to_string(algorithm));
    }
    if (iv.size() != (mode == kEcb ? 0 : kBlock)) {
        throw Error(ErrorCode::badRequest, "the IV has a wrong length for its mode");
    }
}

ContentSession::ContentSession(Api& api, Handle key, std::uint32_t algorithm, Bytes iv, std::size_t maxBuffer)
    : api_(&api),
      key_(api, key, &Api::closeHandle),
      algorithm_(algorithm),
      iv_(std::move(iv)),
      pieceSize_(pieceSizeOf(maxBuffer)) {}

Bytes ContentSession::decrypt(ByteView data) {
    if (data.size() % kBlock != 0) throw Error(ErrorCode::badRequest, "content is not made of whole blocks");
    Bytes plain;
    plain.reserve(data.size());
    while (!data.empty()) {
        const ByteView piece = data.first(std::min(data.size(), pieceSize_));
        const Bytes part = decryptPiece(piece);
        plain.insert(plain.end(), part.begin(), part.end());
        data = data.subspan(piece.size());
    }
    return plain;
}

Bytes ContentSession::decryptPiece(ByteView piece) {
    if (!isRunning_) {
        const bool feeds = modeOf(algorithm_) == kCfb || modeOf(algorithm_) == kOfb;
        api_->decryptInit(key_.get(), {iv_, feeds ? static_cast<unsigned>(8 * kBlock) : 0});
        isRunning_ = true;
    }
    Bytes plain = api_->decryptUpdate(key_.get(), piece);
    if (plain.size() < piece.size()) {
        // A library that holds the last block back. The next piece starts anew from where this one ends.
        const Bytes rest = api_->decryptFinal(key_.get());
        plain.insert(plain.end(), rest.begin(), rest.end());
        isRunning_ = false;
    }
    if (plain.size() != piece.size()) throw nonsense("a decryption gave another length than it got");
    chain(piece, plain);
    return plain;
}

void ContentSession::chain(ByteView cipher, ByteView plain) {
    if (iv_.empty()) return;
    const ByteView last = cipher.last(kBlock);
    std::copy(last.begin(), last.end(), iv_.begin());
    if (modeOf(algorithm_) != kOfb) return;
    const ByteView lastPlain = plain.last(kBlock);
    std::transform(iv_.begin(), iv_.end(), lastPlain.begin(), iv_.begin(),
                   [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); });
}

}  // namespace ukey::skf
