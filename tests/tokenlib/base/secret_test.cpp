#include "tokenlib/base/secret.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "tokenlib/base/error.hpp"

namespace ukey {
namespace {

TEST(Secret, cleared_leavesNothingInItsMemory_S21) {
    Secret pin = Secret::copyOf("123456");
    const std::uint8_t* where = pin.data();
    pin.clear();
    EXPECT_TRUE(pin.empty());
    for (int i = 0; i < 6; ++i) EXPECT_EQ(where[i], 0);
}

TEST(Secret, shortened_wipesTheRest_S21) {
    Secret pin = Secret::copyOf("123456");
    pin.resize(2);
    EXPECT_EQ(pin.text(), "12");
    EXPECT_STREQ(pin.cString(), "12");
    EXPECT_EQ(pin.data()[4], 0);
}

TEST(Secret, grownAboveItsRoom_throwsInsteadOfMoving) {
    Secret pin(4);
    pin.append(asBytes("1234"));
    EXPECT_THROW(pin.append(asBytes("5")), Error);
    EXPECT_EQ(pin.text(), "1234");
}

/// The kernel's flags of the memory at this address.
#ifdef __linux__  // Windows does not tell it of a page.
std::string memoryFlags(const void* address) {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream mappings("/proc/self/smaps");
    bool here = false;
    for (std::string line; std::getline(mappings, line);) {
        unsigned long long begin = 0;
        unsigned long long end = 0;
        if (std::sscanf(line.c_str(), "%llx-%llx ", &begin, &end) == 2)
            here = begin <= wanted && wanted < end;
        if (here && line.starts_with("VmFlags:")) return line + " ";
    }
    return {};
}

TEST(Secret, memory_isNeitherSwappedNorDumpedNorInherited_S21) {
    const Secret pin = Secret::copyOf("123456");
    const std::string flags = memoryFlags(pin.data());
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // They make nothing of mlock.
    EXPECT_NE(flags.find(" lo "), std::string::npos) << flags;
#endif
    EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
    EXPECT_NE(flags.find(" wf "), std::string::npos) << flags;
}
#endif

TEST(Secret, moved_leavesTheSourceEmpty) {
    Secret a = Secret::copyOf("abc");
    Secret b = std::move(a);
    EXPECT_TRUE(a.empty());
    EXPECT_EQ(b.text(), "abc");
}

}  // namespace
}  // namespace ukey
