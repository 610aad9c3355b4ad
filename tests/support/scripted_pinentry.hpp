// The scripted pinentry with a folder of its own, for one test.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ukey::test {

class ScriptedPinentry {
  public:
    /// `answers`: lines as in pinentry_script.
    explicit ScriptedPinentry(const std::vector<std::string>& answers = {}) {
        std::string pattern = (std::filesystem::temp_directory_path() / "ukey-pinentry-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        writeWrapper("");
        for (const std::string& answer : answers) add(answer);
    }
    ScriptedPinentry(const ScriptedPinentry&) = delete;
    ScriptedPinentry& operator=(const ScriptedPinentry&) = delete;
    ~ScriptedPinentry() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::string program() const { return (folder_ / "pinentry").string(); }
    std::filesystem::path folder() const { return folder_; }

    void add(const std::string& answer) {
        std::ofstream(folder_ / "answers", std::ios::app) << answer << "\n";
    }
    /// Further variables for the script, e.g. "UKEY_TEST_PINENTRY_NO_REPEAT=1".
    void writeWrapper(const std::string& variables) {
        std::ofstream(folder_ / "pinentry")
            << "#!/bin/sh\n"
            << variables << " UKEY_TEST_PINENTRY_FILE=" << (folder_ / "answers")
            << " UKEY_TEST_PINENTRY_LOG=" << (folder_ / "log")
            << " exec " UKEY_SUPPORT_DIR "/pinentry_script\n";
        std::filesystem::permissions(program(), std::filesystem::perms::owner_all);
    }

    /// The dialogs so far.
    std::vector<nlohmann::json> dialogs() const {
        std::vector<nlohmann::json> all;
        std::ifstream log(folder_ / "log");
        for (std::string line; std::getline(log, line);) all.push_back(nlohmann::json::parse(line));
        return all;
    }

    /// Whether the process that showed this dialog is gone.
    static bool isGone(const nlohmann::json& dialog) {
        return !std::filesystem::exists("/proc/" + std::to_string(dialog.at("pid").get<int>()));
    }

  private:
    std::filesystem::path folder_;
};

}  // namespace ukey::test
