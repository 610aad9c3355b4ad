#include "libraries.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "fake_fixture.hpp"
#include "fake_module.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/drivers/loader/shared_library.hpp"
#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"
#include "tokenlib/drivers/skf/skf_driver.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::test {
namespace {

using token::KeyAlgorithm;

class SoftTokenUnderTest final : public LibraryUnderTest {
  public:
    SoftTokenUnderTest() {
        setEnvironment("UKEY_SOFTTOKEN_DIR", folder_.path().string());
        softtoken::TokenSpec spec;
        spec.serial = kSerial;
        spec.userPin = userPin();
        spec.adminPin = administratorPin();
        softtoken::createToken(spec);
        softtoken::plug(kSerial);
        skf::SkfOptions options;
        options.library = builtLibrary("ukey-softtoken").string();
        driver_ = skf::loadDriver(options);
    }
    token::Driver& driver() override { return *driver_; }
    std::string token() override { return kSerial; }
    KeyAlgorithm algorithm() const override { return KeyAlgorithm::sm2; }
    bool pull() override {
        softtoken::unplug(kSerial);
        return true;
    }
    void plug() override { softtoken::plug(kSerial); }

  private:
    static constexpr const char* kSerial = "BEHAVES1";
    ScratchFolder folder_;
    std::unique_ptr<token::Driver> driver_;
};

class SkfFakeUnderTest final : public LibraryUnderTest {
  public:
    SkfFakeUnderTest() : fake_("ulong32-packed") {
        skf::SkfOptions options;
        options.library = skf::libraryPath("ulong32-packed");
        driver_ = skf::loadDriver(options);
    }
    token::Driver& driver() override { return *driver_; }
    std::string token() override { return skf::kFakeId; }
    std::string userPin() const override { return "111111"; }
    std::string administratorPin() const override { return "admin"; }
    KeyAlgorithm algorithm() const override { return KeyAlgorithm::sm2; }
    bool isReal() const override { return false; }
    bool pull() override {
        fake_.set("unplugged", 1);
        fake_.replug();
        return true;
    }
    void plug() override { fake_.set("unplugged", 0); }

  private:
    skf::Fake fake_;
    std::unique_ptr<token::Driver> driver_;
};

class Pkcs11FakeUnderTest final : public LibraryUnderTest {
  public:
    Pkcs11FakeUnderTest() {
        const auto library = loader::SharedLibrary::open(UKEY_FAKE_PKCS11);
        state_ = library.function<fake::State* (*)()>("fakeState")();
        state_->reset();
        pkcs11::Pkcs11Options options;
        options.library = UKEY_FAKE_PKCS11;
        driver_ = pkcs11::loadDriver(options);
    }
    token::Driver& driver() override { return *driver_; }
    std::string token() override { return "7-F0001"; }
    KeyAlgorithm algorithm() const override { return KeyAlgorithm::p256; }
    bool pull() override {
        state_->pull();
        return true;
    }
    void plug() override { state_->plug(); }

  private:
    fake::State* state_ = nullptr;
    std::unique_ptr<token::Driver> driver_;
};

constexpr const char* kSoftHsmLibrary = "/usr/lib/softhsm/libsofthsm2.so";

class SoftHsmUnderTest final : public LibraryUnderTest {
  public:
    SoftHsmUnderTest() {
        const auto tokens = folder_.path() / "tokens";
        std::filesystem::create_directory(tokens);
        std::ofstream(folder_.path() / "softhsm2.conf")
            << "directories.tokendir = " << tokens.string()
            << "\nobjectstore.backend = file\nlog.level = ERROR\n";
        setEnvironment("SOFTHSM2_CONF", (folder_.path() / "softhsm2.conf").string());
        const int status = std::system(
            "softhsm2-util --init-token --free --label 'Ukey test' --pin 123456 "
            "--so-pin 87654321 >/dev/null 2>&1");
        if (status != 0) throw std::runtime_error("softhsm2-util failed");
        pkcs11::Pkcs11Options options;
        options.library = kSoftHsmLibrary;
        driver_ = pkcs11::loadDriver(options);
    }
    token::Driver& driver() override { return *driver_; }
    std::string token() override {
        for (const auto& token : driver_->listTokens({})) {
            if (token.state == token::TokenState::ready) return token.id;
        }
        throw std::runtime_error("no initialised token");
    }
    KeyAlgorithm algorithm() const override { return KeyAlgorithm::rsa2048; }

  private:
    ScratchFolder folder_;
    std::unique_ptr<token::Driver> driver_;
};

template <class Library>
std::unique_ptr<LibraryUnderTest> make() {
    return std::make_unique<Library>();
}

std::unique_ptr<LibraryUnderTest> makeSoftHsm() {
    return std::filesystem::exists(kSoftHsmLibrary) ? make<SoftHsmUnderTest>() : nullptr;
}

}  // namespace

const std::vector<NamedLibrary>& librariesUnderTest() {
    static const std::vector<NamedLibrary> all{{"softToken", &make<SoftTokenUnderTest>},
                                               {"skfFake", &make<SkfFakeUnderTest>},
                                               {"softHsm2", &makeSoftHsm},
                                               {"pkcs11Fake", &make<Pkcs11FakeUnderTest>}};
    return all;
}

}  // namespace ukey::test
