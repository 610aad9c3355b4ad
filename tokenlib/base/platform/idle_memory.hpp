// What a process that will be idle for long gives back to the system.
#pragma once

namespace ukey::platform {

/// Returns free heap memory, and lets go of program code that can be read from its file again. What is needed
/// later comes back by itself, at the cost of a page fault. Never fails: what cannot be given back stays.
void releaseIdleMemory() noexcept;

}  // namespace ukey::platform
