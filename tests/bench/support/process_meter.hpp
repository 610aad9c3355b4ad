// What a tree of processes uses: memory as the kernel shares it out, and how often it woke.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace ukey::bench {

/// A process and all that descend from it.
std::vector<pid_t> processTree(pid_t root);

/// Proportional set size of all of them in KiB (smaps_rollup).
std::uint64_t pssKiB(const std::vector<pid_t>& processes);

/// Resident set of one process in KiB.
std::uint64_t residentKiB(pid_t process);

/// Processor time of all threads of one process so far, in microseconds.
double processorMicroseconds(pid_t process);

/// Voluntary context switches of all threads of all of them so far: each is one wake-up.
std::uint64_t wakeUps(const std::vector<pid_t>& processes);

}  // namespace ukey::bench
