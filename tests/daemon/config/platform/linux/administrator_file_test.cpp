// What the administrator decided, in the file that Linux has for it.
#include <gtest/gtest.h>

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

TEST_F(AdministratorFile, namedFile_isReadInsteadOfIt) {
    write("etc.json", R"({"logLevel": "error"})");
    EXPECT_EQ(loadText("{}").logLevel, "info");
}

}  // namespace
}  // namespace ukey::config
