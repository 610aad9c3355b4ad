// A driver on a fake library, and the fake's own controls.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "fake_library.hpp"
#include "tests/support/environment.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/loader/shared_library.hpp"
#include "tokenlib/drivers/skf/skf_driver.hpp"

namespace ukey::skf {

inline constexpr const char* kFakeId = "Fake Device 1";

/// "ulong32-packed", for example.
inline std::string libraryPath(const std::string& abi) {
    return test::builtLibrary("fakeskf-" + abi).string();
}

/// The fake's controls, in the same copy of the library that the driver uses.
class Fake {
  public:
    explicit Fake(const std::string& abi) : library_(loader::SharedLibrary::open(libraryPath(abi))) {
        function<decltype(&fakeReset)>("fakeReset")();
    }
    void set(const std::string& name, long long value) const {
        function<decltype(&fakeSet)>("fakeSet")(name.c_str(), value);
    }
    void fail(const std::string& name, long long code) const { set("code:" + name, code); }
    void failOnce(const std::string& name, long long code) const {
        set("once:" + name, 1);
        fail(name, code);
    }
    void text(const std::string& name, const std::string& value) const {
        function<decltype(&fakeText)>("fakeText")(name.c_str(), value.c_str());
    }
    void certificate(const std::string& container, token::KeyUsage usage, const Bytes& der) const {
        function<decltype(&fakeCertificate)>("fakeCertificate")(
            container.c_str(), usage == token::KeyUsage::sign ? 1 : 0, der.data(),
            static_cast<unsigned>(der.size()));
    }
    long long calls(const std::string& name) const {
        return function<decltype(&fakeCalls)>("fakeCalls")(name.c_str());
    }
    long long openHandles() const { return function<decltype(&fakeOpenHandles)>("fakeOpenHandles")(); }
    void replug() const { function<decltype(&fakeReplug)>("fakeReplug")(); }
    long long ivLength() const { return function<decltype(&fakeIvLength)>("fakeIvLength")(); }
    long long feedBits() const { return function<decltype(&fakeFeedBits)>("fakeFeedBits")(); }
    Bytes lastImport() const {
        const unsigned char* octets = function<decltype(&fakeLastImport)>("fakeLastImport")();
        return {octets, octets + 64};
    }
    Bytes rsaModulus() const {
        Bytes modulus(256);
        function<decltype(&fakeRsaModulus)>("fakeRsaModulus")(modulus.data());
        return modulus;
    }

  private:
    template <class F>
    F function(const char* name) const {
        return library_.function<F>(name);
    }
    loader::SharedLibrary library_;
};

struct FakeSkf : testing::Test {
    explicit FakeSkf(const std::string& abi = "ulong32-packed") : fake(abi) {
        options.library = libraryPath(abi);
    }

    token::Driver& driver() {
        if (!driver_) driver_ = loadDriver(options);
        return *driver_;
    }
    void login() { driver().login(kFakeId, token::PinRole::user, Secret::copyOf("111111")); }
    token::Sign signRequest(const std::string& container = "sm2") {
        token::Sign op;
        op.token = kFakeId;
        op.key = {container, token::KeyUsage::sign};
        op.digestAlgorithm =
            container == "rsa" ? token::DigestAlgorithm::sha256 : token::DigestAlgorithm::sm3;
        op.digest.assign(32, 0x77);
        return op;
    }

    Fake fake;
    SkfOptions options;

  private:
    std::unique_ptr<token::Driver> driver_;
};

/// The error that a call ends with.
template <class Call>
Error errorOf(Call call) {
    try {
        (void)call();
    } catch (const Error& error) {
        return error;
    }
    return {ErrorCode::internal, "no error"};
}

template <class Call>
ErrorCode codeOf(Call call) {
    return errorOf([&] {
               call();
               return 0;
           })
        .code();
}

inline token::Sm2Cipher fakeCipher() {
    token::Sm2Cipher cipher;
    cipher.x.assign(32, 0xC1);
    cipher.y.assign(32, 0xC4);
    cipher.hash.assign(32, 0xC3);
    cipher.cipher.assign(16, 0xC2);
    return cipher;
}

inline token::EnvelopedSm2Key fakeEnvelope() {
    token::EnvelopedSm2Key key;
    key.encryptedPrivateKey.assign(32, 0xE0);  // The encryption of zeros is not zero.
    key.encryptedPrivateKey.insert(key.encryptedPrivateKey.end(), 32, 0xD1);
    key.publicKey = {0x04};
    key.publicKey.insert(key.publicKey.end(), 32, 0x51);
    key.publicKey.insert(key.publicKey.end(), 32, 0x52);
    key.wrappedKey = fakeCipher();
    return key;
}

}  // namespace ukey::skf
