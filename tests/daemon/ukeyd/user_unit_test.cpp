// The unit for the user's service manager is one that systemd understands to the last line.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/support/scratch_folder.hpp"

namespace ukey::test {
namespace {

std::string unitText() {
    std::ifstream file(UKEY_SOURCE_DIR "/packaging/linux/ukeyd.service");
    return {std::istreambuf_iterator<char>(file), {}};
}

/// What `systemd-analyze verify` has to say about the unit, with the program where the build put it.
std::string complaintsAbout(std::string unit) {
    const ScratchFolder folder;
    const std::string installed = "ExecStart=/usr/bin/ukeyd";
    unit.replace(unit.find(installed), installed.size(),
                 "ExecStart=" + std::string(std::getenv("UKEY_BIN_DIR")) + "/ukeyd");
    std::ofstream(folder.path() / "ukeyd.service") << unit;
    const std::string output = (folder.path() / "output").string();
    const int status =
        std::system(("XDG_RUNTIME_DIR='" + folder.path().string() + "' systemd-analyze verify --user '" +
                     (folder.path() / "ukeyd.service").string() + "' >'" + output + "' 2>&1")
                        .c_str());
    std::ifstream file(output);
    std::string text(std::istreambuf_iterator<char>(file), {});
    return status == 0 ? text : "failed: " + text;
}

TEST(UserUnit, isWhatSystemdTakes_S74) {
    EXPECT_EQ(complaintsAbout(unitText()), "");
    EXPECT_NE(complaintsAbout(unitText() + "\n[Service]\nNoSuchWord=1\n"), "") << "the check finds mistakes";
}

TEST(UserUnit, daemonThatRunsAlready_isNotStartedAgainAndAgain_S49) {
    EXPECT_NE(unitText().find("\nRestartPreventExitStatus=3\n"), std::string::npos);
}

}  // namespace
}  // namespace ukey::test
