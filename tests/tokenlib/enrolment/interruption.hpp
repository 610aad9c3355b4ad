// Strikes a process at one of the points between which the world can see a difference: right before and
// right after every operation on the token and every write to the journal.
#pragma once

#include <functional>

namespace ukey::enrolment::test {

/// From now on `strike` is called at the point of that number, from 1; 0: never, but points are counted.
/// Journals that are opened from now on take part.
void interruptAt(unsigned point, std::function<void()> strike);
/// Points since then.
unsigned pointsSeen();
/// One point.
void point();

}  // namespace ukey::enrolment::test
