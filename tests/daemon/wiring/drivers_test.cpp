// What a configuration says of a driver, as far as the process that loads the library.
#include <gtest/gtest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp, setenv

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/config/config.hpp"
#include "daemon/wiring/token_hosts_from_config.hpp"
#include "tests/support/await.hpp"

namespace ukey::wiring {
namespace {

namespace fs = std::filesystem;

/// The soft token's library, copied to a folder that is none of the system's.
class DriversOfAConfiguration : public testing::Test {
  protected:
    DriversOfAConfiguration() {
        std::string pattern = (fs::temp_directory_path() / "ukey-wiring-XXXXXX").string();
        folder_ = fs::canonical(::mkdtemp(pattern.data()));
        fs::copy_file(UKEY_SOFTTOKEN_LIBRARY, folder_ / "libelsewhere.so");
        ::setenv("UKEY_SOFTTOKEN_DIR", (folder_ / "tokens").c_str(), 1);
        sources_.administrator = folder_ / "etc.json";
        sources_.userFile = folder_ / "user.json";
        sources_.defaultStateDir = folder_ / "state";
    }
    ~DriversOfAConfiguration() override {
        ::unsetenv("UKEY_SOFTTOKEN_DIR");
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    void write(const char* file, const std::string& kind = "skf",
               const nlohmann::json& options = nlohmann::json::object()) const {
        const nlohmann::json driver{{"name", "elsewhere"},
                                    {"kind", kind},
                                    {"library", (folder_ / "libelsewhere.so").string()},
                                    {"options", options}};
        std::ofstream(folder_ / file) << nlohmann::json{{"drivers", {driver}}};
    }

    /// How the one driver is after it was asked for its tokens.
    hosts::DriverStatus status() {
        boost::asio::io_context context(1);
        const auto hosts = tokenHostsFromConfig(context.get_executor(), config::load(sources_), {});
        (void)test::await(context, hosts->tokens());
        const auto all = hosts->status();
        EXPECT_EQ(all.size(), 1U);
        return all.at(0);
    }

    fs::path folder_;
    config::Sources sources_;
};

TEST_F(DriversOfAConfiguration, libraryElsewhere_isLoadedForTheAdministratorAndRefusedToTheUser_S40) {
    write("user.json");
    const auto users = status();
    EXPECT_EQ(users.code, ErrorCode::badRequest) << users.problem;
    EXPECT_FALSE(users.running);
    write("etc.json");
    const auto administrators = status();
    EXPECT_EQ(administrators.state, hosts::DriverState::ready) << administrators.problem;
    EXPECT_EQ(administrators.name, "elsewhere");
}

TEST_F(DriversOfAConfiguration, kind_reachesTheHost) {
    write("etc.json", "pkcs11");
    const auto driver = status();
    EXPECT_NE(driver.state, hosts::DriverState::ready) << "the library speaks SKF";
    EXPECT_NE(driver.problem.find("C_GetFunctionList"), std::string::npos) << driver.problem;
}

TEST_F(DriversOfAConfiguration, options_reachTheDriver) {
    // What the configuration's schema lets pass, and the driver does not.
    write("etc.json", "skf", {{"pin", {{"min", 9}, {"max", 8}}}});
    const auto driver = status();
    EXPECT_NE(driver.state, hosts::DriverState::ready);
    EXPECT_NE(driver.problem.find("/pin has a minimum above its maximum"), std::string::npos)
        << driver.problem;
}

}  // namespace
}  // namespace ukey::wiring
