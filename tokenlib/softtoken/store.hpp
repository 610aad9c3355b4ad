// One token's state on the disk, as this process sees it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "tokenlib/softtoken/faults.hpp"
#include "tokenlib/softtoken/layout.hpp"
#include "tokenlib/softtoken/platform/files.hpp"
#include "tokenlib/softtoken/state.hpp"

namespace ukey::softtoken {

class Store {
  public:
    explicit Store(std::string_view serial) : paths_(pathsOf(serial)), faults_(paths_) {}

    const TokenPaths& paths() const noexcept { return paths_; }
    FaultBook& faults() noexcept { return faults_; }

    /// The newest state; one stat when nothing changed.
    const State& state();

    /// Shuts other processes out until `unlock`; counted, so that a change may happen within SKF_LockDev.
    void lock();
    bool lockWithin(std::chrono::milliseconds timeout);
    void unlock() noexcept;

    /// Makes `draft` the state, on the disk when it returns. Within lock.
    void replace(State draft);

  private:
    TokenPaths paths_;
    FaultBook faults_;
    platform::FileIdentity identity_;
    std::optional<State> state_;
    std::optional<platform::FileLock> lock_;
    unsigned lockDepth_ = 0;
};

/// A change to the state: what is not committed did not happen.
class Change {
  public:
    explicit Change(Store& store) : store_(store) {
        store_.lock();
        try {
            draft_ = store_.state();
        } catch (...) {
            store_.unlock();
            throw;
        }
    }
    ~Change() { store_.unlock(); }
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

    State& draft() noexcept { return draft_; }
    /// More changes may follow, and be committed in turn.
    void commit() { store_.replace(draft_); }

  private:
    Store& store_;
    State draft_;
};

}  // namespace ukey::softtoken
