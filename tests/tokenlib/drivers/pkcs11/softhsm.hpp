// SoftHSM2 with tokens of its own in a folder that goes with the test.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"

namespace ukey::test {

inline constexpr const char* kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";

/// Runs a command; its output, empty when it failed.
std::string outputOf(const std::string& command);

class SoftHsmTest : public ::testing::Test {
  protected:
    void SetUp() override;
    void TearDown() override;

    /// A new driver; the former one ends first.
    token::Driver& restart(pkcs11::Pkcs11Options options = {});
    token::Driver& driver() { return *driver_; }
    /// The id of the one initialised token.
    std::string tokenId();
    void login(std::string_view pin = "123456");
    /// pkcs11-tool on the token, logged in; its output, empty when it failed.
    std::string pkcs11Tool(const std::string& arguments) const;
    const std::filesystem::path& folder() const { return folder_; }

  private:
    std::filesystem::path folder_;
    std::unique_ptr<token::Driver> driver_;
};

}  // namespace ukey::test
