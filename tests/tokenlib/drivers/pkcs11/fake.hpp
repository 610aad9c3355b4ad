// The driver on the module that can be told to be odd.
#pragma once

#include <gmock/gmock.h>

#include <memory>

#include "expect_error.hpp"
#include "fake_module.hpp"
#include "openssl_helpers.hpp"
#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"

namespace ukey::test {

/// Keys that every test may use; made once.
const std::shared_ptr<EVP_PKEY>& rsaKey();
const std::shared_ptr<EVP_PKEY>& ecKey();
const std::shared_ptr<EVP_PKEY>& sm2Key();

class FakeTest : public ::testing::Test {
  protected:
    void SetUp() override;
    void TearDown() override;

    fake::State& state() { return *state_; }
    token::Driver& restart(pkcs11::Pkcs11Options options = {});
    token::Driver& driver() { return driver_ ? *driver_ : restart(); }
    void end() { driver_.reset(); }
    /// The id of the first slot's token.
    static std::string id() { return "7-F0001"; }
    void login(std::string_view pin = "123456") {
        driver().login(id(), token::PinRole::user, Secret::copyOf(pin));
    }
    /// Private key, public key object and certificate on the token, with CKA_ID "key".
    void addPair(const std::shared_ptr<EVP_PKEY>& key, const CertificateOptions& options = {});
    std::vector<token::KeyEntry> keys() { return driver().listKeys({id()}); }
    /// Signs with container "key"; SHA-256, or SM3 for SM2.
    Bytes sign(bool withMessage = false, token::DigestAlgorithm algorithm = token::DigestAlgorithm::sha256);
    unsigned calls(const std::string& function) { return state().calls[function]; }

    static const Bytes kMessage;

  private:
    fake::State* state_ = nullptr;
    std::unique_ptr<token::Driver> driver_;
};

}  // namespace ukey::test
