#include "interruption.hpp"

#include <sqlite3.h>

#include <utility>

namespace ukey::enrolment::test {
namespace {

struct State {
    unsigned target = 0;
    unsigned seen = 0;
    bool hasCommitted = false;
    std::function<void()> strike;
};

State& state() {
    static State instance;
    return instance;
}

int beforeCommit(void*) {
    point();
    state().hasCommitted = true;
    return 0;
}
/// The end of a statement, after the commit that it made.
int afterStatement(unsigned, void*, void*, void*) {
    if (std::exchange(state().hasCommitted, false)) point();
    return 0;
}

/// Every connection from now on tells of its commits: before they are on the disk, and after.
int watch(sqlite3* database, char**, const void*) {
    sqlite3_commit_hook(database, beforeCommit, nullptr);
    sqlite3_trace_v2(database, SQLITE_TRACE_PROFILE, afterStatement, nullptr);
    return SQLITE_OK;
}

}  // namespace

void interruptAt(unsigned point, std::function<void()> strike) {
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch));
    state() = {point, 0, false, std::move(strike)};
}

unsigned pointsSeen() { return state().seen; }

void point() {
    if (!state().strike) return;
    if (++state().seen == state().target) state().strike();
}

}  // namespace ukey::enrolment::test
