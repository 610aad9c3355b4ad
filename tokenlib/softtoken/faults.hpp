// How a token misbehaves when it is told to (README.md, "Faults").
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/gmt0016/skf.h"
#include "tokenlib/softtoken/layout.hpp"
#include "tokenlib/softtoken/platform/files.hpp"

namespace ukey::softtoken {

enum class FaultAction : std::uint8_t {
    hang,
    crash,
    exit,
    kill,
    remove,
    delay,
    wrongCode,
    wrongLength,
    wrongCount,
    hugeLength,
    garbage,
    crashIfConcurrent,
};

struct Fault {
    std::string function;  // without SKF_; "write" for the steps of writing the state
    std::uint32_t nth = 1;
    FaultAction action = FaultAction::hang;
    bool once = true;
    std::optional<std::uint32_t> code;
    std::optional<std::uint32_t> value;
    std::chrono::milliseconds delay{0};

    friend bool operator==(const Fault&, const Fault&) = default;
};

/// Throws ukey::Error `badRequest` with the reason.
std::vector<Fault> parseFaults(std::string_view json);
std::string encodeFaults(const std::vector<Fault>& faults);

/// The faults of one token: counts the calls, and follows the file as it changes. Safe for threads.
class FaultBook {
  public:
    explicit FaultBook(TokenPaths paths) : paths_(std::move(paths)) {}

    /// Counts a call of `function`; the fault that it meets, if any. A fault that strikes once is struck off
    /// the file before it is returned, so that a process started in the place of a crashed one is not met by
    /// it again.
    std::optional<Fault> countCall(std::string_view function);

  private:
    struct Entry {
        Fault fault;
        std::uint32_t calls = 0;
    };

    void follow();
    void strikeOff(const Fault& fault);

    TokenPaths paths_;
    std::mutex mutex_;
    platform::FileIdentity identity_;
    std::vector<Entry> entries_;
};

}  // namespace ukey::softtoken
