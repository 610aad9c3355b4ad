// A folder with configuration files, and what is read of them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/policy/state_folder.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::config {

class ConfigFiles : public testing::Test {
  protected:
    ConfigFiles() {
        policy::makeStateFolder(folder());
        sources_.userFile = folder() / "user.json";
        sources_.defaultStateDir = folder() / "state";
    }

    std::filesystem::path folder() const { return scratch_.path() / "own"; }
    std::filesystem::path write(const std::string& name, const std::string& text) const {
        std::ofstream(folder() / name) << text;
        return folder() / name;
    }
    Config loadText(const std::string& text) {
        sources_.file = write("named.json", text);
        return load(sources_);
    }
    std::string refusal(const std::string& text) {
        try {
            loadText(text);
            return "accepted";
        } catch (const Error& error) {
            return error.what();
        }
    }

    test::ScratchFolder scratch_;
    Sources sources_;
};

}  // namespace ukey::config
