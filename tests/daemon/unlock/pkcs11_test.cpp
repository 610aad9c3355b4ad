// Unlocks of a PKCS#11 token (SoftHSM2) through its host: C_Login as the security officer and C_InitPIN, by
// hand and with the RA's administrator PIN.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>

#include "daemon/hosts/supervisor.hpp"
#include "tests/support/await.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/scripted_pinentry.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::test {
namespace {

constexpr const char* kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";

class Pkcs11Unlock : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(kSoftHsm)) GTEST_SKIP() << "softhsm2 is not installed";
        std::filesystem::create_directory(folder_.path() / "tokens");
        const auto file = folder_.path() / "softhsm2.conf";
        std::ofstream(file) << "directories.tokendir = " << (folder_.path() / "tokens").string()
                            << "\nlog.level = ERROR\n";
        ::setenv("SOFTHSM2_CONF", file.c_str(), 1);
        ASSERT_EQ(std::system("softhsm2-util --init-token --free --label Ukey --pin 123456 --so-pin 87654321 "
                              ">/dev/null"),
                  0);
        const char* programs = std::getenv("UKEY_BIN_DIR");
        hosts::HostSettings settings;
        settings.hostProgram = std::string(programs != nullptr ? programs : "bin") + "/ukey-token-host";
        settings.pinentry = script_.program();
        hosts_ = hosts::makeTokenHosts(context_.get_executor(),
                                       {{"hsm", token::DriverKind::pkcs11, kSoftHsm, {}, true}},
                                       std::move(settings));
        for (const auto& token : await(context_, hosts_->tokens())) {
            if (token.info.state == token::TokenState::ready) token_ = token.info.id;
        }
        ASSERT_FALSE(token_.empty());
    }

    template <class Op>
    std::optional<ErrorCode> codeOfCall(Op op, const std::vector<std::string>& typed) {
        for (const std::string& pin : typed) script_.add("pin " + pin);
        op.token = token_;
        op.prompt = {"en", "https://portal.example", "operation.login", "", 60};
        return codeOf([&] { return await(context_, hosts_->call("hsm", std::move(op))); });
    }
    std::optional<ErrorCode> verify(const std::string& pin) { return codeOfCall(token::VerifyPin{}, {pin}); }
    static token::UnlockPinWith with(std::string_view administratorPin) {
        token::UnlockPinWith op;
        op.administratorPin = Secret::copyOf(administratorPin);
        return op;
    }

    ScratchFolder folder_;
    ScriptedPinentry script_;
    boost::asio::io_context context_;
    std::shared_ptr<hosts::TokenHosts> hosts_;
    std::string token_;
};

TEST_F(Pkcs11Unlock, administratorPinFromTheDialog_setsANewUserPin) {
    EXPECT_EQ(codeOfCall(token::UnlockPin{}, {"11111111", "246813"}), ErrorCode::pinIncorrect);
    EXPECT_EQ(verify("123456"), std::nullopt);
    EXPECT_EQ(codeOfCall(token::UnlockPin{}, {"87654321", "246813"}), std::nullopt);
    EXPECT_EQ(verify("123456"), ErrorCode::pinIncorrect);
    EXPECT_EQ(verify("246813"), std::nullopt);
}

TEST_F(Pkcs11Unlock, administratorPinOfTheRa_setsANewUserPin) {
    EXPECT_EQ(codeOfCall(with("11111111"), {"246813"}), ErrorCode::pinIncorrect);
    EXPECT_EQ(codeOfCall(with("87654321"), {"246813"}), std::nullopt);
    EXPECT_EQ(verify("123456"), ErrorCode::pinIncorrect);
    EXPECT_EQ(verify("246813"), std::nullopt);
}

TEST_F(Pkcs11Unlock, changedPin_isTheNewOne) {
    EXPECT_EQ(codeOfCall(token::ChangePin{}, {"123456", "975310"}), std::nullopt);
    EXPECT_EQ(verify("123456"), ErrorCode::pinIncorrect);
    EXPECT_EQ(verify("975310"), std::nullopt);
}

}  // namespace
}  // namespace ukey::test
