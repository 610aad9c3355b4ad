#include "tokenlib/softtoken/handles.hpp"

#include <utility>
#include <vector>

namespace ukey::softtoken {
namespace {

constexpr std::size_t kMaxHandles = 65'536;
constexpr std::uintptr_t kStep = 16;

std::uintptr_t numberOf(HANDLE handle) noexcept { return reinterpret_cast<std::uintptr_t>(handle); }

}  // namespace

HANDLE HandleTable::add(std::shared_ptr<HandleObject> object) {
    const std::lock_guard guard(mutex_);
    require(objects_.size() < kMaxHandles, SAR_MEMORYERR);
    // Numbers are not given twice, so that a stale handle never means something else.
    do {
        last_ += kStep;
    } while (last_ == 0 || objects_.contains(last_));
    objects_.emplace(last_, std::move(object));
    return reinterpret_cast<HANDLE>(last_);  // NOLINT(performance-no-int-to-ptr): looked up, never followed
}

std::shared_ptr<HandleObject> HandleTable::find(HANDLE handle) {
    const std::lock_guard guard(mutex_);
    const auto found = objects_.find(numberOf(handle));
    return found == objects_.end() ? nullptr : found->second;
}

void HandleTable::remove(HANDLE handle) {
    std::shared_ptr<HandleObject> dying;  // outlives the guard: destructors do not run under it
    const std::lock_guard guard(mutex_);
    const auto found = objects_.find(numberOf(handle));
    if (found == objects_.end()) return;
    dying = std::move(found->second);
    objects_.erase(found);
}

void HandleTable::removeIf(const std::function<bool(HandleObject&)>& condition) {
    std::vector<std::shared_ptr<HandleObject>> dying;
    const std::lock_guard guard(mutex_);
    for (auto entry = objects_.begin(); entry != objects_.end();) {
        if (condition(*entry->second)) {
            dying.push_back(std::move(entry->second));
            entry = objects_.erase(entry);
        } else {
            ++entry;
        }
    }
}

HandleTable& handles() {
    static HandleTable table;
    return table;
}

}  // namespace ukey::softtoken
