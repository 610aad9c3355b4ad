// Unlock requests and responses, with OpenSSL's command line as the RA of docs/unlock.md.
#include "tokenlib/pki/remote_unlock.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "test_ca.hpp"
#include "test_ra.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"

namespace ukey::pki {
namespace {

using test::joined;
using test::tlv;

UnlockRequest request(const Sm2PrivateKey& key) {
    using namespace std::chrono;
    return {.serial = "UK-1",
            .model = "型号",
            .nonce = Bytes(16, 0xAB),
            .expires = sys_days(year(2026) / 11 / 5) + 3h + 4min + 9s,
            .key = key.publicKey().point,
            .challenge = {}};
}

Bytes response(const Bytes& answer, const Bytes& nonce = Bytes(16, 0xAB), std::uint8_t version = 1) {
    return tlv(0x30, joined({tlv(0x02, Bytes{version}), tlv(0x04, nonce), answer}));
}

ErrorCode codeOfResponse(const Bytes& der) {
    try {
        (void)unlockResponseFromDer(der);
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

TEST(UnlockRequest, isTheDerOfThePage) {
    const auto key = Sm2PrivateKey::generate();
    UnlockRequest asked = request(key);
    const std::string head =
        "020101"
        "0c04554b2d31"
        "0c06e59e8be58fb7"
        "0410abababababababababababababababab"
        "180f32303236313130353033303430395a"
        "0441";
    EXPECT_EQ(toHex(unlockRequestToDer(asked)), "3077" + head + toHex(key.publicKey().point));
    asked.challenge = Bytes{1, 2, 3};
    EXPECT_EQ(toHex(unlockRequestToDer(asked)), "307c" + head + toHex(key.publicKey().point) + "8003010203");
}

/// A folder for the command line.
class CommandLineRa : public testing::Test {
  protected:
    CommandLineRa() {
        std::string pattern = (std::filesystem::temp_directory_path() / "ukey-ra-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~CommandLineRa() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, ByteView octets) {
        std::ofstream(folder_ / name, std::ios::binary) << asText(octets);
    }
    Bytes read(const std::string& name) {
        std::ifstream in(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    /// The commands of docs/unlock.md.
    Bytes seal(const Bytes& requestDer, const Bytes& point, const std::string& pin) {
        write("request.der", requestDer);
        write("pin", asBytes(pin));
        write("key.der", joined({*fromHex("3059301306072a8648ce3d020106082a811ccf5501822d034200"), point}));
        const std::string command = "cd " + folder_.string() +
                                    " && openssl pkey -pubin -inform DER -in key.der -out key.pem &&"
                                    " { openssl dgst -sm3 -binary request.der; cat pin; } |"
                                    " openssl pkeyutl -encrypt -pubin -inkey key.pem -out sealed.der";
        EXPECT_EQ(std::system(command.c_str()), 0);
        return read("sealed.der");
    }

    std::filesystem::path folder_;
    Sm2PrivateKey key_ = Sm2PrivateKey::generate();
    Bytes der_ = unlockRequestToDer(request(key_));
};

TEST_F(CommandLineRa, sealedPin_isOpenedForItsRequestAlone_S10) {
    const Bytes sealed = seal(der_, key_.publicKey().point, "so-pin-1");
    const UnlockResponse answered = unlockResponseFromDer(response(tlv(0xA0, sealed)));
    EXPECT_EQ(answered.nonce, Bytes(16, 0xAB));
    const auto cipher = std::get<token::Sm2Cipher>(answered.answer);
    EXPECT_EQ(openAdministratorPin(key_, der_, cipher).text(), "so-pin-1");

    const auto codeWith = [&](const Sm2PrivateKey& key, const Bytes& der) {
        try {
            (void)openAdministratorPin(key, der, cipher);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    EXPECT_EQ(codeWith(Sm2PrivateKey::generate(), der_), ErrorCode::unlockInvalid);
    UnlockRequest other = request(key_);
    other.serial = "UK-2";
    EXPECT_EQ(codeWith(key_, unlockRequestToDer(other)), ErrorCode::unlockInvalid) << "bound to the token";
    other = request(key_);
    other.expires += std::chrono::seconds(1);
    EXPECT_EQ(codeWith(key_, unlockRequestToDer(other)), ErrorCode::unlockInvalid) << "bound to the time";
}

TEST_F(CommandLineRa, pinOfAWrongLengthOrWithANul_isInvalid) {
    using namespace std::string_literals;
    for (const std::string& pin : {""s, std::string(65, '1'), "so\0pin"s}) {
        const auto cipher = sm2CipherFromDer(seal(der_, key_.publicKey().point, pin));
        EXPECT_THROW((void)openAdministratorPin(key_, der_, cipher), Error) << pin.size();
    }
    const auto cipher = sm2CipherFromDer(seal(der_, key_.publicKey().point, std::string(64, '1')));
    EXPECT_EQ(openAdministratorPin(key_, der_, cipher).size(), 64U);
}

TEST(UnlockResponse, makersAnswer_comesAsItIs) {
    const UnlockResponse answered = unlockResponseFromDer(response(tlv(0x81, Bytes{7, 8, 9})));
    EXPECT_EQ(std::get<Bytes>(answered.answer), (Bytes{7, 8, 9}));
}

TEST(UnlockResponse, anythingElse_isInvalid) {
    const Bytes good = tlv(0x81, Bytes{7});
    EXPECT_EQ(codeOfResponse({}), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(response({})), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(response(good, Bytes(15, 1))), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(response(good, Bytes(16, 1), 2)), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(response(tlv(0x81, {}))), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(response(tlv(0x82, Bytes{7}))), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(response(tlv(0xA0, Bytes{0x30, 0}))), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(response(joined({good, good}))), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(joined({response(good), Bytes{0}})), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(response(tlv(0x81, Bytes(4097, 7)))), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(response(tlv(0x81, Bytes(9000, 7)))), ErrorCode::unlockInvalid);
    EXPECT_EQ(codeOfResponse(unlockRequestToDer(request(Sm2PrivateKey::generate()))),
              ErrorCode::unlockInvalid);
}

}  // namespace
}  // namespace ukey::pki
