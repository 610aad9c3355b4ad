// Memory for secrets: page-aligned, locked, left out of core dumps.
#pragma once

#include <cstddef>

namespace ukey::platform {

/// At least `size` zeroed octets. Locking is tried, not demanded: a small RLIMIT_MEMLOCK must not stop a
/// login. Throws std::bad_alloc when there is no memory.
void* allocateLocked(std::size_t size);

/// Gives the memory back; the caller has wiped it.
void freeLocked(void* memory, std::size_t size) noexcept;

}  // namespace ukey::platform
