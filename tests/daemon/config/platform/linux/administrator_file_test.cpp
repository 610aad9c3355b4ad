// What the administrator decided, in the file that Linux has for it.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "daemon/config/config.hpp"
#include "tests/daemon/config/config_files.hpp"

namespace ukey::config {
namespace {

class AdministratorFile : public ConfigFiles {
  protected:
    AdministratorFile() { sources_.administrator = folder() / "etc.json"; }
};

TEST_F(AdministratorFile, whatItSets_theUserCannotChange) {
    write(
        "etc.json",
        R"({"unknownOrigins": "deny", "origins": [{"origin": "https://a.example", "scopes": ["tokens"]}]})");
    write("user.json", R"({"unknownOrigins": "ask", "logLevel": "debug",
                           "origins": [{"origin": "https://evil.example", "scopes": ["sign"]}]})");
    const Config config = load(sources_);
    EXPECT_EQ(config.unknownOrigins, policy::UnknownOrigins::deny);
    ASSERT_EQ(config.origins.size(), 1U);
    EXPECT_EQ(config.origins[0].pattern.text(), "https://a.example");
    EXPECT_EQ(config.logLevel, "debug");
}

TEST_F(AdministratorFile, driversOfTheUser_areNotTrustedLikeTheAdministrators_S40) {
    const std::string text = R"({"drivers": [{"name": "a", "kind": "skf", "library": "/tmp/l.so"}]})";
    write("user.json", text);
    EXPECT_FALSE(load(sources_).drivers.at(0).trusted);
    write("etc.json", text);
    EXPECT_TRUE(load(sources_).drivers.at(0).trusted);
}

// Each of the three that are read.
TEST_F(AdministratorFile, configurationThatOthersCanChangeOrALink_isRefusedWithItsName_S41) {
    const auto refusal = [this]() -> std::string {
        try {
            (void)load(sources_);
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    };
    for (const char* name : {"etc.json", "user.json", "named.json"}) {
        write(name, "{}");
        const auto file = folder() / name;
        if (name == std::string("named.json")) sources_.file = file;
        EXPECT_EQ(refusal(), "");
        std::filesystem::permissions(file, std::filesystem::perms(0602));
        EXPECT_NE(refusal().find(file.string()), std::string::npos) << refusal();
        std::filesystem::permissions(file, std::filesystem::perms(0600));
        std::filesystem::rename(file, folder() / "elsewhere");
        std::filesystem::create_symlink(folder() / "elsewhere", file);
        EXPECT_NE(refusal().find(file.string()), std::string::npos) << refusal();
        std::filesystem::remove(file);
    }
}

TEST_F(AdministratorFile, namedFile_isReadInsteadOfIt) {
    write("etc.json", R"({"logLevel": "error"})");
    EXPECT_EQ(loadText("{}").logLevel, "info");
}

}  // namespace
}  // namespace ukey::config
