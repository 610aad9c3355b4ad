#include "softhsm.hpp"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp, setenv

#include <array>
#include <cstdio>
#include <fstream>

namespace ukey::test {

namespace fs = std::filesystem;

std::string outputOf(const std::string& command) {
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return {};
    std::string output;
    std::array<char, 4096> some{};
    for (std::size_t count = 0; (count = std::fread(some.data(), 1, some.size(), pipe)) > 0;) {
        output.append(some.data(), count);
    }
    return ::pclose(pipe) == 0 ? output : std::string();
}

void SoftHsmTest::SetUp() {
    if (!fs::exists(kSoftHsm)) GTEST_SKIP() << "softhsm2 is not installed";
    std::string pattern = (fs::temp_directory_path() / "ukey-softhsm-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fs::create_directory(folder_ / "tokens");
    std::ofstream(folder_ / "softhsm2.conf") << "directories.tokendir = " << (folder_ / "tokens").string()
                                             << "\nobjectstore.backend = file\nlog.level = ERROR\n";
    ::setenv("SOFTHSM2_CONF", (folder_ / "softhsm2.conf").c_str(), 1);
    ASSERT_FALSE(
        outputOf("softhsm2-util --init-token --free --label 'Ukey test' --pin 123456 --so-pin 87654321")
            .empty());
    restart();
}

void SoftHsmTest::TearDown() {
    driver_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
}

token::Driver& SoftHsmTest::restart(pkcs11::Pkcs11Options options) {
    driver_.reset();
    options.library = kSoftHsm;
    driver_ = pkcs11::loadDriver(options);
    return *driver_;
}

std::string SoftHsmTest::tokenId() {
    for (const auto& token : driver().listTokens({})) {
        if (token.state == token::TokenState::ready) return token.id;
    }
    ADD_FAILURE() << "no initialised token";
    return {};
}

void SoftHsmTest::login(std::string_view pin) {
    driver().login(tokenId(), token::PinRole::user, Secret::copyOf(pin));
}

std::string SoftHsmTest::pkcs11Tool(const std::string& arguments) const {
    return outputOf(std::string("pkcs11-tool --module ") + kSoftHsm +
                    " --token-label 'Ukey test' --login --pin 123456 " + arguments);
}

}  // namespace ukey::test
