// Whether a process still runs.
#pragma once

namespace ukey::test {

/// True also for one that has ended and that nobody has reaped.
bool isGone(int process);

}  // namespace ukey::test
