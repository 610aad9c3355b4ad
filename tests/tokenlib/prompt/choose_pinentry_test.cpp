// Which program asks: what a desktop has decides, not what the link /usr/bin/pinentry happens to name.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "tokenlib/base/error.hpp"
#include "tokenlib/prompt/find_pinentry.hpp"

namespace ukey::prompt {
namespace {

class ChoosePinentry : public testing::Test {
  protected:
    ChoosePinentry() {
        std::string pattern = (std::filesystem::temp_directory_path() / "ukey-choose-XXXXXX").string();
        folder_ = std::string(::mkdtemp(pattern.data())) + "/";
        around_.folders = {folder_};
    }
    ~ChoosePinentry() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    void install(const std::string& name) {
        std::ofstream(folder_ + name) << "#!/bin/sh\n";
        std::filesystem::permissions(folder_ + name, std::filesystem::perms::owner_all);
    }
    void link(const std::string& name) {
        std::filesystem::create_symlink(folder_ + name, folder_ + "pinentry");
    }
    std::string chosen() const {
        try {
            const PinentryProgram program = choosePinentry(around_);
            const std::string name = program.path.substr(folder_.size());
            return program.onTerminal ? name + " on the terminal" : name;
        } catch (const Error& error) {
            return std::string(toString(error.code()));
        }
    }

    std::string folder_;
    Surroundings around_;
};

TEST_F(ChoosePinentry, linkToOneForTerminals_isPassedOverOnADesktop) {
    around_.display = true;
    for (const char* terminals : {"pinentry-curses", "pinentry-tty"}) install(terminals);
    link("pinentry-curses");
    EXPECT_EQ(chosen(), "prompt-unavailable");
    around_.terminal = true;
    EXPECT_EQ(chosen(), "pinentry-curses on the terminal");
    for (const char* graphical : {"pinentry-x11", "pinentry-fltk", "pinentry-gnome3", "pinentry-gtk-2",
                                  "pinentry-qt4", "pinentry-qt5", "pinentry-qt"}) {
        install(graphical);
        EXPECT_EQ(chosen(), graphical);
    }
}

TEST_F(ChoosePinentry, systemsOwnChoiceOfAGraphicalOne_isKept) {
    around_.display = true;
    install("pinentry-qt");
    install("pinentry-gtk-2");
    link("pinentry-gtk-2");
    EXPECT_EQ(chosen(), "pinentry");
}

TEST_F(ChoosePinentry, windowOfOurOwn_comesFirstOnADesktopAlone) {
    around_.display = around_.terminal = true;
    install("pinentry-curses");
    install("pinentry-qt");
    install("ukey-prompt");
    EXPECT_EQ(chosen(), "pinentry-qt") << "not from any folder";
    around_.ownFolder = folder_;
    EXPECT_EQ(chosen(), "ukey-prompt");
    around_.display = false;
    EXPECT_EQ(chosen(), "pinentry-curses on the terminal");
}

TEST_F(ChoosePinentry, nothingInstalled_isSaid) {
    around_.display = around_.terminal = true;
    EXPECT_EQ(chosen(), "prompt-unavailable");
}

}  // namespace
}  // namespace ukey::prompt
