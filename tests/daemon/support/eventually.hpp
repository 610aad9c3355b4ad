// Waits for what another process does, where nothing tells when it is done.
#pragma once

#include <chrono>
#include <stdexcept>
#include <thread>

namespace ukey::test {

/// Throws std::runtime_error after a minute.
template <class Condition>
void waitUntil(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("waited too long");
        std::this_thread::yield();
    }
}

}  // namespace ukey::test
