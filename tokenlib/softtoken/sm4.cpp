#include "tokenlib/softtoken/sm4.hpp"

#include <algorithm>

namespace ukey::softtoken {
namespace {

const EVP_CIPHER* algorithm(Sm4Mode mode) noexcept {
    switch (mode) {
        case Sm4Mode::ecb:
            return EVP_sm4_ecb();
        case Sm4Mode::cbc:
            return EVP_sm4_cbc();
        case Sm4Mode::cfb:
            return EVP_sm4_cfb128();
        case Sm4Mode::ofb:
            return EVP_sm4_ofb();
    }
    return nullptr;
}

}  // namespace

Sm4Stream::Sm4Stream(const Secret& key, const Parameters& parameters)
    : parameters_(parameters), context_(must(EVP_CIPHER_CTX_new())) {
    require(key.size() == kSm4KeySize, SAR_INDATALENERR);
    must(EVP_CipherInit_ex(context_.get(), algorithm(parameters.mode), nullptr, key.data(),
                           parameters.iv.data(), parameters.encrypt ? 1 : 0));
    must(EVP_CIPHER_CTX_set_padding(context_.get(), 0));
    pending_.reserve(2 * kSm4BlockSize);
}

Sm4Stream::~Sm4Stream() { wipe(pending_); }

std::size_t Sm4Stream::updateSize(std::size_t more) const noexcept {
    if (!blockwise()) return more;
    const std::size_t total = pending_.size() + more;
    const std::size_t whole = total - total % kSm4BlockSize;
    // The last block of a padded cipher text waits for the end: only then is it known to hold the padding.
    const bool holdsBack = !parameters_.encrypt && parameters_.padding && whole == total && whole > 0;
    return holdsBack ? whole - kSm4BlockSize : whole;
}

std::size_t Sm4Stream::finishSize() const noexcept {
    return blockwise() && parameters_.padding ? kSm4BlockSize : 0;
}

Secret Sm4Stream::process(ByteView data) {
    Secret out(data.size());
    if (data.empty()) return out;
    out.resize(data.size());
    int written = 0;
    must(EVP_CipherUpdate(context_.get(), out.data(), &written, data.data(), static_cast<int>(data.size())));
    out.resize(static_cast<std::size_t>(written));
    return out;
}

Secret Sm4Stream::update(ByteView data) {
    if (!blockwise()) return process(data);
    const std::size_t size = updateSize(data.size());
    Secret out(size);
    if (size > 0 && !pending_.empty()) {
        const std::size_t fill = (kSm4BlockSize - pending_.size() % kSm4BlockSize) % kSm4BlockSize;
        pending_.insert(pending_.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(fill));
        data = data.subspan(fill);
        out.append(process(pending_).view());
        pending_.clear();
    }
    const std::size_t rest = size - out.size();
    out.append(process(data.first(rest)).view());
    data = data.subspan(rest);
    pending_.insert(pending_.end(), data.begin(), data.end());
    return out;
}

Secret Sm4Stream::finish() {
    if (!blockwise()) return {};
    if (!parameters_.padding) {
        require(pending_.empty(), SAR_INDATALENERR);
        return {};
    }
    if (parameters_.encrypt) {
        const std::size_t fill = kSm4BlockSize - pending_.size();
        pending_.insert(pending_.end(), fill, static_cast<std::uint8_t>(fill));
        return process(pending_);
    }
    require(pending_.size() == kSm4BlockSize, SAR_INDATALENERR);
    Secret last = process(pending_);
    const std::uint8_t fill = last.data()[kSm4BlockSize - 1];
    require(fill >= 1 && fill <= kSm4BlockSize, SAR_DECRYPTPADERR);
    const ByteView padding = last.view().last(fill);
    require(std::all_of(padding.begin(), padding.end(), [fill](std::uint8_t octet) { return octet == fill; }),
            SAR_DECRYPTPADERR);
    last.resize(kSm4BlockSize - fill);
    return last;
}

Secret sm4Ecb(const Secret& key, bool encrypt, ByteView blocks) {
    require(!blocks.empty() && blocks.size() % kSm4BlockSize == 0, SAR_INDATALENERR);
    Sm4Stream stream(key, {.mode = Sm4Mode::ecb, .encrypt = encrypt});
    return stream.update(blocks);
}

Sm4Mac::Sm4Mac(const Secret& key, const Sm4Block& iv, bool padding)
    : stream_(key, {.mode = Sm4Mode::cbc, .encrypt = true, .padding = false, .iv = iv}), padding_(padding) {}

void Sm4Mac::update(ByteView data) {
    const Secret blocks = stream_.update(data);
    tail_ = (tail_ + data.size()) % kSm4BlockSize;
    if (blocks.empty()) return;
    any_ = true;
    std::copy_n(blocks.data() + blocks.size() - kSm4BlockSize, kSm4BlockSize, last_.begin());
}

Sm4Block Sm4Mac::finish() {
    if (padding_) {
        const Bytes fill(kSm4BlockSize - tail_, static_cast<std::uint8_t>(kSm4BlockSize - tail_));
        update(fill);
    }
    require(any_ && tail_ == 0, SAR_INDATALENERR);
    return last_;
}

}  // namespace ukey::softtoken
