#include "tokenlib/base/platform/private_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/platform/windows/access.hpp"
#include "tests/support/scratch_folder.hpp"

namespace ukey::platform {
namespace {

using ukey::test::setAccess;

class PrivateFiles : public testing::Test {
  protected:
    void SetUp() override {
        makeOwnFolder(folder());
        std::ofstream(file()) << "secret";
        keepForOwner(file());
    }
    std::filesystem::path folder() const { return scratch_.path() / "own"; }
    std::filesystem::path file() const { return folder() / L"\u5bc6.db"; }

  private:
    ukey::test::ScratchFolder scratch_;
};

TEST_F(PrivateFiles, ofTheirOwner_canBeChangedByNobodyElse) {
    EXPECT_EQ(whyOthersCanChange(file()).value_or(""), "");
    EXPECT_EQ(whyOthersCanChange(folder() / "not there yet").value_or(""), "");
}

TEST_F(PrivateFiles, writableByEveryone_orInAFolderThatIs_areNamed) {
    setAccess(file(), L"D:P(A;;FA;;;WD)");
    EXPECT_NE(whyOthersCanChange(file()).value_or("").find("\xe5\xaf\x86.db can be changed"),
              std::string::npos);
    keepForOwner(file());
    setAccess(folder(), L"D:P(A;;FA;;;WD)");
    EXPECT_NE(whyOthersCanChange(file()).value_or("").find("own can be changed"), std::string::npos);
}

TEST_F(PrivateFiles, readableByEveryone_areNotChangeable) {
    setAccess(file(), L"D:P(A;;FR;;;WD)");
    EXPECT_EQ(whyOthersCanChange(file()).value_or(""), "");
}

}  // namespace
}  // namespace ukey::platform
