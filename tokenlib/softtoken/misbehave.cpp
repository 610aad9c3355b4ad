#include "tokenlib/softtoken/misbehave.hpp"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <span>
#include <thread>

#include "tokenlib/softtoken/sar.hpp"

namespace ukey::softtoken {
namespace {

[[noreturn]] void hangForever() {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    for (;;) never.wait(lock);
}

[[noreturn]] void crash() {
    // The default action, whatever handler the program has: a crash in a driver is not to be caught.
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
    std::abort();
}

[[noreturn]] void killSelf() {
#ifdef SIGKILL
    std::raise(SIGKILL);
#endif
    std::abort();
}

void endOrWait(const Fault& fault) {
    switch (fault.action) {
        case FaultAction::hang:
            hangForever();
        case FaultAction::crash:
            crash();
        case FaultAction::kill:
            killSelf();
        case FaultAction::exit:
            std::_Exit(static_cast<int>(fault.code.value_or(1)));
        case FaultAction::delay:
            std::this_thread::sleep_for(fault.delay);
            break;
        default:
            break;
    }
}

// Neither zero nor text, and the same at each run.
void spoil(std::span<std::uint8_t> octets) {
    std::uint32_t seed = 0x9E3779B9;
    for (std::uint8_t& octet : octets) {
        seed = seed * 1664525U + 1013904223U;
        octet = static_cast<std::uint8_t>(seed >> 24);
    }
}

std::span<std::uint8_t> resultOf(const Outputs& outputs, ULONG capacity) {
    if (outputs.data == nullptr) return {};
    const std::size_t size = outputs.length != nullptr ? capacity : outputs.fixedSize;
    return {static_cast<std::uint8_t*>(outputs.data), size};
}

}  // namespace

std::optional<ULONG> misbehaveBefore(const Fault& fault, const TokenPaths& token, unsigned callsInFlight) {
    endOrWait(fault);
    if (fault.action == FaultAction::wrongCode) return fault.code.value_or(SAR_FAIL);
    if (fault.action == FaultAction::remove) platform::removeFile(token.plugged);
    if (fault.action == FaultAction::crashIfConcurrent && callsInFlight > 1) crash();
    return std::nullopt;
}

ULONG misbehaveAfter(const Fault& fault, const Outputs& outputs, ULONG capacity, ULONG code) {
    switch (fault.action) {
        case FaultAction::wrongLength:
            if (outputs.length != nullptr) *outputs.length = fault.value.value_or(*outputs.length + 1);
            return fault.code.value_or(code);
        case FaultAction::hugeLength:
            if (outputs.length != nullptr) *outputs.length = fault.value.value_or(0xFFFFFFF0U);
            return fault.code.value_or(SAR_OK);
        case FaultAction::wrongCount:
            // A list of names without an end; a number that cannot be.
            std::ranges::fill(resultOf(outputs, capacity), std::uint8_t{'A'});
            for (ULONG* count : outputs.counts)
                if (count != nullptr) *count = fault.value.value_or(0xFFFFFFFFU);
            return fault.code.value_or(code);
        case FaultAction::garbage:
            spoil(resultOf(outputs, capacity));
            return fault.code.value_or(SAR_OK);
        default:
            return code;
    }
}

void misbehaveInWrite(const Fault& fault) {
    endOrWait(fault);
    if (fault.action != FaultAction::delay) throw SarError(fault.code.value_or(SAR_WRITEFILEERR));
}

}  // namespace ukey::softtoken
