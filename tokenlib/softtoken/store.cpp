#include "tokenlib/softtoken/store.hpp"

#include <utility>

#include "tokenlib/softtoken/misbehave.hpp"
#include "tokenlib/softtoken/sar.hpp"

namespace ukey::softtoken {

const State& Store::state() {
    const platform::FileIdentity now = platform::identityOf(paths_.state);
    require(now.exists, SAR_DEVICE_REMOVED);
    if (!state_ || now != identity_) {
        const auto file = platform::readFile(paths_.state, kMaxStateSize);
        require(file.has_value(), SAR_DEVICE_REMOVED);
        state_ = decodeState(file->bytes);
        identity_ = file->identity;
    }
    return *state_;
}

void Store::lock() {
    if (lockDepth_ == 0) lock_ = platform::FileLock::acquire(paths_.lock);
    ++lockDepth_;
}

bool Store::lockWithin(std::chrono::milliseconds timeout) {
    if (lockDepth_ == 0) {
        lock_ = platform::FileLock::acquireWithin(paths_.lock, timeout);
        if (!lock_) return false;
    }
    ++lockDepth_;
    return true;
}

void Store::unlock() noexcept {
    if (lockDepth_ > 0 && --lockDepth_ == 0) lock_.reset();
}

void Store::replace(State draft) {
    const std::string text = encodeState(draft);
    const auto step = [this] {
        if (const auto fault = faults_.countCall("write")) misbehaveInWrite(*fault);
    };
    identity_ = platform::replaceFile(paths_.state, paths_.stateTemporary, asBytes(text), step);
    state_ = std::move(draft);
}

}  // namespace ukey::softtoken
