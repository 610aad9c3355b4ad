#include "tokenlib/base/platform/locked_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

namespace ukey::platform {
namespace {

std::size_t wholePages(std::size_t size) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return (size + page - 1) / page * page;
}

}  // namespace

void* allocateLocked(std::size_t size) {
    const std::size_t length = wholePages(size);
    void* memory = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    (void)::mlock(memory, length);
    (void)::madvise(memory, length, MADV_DONTDUMP);
    (void)::madvise(memory, length, MADV_WIPEONFORK);
    return memory;
}

void freeLocked(void* memory, std::size_t size) noexcept { (void)::munmap(memory, wholePages(size)); }

}  // namespace ukey::platform
