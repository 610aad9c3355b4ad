// What OpenSSL's command sealed, opened by the real program with keys in SoftHSM2.
#include <gtest/gtest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/daemon/support/client.hpp"
#include "tests/daemon/support/openssl_envelopes.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/tokenlib/pki/test_ca.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;
using token::KeyAlgorithm;

constexpr const char* kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";
constexpr const char* kContent = "bid of one million";

class RealForeignEnvelopes : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(kSoftHsm)) GTEST_SKIP() << "softhsm2 is not installed";
        std::filesystem::create_directory(folder_.path() / "tokens");
        std::ofstream(file("softhsm2.conf"))
            << "directories.tokendir = " << file("tokens") << "\nlog.level = ERROR\n";
        ::setenv("SOFTHSM2_CONF", file("softhsm2.conf").c_str(), 1);
        run("softhsm2-util --init-token --free --label Ukey --pin 123456 --so-pin 87654321");
    }

    /// Puts a pair on the token, with a certificate for encryption; the latter as PEM.
    std::string put(KeyAlgorithm algorithm, const std::string& usage, const std::string& id) {
        const auto key = pki::test::TestKey::generate(algorithm);
        pki::test::CertificateSpec spec;
        spec.keyUsage = pki::test::kEncryptUsage;
        spec.serial = ++serial_;
        const Bytes certificate = ca_.issue(key.publicKey(), spec);
        write(key.pkcs1(), "privkey --usage-" + usage, id);
        write(certificate, "cert", id);
        return pki::Certificate::fromDer(certificate).pem();
    }
    Bytes sealed(const std::string& pem, const std::string& options) {
        return sealedByOpenssl(folder_.path(), kContent, {pem}, "", options);
    }

  private:
    std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
    static void run(const std::string& command) {
        ASSERT_EQ(std::system((command + " >/dev/null 2>&1").c_str()), 0) << command;
    }
    void write(const Bytes& object, const std::string& type, const std::string& id) {
        std::ofstream(file("object.der"), std::ios::binary) << asText(object);
        run(std::string("pkcs11-tool --module ") + kSoftHsm +
            " --token-label Ukey --login --pin 123456 --write-object " + file("object.der") + " --type " +
            type + " --id " + id + " --label " + id);
    }

    ScratchFolder folder_;
    pki::test::TestCa ca_{KeyAlgorithm::p256};
    std::uint64_t serial_ = 0;
};

TEST_F(RealForeignEnvelopes, oaepAndKeyAgreement_areOpenedByTheTokenUnderOnePin) {
    const std::string rsa = put(KeyAlgorithm::rsa2048, "decrypt", "61");
    const std::string p256 = put(KeyAlgorithm::p256, "derive", "62");
    const std::string p384 = put(KeyAlgorithm::p384, "derive", "63");
    const std::string oaep = "-keyopt rsa_padding_mode:oaep ";
    const std::vector<Bytes> messages{
        sealed(rsa, ""), sealed(rsa, oaep),
        // SoftHSM's OAEP knows SHA-1 alone; it does the bare operation all the same.
        sealed(rsa, oaep + "-keyopt rsa_oaep_md:sha256"), sealed(p256, ""),
        sealed(p384, "-keyopt ecdh_kdf_md:sha384")};
    RunningDaemon daemon(json{{"drivers", {{{"name", "hsm"}, {"kind", "pkcs11"}, {"library", kSoftHsm}}}}});
    daemon.pinentry().add("pin 123456");
    Client page(daemon.port());
    page.hello();
    for (const Bytes& message : messages) {
        const json answer = page.call("envelope.open", {{"envelope", toBase64Url(message)}});
        ASSERT_TRUE(answer.contains("result")) << answer << daemon.log();
        EXPECT_EQ(answer.at("result").at("data"), toBase64Url(asBytes(std::string(kContent))));
    }
    EXPECT_EQ(daemon.pinentry().dialogs().size(), 1U);
}

}  // namespace
}  // namespace ukey::test
