#include "tokenlib/base/platform/gb18030.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ukey::platform {
namespace {

// Of the characters of two octets alone: the longer ones are not in every system's tables.
TEST(Gb18030, namesAsMakersWriteThem_areRead) {
    EXPECT_EQ(utf8FromGb18030("\xd5\xe3\xbd\xad\xca\xbe\xb7\xb6").value_or(""), "浙江示范");
    EXPECT_EQ(utf8FromGb18030("CN=\xd5\xc5\xc8\xfd (1)").value_or(""), "CN=张三 (1)");
    EXPECT_EQ(utf8FromGb18030("\xe9\x46\x81\x41").value_or(""), "镕丄") << "beyond the oldest table";
}

}  // namespace
}  // namespace ukey::platform
