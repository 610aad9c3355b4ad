#include "tokenlib/base/platform/locked_memory.hpp"

#include <windows.h>

#include <new>

namespace ukey::platform {

void* allocateLocked(std::size_t size) {
    void* memory = ::VirtualAlloc(nullptr, size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    if (memory == nullptr) throw std::bad_alloc();
    (void)::VirtualLock(memory, size);
    return memory;
}

void freeLocked(void* memory, std::size_t size) noexcept {
    (void)::VirtualUnlock(memory, size);
    (void)::VirtualFree(memory, 0, MEM_RELEASE);
}

}  // namespace ukey::platform
