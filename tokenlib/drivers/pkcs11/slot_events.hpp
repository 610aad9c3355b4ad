// Waiting for C_WaitForSlotEvent, which can only be ended by ending the module.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "tokenlib/drivers/pkcs11/module.hpp"

namespace ukey::pkcs11 {

/// A thread of its own sits in the module's call, from the first wait on; so stop() can let the waiter go
/// while the module keeps blocking.
class SlotEvents {
  public:
    explicit SlotEvents(Module& module) : module_(module) {}
    /// Ends the module, which wakes the thread.
    ~SlotEvents();
    SlotEvents(const SlotEvents&) = delete;
    SlotEvents& operator=(const SlotEvents&) = delete;

    /// Returns after an event or stop(). Throws `unsupported` when the module has no working event.
    void wait();
    void stop() noexcept;

  private:
    using Presence = std::map<CK_SLOT_ID, bool>;

    void run();
    /// Whether the module can be believed: it must not report event after event while nothing changes.
    bool isPlausible();
    Presence presence() const;

    Module& module_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool armed_ = false;     // The thread is to call the module once more.
    bool happened_ = false;  // An event that no wait() has returned for yet.
    bool stopped_ = false;
    bool ending_ = false;
    std::optional<CK_RV> failed_;
    unsigned idleEvents_ = 0;
    Presence last_;
    std::thread thread_;
};

}  // namespace ukey::pkcs11
