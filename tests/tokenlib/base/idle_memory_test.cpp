#include "tokenlib/base/platform/idle_memory.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace ukey::platform {
namespace {

std::size_t residentKiB() {
    std::ifstream rollup("/proc/self/smaps_rollup");
    std::string line;
    while (std::getline(rollup, line)) {
        if (line.starts_with("Rss:")) return std::stoul(line.substr(4));
    }
    return 0;
}

TEST(IdleMemory, released_processTakesLessRoomAndItsCodeStillRuns) {
    const std::size_t before = residentKiB();
    if (before == 0) GTEST_SKIP() << "this kernel has no smaps_rollup";
    releaseIdleMemory();
    EXPECT_LT(residentKiB(), before);
    std::vector<std::string> words;
    for (int i = 0; i < 1000; ++i) words.push_back(std::to_string(i));
    EXPECT_EQ(words.back(), "999");
}

}  // namespace
}  // namespace ukey::platform
