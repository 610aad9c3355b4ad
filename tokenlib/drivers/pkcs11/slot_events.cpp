#include "tokenlib/drivers/pkcs11/slot_events.hpp"

#include <vector>

namespace ukey::pkcs11 {
namespace {

constexpr unsigned kMaxIdleEvents = 8;

}  // namespace

SlotEvents::~SlotEvents() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    module_.finish();
    if (thread_.joinable()) thread_.join();
}

SlotEvents::Presence SlotEvents::presence() const {
    Presence present;
    CK_ULONG count = 0;
    CK_SLOT_ID* const none = nullptr;
    if (module_.attempt(fn::getSlotList, CK_FALSE, none, &count) != CKR_OK || count > kMaxSlots)
        return present;
    std::vector<CK_SLOT_ID> slots(count);
    if (module_.attempt(fn::getSlotList, CK_FALSE, slots.data(), &count) != CKR_OK || count > slots.size()) {
        return present;
    }
    slots.resize(count);
    for (const auto slot : slots) {
        CK_SLOT_INFO info{};
        if (module_.attempt(fn::getSlotInfo, slot, &info) == CKR_OK) {
            present[slot] = (info.flags & CKF_TOKEN_PRESENT) != 0;
        }
    }
    return present;
}

bool SlotEvents::isPlausible() {
    Presence now = presence();
    idleEvents_ = now == last_ ? idleEvents_ + 1 : 0;
    last_ = std::move(now);
    return idleEvents_ < kMaxIdleEvents;
}

void SlotEvents::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return armed_ || ending_; });
        if (ending_) return;
        armed_ = false;
        lock.unlock();
        CK_SLOT_ID slot = 0;
        CK_RV value = module_.attempt(fn::waitForSlotEvent, CK_FLAGS{0}, &slot, static_cast<void*>(nullptr));
        lock.lock();
        if (ending_) return;
        if (value == CKR_OK) {
            lock.unlock();
            const bool plausible = isPlausible();
            lock.lock();
            if (!plausible) value = CKR_NO_EVENT;
        }
        if (value == CKR_OK)
            happened_ = true;
        else
            failed_ = value;
        changed_.notify_all();
        if (failed_) return;
    }
}

void SlotEvents::wait() {
    if (!module_.canWaitBesideCalls()) {
        throw Error(ErrorCode::unsupported, "the module cannot wait for a slot beside other calls");
    }
    std::unique_lock lock(mutex_);
    if (!failed_ && !happened_ && !stopped_) {
        if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
        armed_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return happened_ || stopped_ || failed_.has_value(); });
    }
    if (failed_) {
        Error error(ErrorCode::unsupported, "C_WaitForSlotEvent returned " + nameOf(*failed_));
        error.withDriverCode(*failed_);
        throw error;
    }
    happened_ = false;
    stopped_ = false;
}

void SlotEvents::stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
}

}  // namespace ukey::pkcs11
