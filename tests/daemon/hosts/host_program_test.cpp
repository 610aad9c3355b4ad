#include <gtest/gtest.h>

#include <fstream>
#include <string_view>

#include "daemon/hosts/library_path.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::hosts {
namespace {

/// The folder of an installation: the usual host, and libraries that are little more than headers.
class HostProgram : public testing::Test {
  protected:
    HostProgram() {
        settings_.hostProgram = file("host", "");
        settings_.hostProgram32 = pathText(folder_.path() / "host32");
    }
    std::string file(const char* name, std::string_view content) const {
        std::ofstream(folder_.path() / name, std::ios::binary) << content;
        return pathText(folder_.path() / name);
    }
    /// The octets by which a library of ELF says its word size.
    std::string library(char wordSize) const {
        std::string head(
            "\x7f"
            "ELF");
        head += wordSize;
        head += '\1';
        head.resize(64);
        return file("library", head);
    }

    test::ScratchFolder folder_;
    HostSettings settings_;
};

TEST_F(HostProgram, libraryOf32Bits_getsTheHostOf32Bits) {
    (void)file("host32", "");
    EXPECT_EQ(hostProgramFor(library(1), settings_), settings_.hostProgram32);
    EXPECT_EQ(hostProgramFor(library(2), settings_), settings_.hostProgram);
}

TEST_F(HostProgram, withoutAHostOf32Bits_theUsualOneSaysWhatItCannotLoad) {
    EXPECT_EQ(hostProgramFor(library(1), settings_), settings_.hostProgram);
    settings_.hostProgram32.clear();
    EXPECT_EQ(hostProgramFor(library(1), settings_), settings_.hostProgram);
}

TEST_F(HostProgram, fileThatIsNoLibrary_isLeftToTheUsualHost) {
    (void)file("host32", "");
    EXPECT_EQ(hostProgramFor(file("text", "text"), settings_), settings_.hostProgram);
}

}  // namespace
}  // namespace ukey::hosts
