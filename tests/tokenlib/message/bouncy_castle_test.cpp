// SM2 messages against BouncyCastle, both ways.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "authority.hpp"
#include "signers.hpp"
#include "tokenlib/message/time_stamp.hpp"

namespace ukey::cms {
namespace {

using test::now;
using test::refusalOf;
using test::Signer;
using test::trusting;
using token::KeyAlgorithm;

class BouncyCastle : public testing::Test {
  protected:
    BouncyCastle()
        : folder_(std::filesystem::temp_directory_path() / ("ukey-bc-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
    }
    ~BouncyCastle() override { std::filesystem::remove_all(folder_); }

    static const Signer& signer() { return Signer::shared(KeyAlgorithm::sm2); }
    static Bytes content() { return Bytes(3000, 0x5A); }

    std::string write(const std::string& name, ByteView octets) const {
        std::ofstream(folder_ / name, std::ios::binary) << asText(octets);
        return (folder_ / name).string();
    }
    Bytes read(const std::string& name) const {
        std::ifstream file(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    /// PKCS#8.
    std::string writeKey(const Signer& who) const {
        unsigned char* out = nullptr;
        PKCS8_PRIV_KEY_INFO* info = EVP_PKEY2PKCS8(who.key.handle());
        const int length = i2d_PKCS8_PRIV_KEY_INFO(info, &out);
        std::string key = write("key", {out, static_cast<std::size_t>(length)});
        OPENSSL_free(out);
        PKCS8_PRIV_KEY_INFO_free(info);
        return key;
    }
    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    /// The answers, one a line.
    std::vector<std::string> run(const std::string& commands) const {
        const std::string file = write("commands", asBytes(commands));
        const std::string jars =
            "/usr/share/java/bcprov.jar:/usr/share/java/bcutil.jar:/usr/share/java/bcpkix.jar";
        const std::string call = "java -XX:TieredStopAtLevel=1 -cp " + jars + " " + UKEY_SOURCE_DIR +
                                 "/tests/tokenlib/message/BouncyCastle.java " + file + " >" + path("out");
        EXPECT_EQ(std::system(call.c_str()), 0);
        std::vector<std::string> lines;
        std::ifstream out(folder_ / "out");
        for (std::string line; std::getline(out, line);) lines.push_back(line);
        return lines;
    }

  private:
    std::filesystem::path folder_;
};

TEST_F(BouncyCastle, acceptsWhatIsWritten_andNothingElse) {
    const std::string contentPath = write("content", content());
    Bytes changed = content();
    changed[0] ^= 1U;
    const std::string changedPath = write("changed", changed);
    std::string commands;
    std::size_t count = 0;
    for (const bool detached : {false, true}) {
        for (const int form : {0, 1, 2}) {
            const SignedDataOptions options{.family = Family::cms,
                                            .detached = detached,
                                            .attributes = form > 0,
                                            .cades = form > 1,
                                            .signingTime = now(),
                                            .chain = {}};
            const std::string name = "message" + std::to_string(count++);
            const std::string message =
                write(name, signedData(content(), signer().certificate, options, signer().sign()));
            commands += "verify " + message + (detached ? " " + contentPath : "") + "\n";
        }
    }
    const Bytes detached =
        signedData(content(), signer().certificate,
                   {.family = Family::cms, .signingTime = now(), .chain = {}}, signer().sign());
    commands += "verify " + write("wrong", detached) + " " + changedPath + "\n";
    const std::vector<std::string> answers = run(commands);
    ASSERT_EQ(answers.size(), count + 1);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(answers[i], "ok 1") << i;
    EXPECT_NE(answers[count], "ok 1");
}

TEST_F(BouncyCastle, asAnAuthority_stampsWhatIsAskedFor_andFindsItsStampInTheMessage) {
    const Signer stamper = test::authority(KeyAlgorithm::sm2);
    const auto nonce = [](ByteView) { return Bytes{0x80, 1, 2, 3}; };
    const Bytes message = signedData(content(), signer().certificate,
                                     {.cades = true, .signingTime = now(), .chain = {}}, signer().sign());
    const std::string request = write("request", timeStampRequest(message, nonce));
    const std::string certificate = write("authority", stamper.certificate.der());
    EXPECT_EQ(
        run("stamp " + writeKey(stamper) + " " + certificate + " " + request + " " + path("response") + "\n"),
        std::vector<std::string>{"ok"});
    const Bytes stamped = withTimeStamp(message, read("response"), nonce, {stamper.root});
    const auto verdict = verifySignedData(
        stamped, content(), {.certificates = {}, .trusted = {signer().root, stamper.root}, .time = now()});
    EXPECT_EQ(refusalOf(verdict), "");
    EXPECT_TRUE(verdict.signers.front().timeStamp && verdict.signers.front().timeStamp->isValid());
    const std::string stampedPath = write("stamped", stamped);
    const std::string contentPath = write("content", content());
    EXPECT_EQ(run("stamped " + stampedPath + " " + certificate + "\nverify " + stampedPath + " " +
                  contentPath + "\n"),
              (std::vector<std::string>{"ok", "ok 1"}));
}

TEST_F(BouncyCastle, whatItSigns_isVerified) {
    const std::string key = writeKey(signer());
    const std::string certificate = write("certificate", signer().certificate.der());
    const std::string contentPath = write("content", content());
    const std::string common = "sign " + key + " " + certificate + " " + contentPath;
    const std::vector<std::string> answers = run(common + " attached " + path("attached") + "\n" + common +
                                                 " detached " + path("detached") + "\n");
    EXPECT_EQ(answers, std::vector<std::string>(2, "ok"));
    EXPECT_EQ(refusalOf(verifySignedData(read("attached"), {}, trusting(signer()))), "");
    EXPECT_EQ(refusalOf(verifySignedData(read("detached"), content(), trusting(signer()))), "");
    EXPECT_EQ(refusalOf(verifySignedData(read("detached"), Bytes(3000, 1), trusting(signer()))),
              refusal::kContent);
}

}  // namespace
}  // namespace ukey::cms
