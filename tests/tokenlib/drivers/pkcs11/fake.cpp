#include "fake.hpp"

#include <cstdlib>

#include "tokenlib/drivers/loader/shared_library.hpp"

namespace ukey::test {
namespace {

std::shared_ptr<EVP_PKEY> made(token::KeyAlgorithm algorithm) { return newKey(algorithm); }

}  // namespace

const std::shared_ptr<EVP_PKEY>& rsaKey() {
    static const auto key = made(token::KeyAlgorithm::rsa2048);
    return key;
}
const std::shared_ptr<EVP_PKEY>& ecKey() {
    static const auto key = made(token::KeyAlgorithm::p256);
    return key;
}
const std::shared_ptr<EVP_PKEY>& sm2Key() {
    static const auto key = made(token::KeyAlgorithm::sm2);
    return key;
}

const Bytes FakeTest::kMessage{'b', 'i', 'd'};

void FakeTest::SetUp() {
    const auto library = loader::SharedLibrary::open(UKEY_FAKE_PKCS11);
    const auto getState = library.function<fake::State* (*)()>("fakeState");
    ASSERT_NE(getState, nullptr);
    state_ = getState();
    state_->reset();
}

void FakeTest::TearDown() { end(); }

token::Driver& FakeTest::restart(pkcs11::Pkcs11Options options) {
    end();
    options.library = UKEY_FAKE_PKCS11;
    driver_ = pkcs11::loadDriver(options);
    return *driver_;
}

void FakeTest::addPair(const std::shared_ptr<EVP_PKEY>& key, const CertificateOptions& options) {
    const auto open = publicKeyOf(key.get());
    state().add(fake::privateKey(key));
    state().add(fake::publicKey(open));
    state().add(fake::certificate(certificateFor(open, options)));
}

Bytes FakeTest::sign(bool withMessage, token::DigestAlgorithm algorithm) {
    token::Sign request{id(), {"key", token::KeyUsage::sign}, algorithm, digestOf(algorithm, kMessage), {}};
    if (withMessage) request.message = kMessage;
    return driver().sign(request);
}

}  // namespace ukey::test
