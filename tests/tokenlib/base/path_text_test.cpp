#include "tokenlib/base/path_text.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace ukey::test {
namespace {

TEST(PathText, chineseFolder_isFoundAgainByItsText) {
    const auto folder = std::filesystem::temp_directory_path() / u8"竞买人𠮷";
    std::filesystem::create_directories(folder);
    const std::string text = pathText(folder / u8"标书.pdf");
    EXPECT_TRUE(text.ends_with("标书.pdf")) << text;
    std::ofstream(folder / u8"标书.pdf") << "x";
    EXPECT_TRUE(std::filesystem::exists(pathFrom(text)));
    EXPECT_EQ(pathFrom(text), folder / u8"标书.pdf");
    std::filesystem::remove_all(folder);
}

TEST(PathText, octetsThatAreNoUtf8_throwNothing) {
    EXPECT_NO_THROW({
        const std::filesystem::path path = pathFrom(
            "a\xff\xfe"
            "b");
        EXPECT_FALSE(pathText(path).empty());
    });
}

}  // namespace
}  // namespace ukey::test
