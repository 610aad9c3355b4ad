#include "tokenlib/pki/auth_token.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "test_ca.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/message_domain.hpp"
#include "tokenlib/pki/pem.hpp"
#include "tokenlib/pki/public_key.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::pki {
namespace {

using test::TestCa;
using test::TestKey;
using token::DigestAlgorithm;
using token::KeyAlgorithm;

constexpr std::string_view kOrigin = "https://trade.example";
const std::string kNonce = "12345678123456781234567812345678912356789123";

// The published test tokens of Web eID's own validators: https://ria.ee, the nonce above.
TEST(AuthToken, publishedWebEidTokens_verify) {
    token::PublicKey ec;
    ec.algorithm = KeyAlgorithm::p384;
    ec.point = *fromHex(
        "0426c042ac2538da30749a663d7d85bf4425a265c1b29ce551739a518c152255938743cbe794c5ae4a380eed597ab37268"
        "61e5261dbfe33171a40a94a58b31adfaa5f82fdb41691036f4dc60ad2ea8cb4d167beb8f4fba0010e44980a8889cdbd0");
    const Bytes ecSignature = *fromHex(
        "d0ebfb304ea94d8d4ad865cc8fc5b1a2ffe8d9f18830476cf0e318e5d29d901d27aea417edf1b51399a7b1bbf21e9303"
        "79c3141fa620fa9d475dd801fe52ea39c1598edfce5573e30000290b97756204580130dcc6c475cea43088d7077665a7");
    const AuthRequest ecRequest = authRequest(ec, "https://ria.ee", kNonce, AuthFormat::webEid);
    EXPECT_EQ(ecRequest.algorithm, "ES384");
    EXPECT_TRUE(verify(ec, ecRequest.digestAlgorithm, ecRequest.digest, ecSignature));
    const AuthRequest elsewhere = authRequest(ec, "https://ria.example", kNonce, AuthFormat::webEid);
    EXPECT_FALSE(verify(ec, elsewhere.digestAlgorithm, elsewhere.digest, ecSignature));

    token::PublicKey rsa;
    rsa.algorithm = KeyAlgorithm::rsa2048;
    rsa.exponent = {1, 0, 1};
    rsa.modulus = *fromHex(
        "d792b6b7ac338eb792ba3a725c83f5ede893a880f014057da44fdcd67a5cdeed64ae3f1d8e7ecfffd09a01439ef92157"
        "61dc9a4b85f87b83ad18622e3533abcd00255235a14ec6212f13d6a64858b33222e4e7e769fbbf6bca6a8eb15406f024"
        "aef3f463186943b002de6f737fe295124c65d4c1207ae10b8584e5a301c98a3e11de62daf2d212b731bc301f316161f1"
        "a9a3fc3e3cbd783c47499692f5517fda3f24f466aefa6784ff6773ea6d3990a74f7ed9bd2d842d0921a71293226e4eef"
        "1f55142fb1efbc52d602e8ab774c12d96cfb6a7c01525d66ee138ecb736a3ce343645653075407aca1101f890c6c2b7e"
        "585854f4ac73d66cb8d7eb24a268bdb9");
    const Bytes rsaSignature = *fromHex(
        "c6c8d7b10bd561759c755d183e1c4bb61271b5fd3ffd1f29f5614595824644046b975aeeca8014c25d3178781e64e29e"
        "26dc2209808d589cc21b754cdf2760b7dd9b2a1864d6ed095c83d5aaf3a498363bd8e08de2aef763c88648f55382393d"
        "dd382ab8796875fed872a64d86eb7034d7f7a25747116243e739a47707690455e078ec1301d1701a58c34196c7af7875"
        "0ebf9aa540ee9684b45ae23352ebbc6173766fc961f05093945d06d0312384777f306c7c75b7b75132c7983ecaf435ef"
        "e332c9b3a105f62daffc2d744880500e43c14953ea3310833c40a36c43e2dbe76cf78794ed384e84e425145b49e0a8d0"
        "35351ad9cad28b11fb718645dab34d98");
    const AuthRequest rsaRequest = authRequest(rsa, "https://ria.ee", kNonce, AuthFormat::webEid);
    EXPECT_EQ(rsaRequest.algorithm, "RS256");
    EXPECT_TRUE(verify(rsa, rsaRequest.digestAlgorithm, rsaRequest.digest, rsaSignature));
}

class AuthTokenOfEachKey : public testing::TestWithParam<std::pair<KeyAlgorithm, const char*>> {};

TEST_P(AuthTokenOfEachKey, signedByTheKey_goesOutWithItsAlgorithm_S22) {
    const auto [algorithm, name] = GetParam();
    const TestKey& key = TestKey::shared(algorithm);
    const Bytes certificate = TestCa(KeyAlgorithm::p256).issue(key.publicKey());
    const AuthRequest request = authRequest(key.publicKey(), kOrigin, kNonce);
    const AuthToken token =
        authToken(request, certificate, key.sign(request.digestAlgorithm, request.digest));
    EXPECT_EQ(token.algorithm, name);
    EXPECT_EQ(token.format, "ukey-auth:2");
    EXPECT_EQ(token.certificate, certificate);
    EXPECT_TRUE(verify(key.publicKey(), request.digestAlgorithm,
                       messageDigest(key.publicKey(), request.digestAlgorithm, request.message),
                       token.signature));
    const AuthRequest otherOrigin = authRequest(key.publicKey(), "https://evil.example", kNonce);
    EXPECT_FALSE(verify(key.publicKey(), otherOrigin.digestAlgorithm, otherOrigin.digest, token.signature));
}

INSTANTIATE_TEST_SUITE_P(Keys, AuthTokenOfEachKey,
                         testing::Values(std::pair{KeyAlgorithm::sm2, "SM2SM3"},
                                         std::pair{KeyAlgorithm::rsa2048, "RS256"},
                                         std::pair{KeyAlgorithm::p256, "ES256"},
                                         std::pair{KeyAlgorithm::p384, "ES384"}),
                         [](const auto& test) { return std::string(test.param.second); });

TEST(AuthToken, signatureOrCertificateOfAnotherKey_doesNotGoOut_S22) {
    const TestCa ca(KeyAlgorithm::sm2);
    const TestKey key = TestKey::generate(KeyAlgorithm::sm2);
    const TestKey other = TestKey::generate(KeyAlgorithm::sm2);
    const AuthRequest request = authRequest(key.publicKey(), kOrigin, kNonce);
    const Bytes signature = key.sign(DigestAlgorithm::sm3, request.digest);
    const auto codeOf = [&](const Bytes& certificate, const Bytes& raw) {
        try {
            authToken(request, certificate, raw);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    EXPECT_EQ(codeOf(ca.issue(other.publicKey()), signature), ErrorCode::certificateMismatch);
    EXPECT_EQ(codeOf(ca.issue(TestKey::generate(KeyAlgorithm::p256).publicKey()), signature),
              ErrorCode::certificateMismatch);
    EXPECT_EQ(codeOf(ca.issue(key.publicKey()), other.sign(DigestAlgorithm::sm3, request.digest)),
              ErrorCode::driverError);
}

// What any page could have had signed as its data was a login at every other.
TEST(AuthTokenDomain, messageOfAPage_isNeverThatOfALogin_S22) {
    for (const KeyAlgorithm algorithm :
         {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256, KeyAlgorithm::p384}) {
        const TestKey& key = TestKey::shared(algorithm);
        const AuthRequest login = authRequest(key.publicKey(), kOrigin, kNonce);
        const std::string name("Ukey Bridge authentication v2\0", 30);
        ASSERT_EQ(asText(ByteView(login.message).first(name.size())), name);
        EXPECT_THROW(refuseReservedMessage(login.message), Error);
        // Web eID's own form has no name, and so is for keys that sign no data.
        const AuthRequest webEid = authRequest(key.publicKey(), kOrigin, kNonce, AuthFormat::webEid);
        EXPECT_EQ(Bytes(login.message.begin() + 30, login.message.end()), webEid.message);
        EXPECT_NE(login.digest, webEid.digest);
        EXPECT_NO_THROW(refuseReservedMessage(webEid.message));
    }
}

TEST(AuthFormatName, isOneOfTwo_S22) {
    EXPECT_EQ(authFormatFrom("ukey-auth:2"), AuthFormat::ukey);
    EXPECT_EQ(authFormatFrom("web-eid:1"), AuthFormat::webEid);
    for (const char* other : {"", "ukey-auth:1", "ukey-auth:2.0", "web-eid:1.0", "web-eid:2"})
        EXPECT_FALSE(authFormatFrom(other)) << other;
}

TEST(AuthenticationAlone, needsThePurposeAndNoNonRepudiation_S22) {
    constexpr std::uint16_t kDigitalSignatureBit = 1;
    const Bytes clientAuthentication = *fromHex("300a06082b06010505070302");
    const Bytes emailProtection = *fromHex("300a06082b06010505070304");
    const Bytes both = *fromHex("301406082b0601050507030406082b06010505070302");
    struct Row {
        std::uint16_t usage;
        Bytes purposes;
        bool isAlone;
    };
    const std::vector<Row> table{{kDigitalSignatureBit, clientAuthentication, true},
                                 {kDigitalSignatureBit, both, true},
                                 {kDigitalSignatureBit, emailProtection, false},
                                 {kDigitalSignatureBit, {}, false},
                                 {test::kSignUsage, clientAuthentication, false},
                                 {test::kEncryptUsage, clientAuthentication, false},
                                 {0, clientAuthentication, false}};
    for (const Row& row : table) {
        test::CertificateSpec spec;
        spec.keyUsage = row.usage;
        if (!row.purposes.empty()) spec.extensions = {{"2.5.29.37", row.purposes}};
        const TestCa ca(KeyAlgorithm::p256);
        const auto certificate =
            Certificate::fromDer(ca.issue(TestKey::shared(KeyAlgorithm::p256).publicKey(), spec));
        EXPECT_EQ(isForAuthenticationAlone(certificate), row.isAlone) << row.usage << toHex(row.purposes);
    }
}

TEST(AuthNonce, needs256BitsOfBase64_S22) {
    EXPECT_TRUE(isAuthNonce(std::string(43, 'A')));
    EXPECT_TRUE(isAuthNonce(std::string(43, '-') + "="));
    EXPECT_TRUE(isAuthNonce(std::string(64, '/') + "=="));
    EXPECT_TRUE(isAuthNonce(std::string(128, '_')));
    EXPECT_FALSE(isAuthNonce(std::string(42, 'A')));
    EXPECT_FALSE(isAuthNonce(std::string(42, 'A') + "="));
    EXPECT_FALSE(isAuthNonce(std::string(43, 'A') + "==="));
    EXPECT_FALSE(isAuthNonce(std::string(129, 'A')));
    EXPECT_FALSE(isAuthNonce(std::string(43, ' ')));
    EXPECT_FALSE(isAuthNonce(std::string(42, 'A') + "\xC3\xA9"));
    EXPECT_FALSE(isAuthNonce(std::string(20, 'A') + "=" + std::string(30, 'A')));
    EXPECT_FALSE(isAuthNonce(std::string(43, 'A') + std::string(1, '\0')));
    token::PublicKey key = TestKey::generate(KeyAlgorithm::sm2).publicKey();
    EXPECT_THROW(authRequest(key, kOrigin, "short"), Error);
}

TEST(AuthOrigin, thatIsNoOrigin_isRefused_S22) {
    const token::PublicKey key = TestKey::generate(KeyAlgorithm::sm2).publicKey();
    for (const char* origin : {"", "null", "https://", "://host", "https://a.example/",
                               "https://a.example/path", "https://u@a.example", "https://A.example",
                               "https://a b", "https://a.example?x", "https://a.example\n"}) {
        EXPECT_THROW(authRequest(key, origin, kNonce), Error) << origin;
    }
    for (const char* origin : {"https://a.example", "http://localhost:8080", "https://[::1]:8443",
                               "https://xn--fiq228c.example"}) {
        EXPECT_NO_THROW(authRequest(key, origin, kNonce)) << origin;
    }
}

TEST(AuthToken, asWebEidJson_isWhatItsValidatorsRead) {
    AuthToken token{"web-eid:1", "ES256", {0xFB, 0xFF}, {0xFF}};
    EXPECT_EQ(toWebEidJson(token, "https://ukey.example/\"1\"\n"),
              R"({"unverifiedCertificate":"+/8=","algorithm":"ES256","signature":"/w==",)"
              R"("format":"web-eid:1","appVersion":"https://ukey.example/\"1\"\u000a"})");
}

/// "name = value" lines of docs/auth-token.md.
std::map<std::string, std::string> workedExample() {
    std::ifstream file(UKEY_SOURCE_DIR "/docs/auth-token.md");
    std::map<std::string, std::string> values;
    for (std::string line; std::getline(file, line);) {
        const std::size_t equals = line.find(" = ");
        if (equals == std::string::npos || line.starts_with(' ')) continue;
        std::string name = line.substr(0, equals);
        while (name.ends_with(' ')) name.pop_back();
        values[name] = line.substr(equals + 3);
    }
    return values;
}

TEST(AuthTokenDocument, workedExample_isRecomputedLineByLine) {
    const auto example = workedExample();
    const std::string& origin = example.at("origin");
    const std::string& challenge = example.at("challenge");
    token::PublicKey key;
    key.point = fromHex(example.at("public key")).value();
    EXPECT_EQ(toHex(digest(DigestAlgorithm::sm3, asBytes(origin))), example.at("SM3(origin)"));
    EXPECT_EQ(toHex(digest(DigestAlgorithm::sm3, asBytes(challenge))), example.at("SM3(challenge)"));
    EXPECT_EQ(toHex(sm2Z(key)), example.at("Z"));
    const AuthRequest request = authRequest(key, origin, challenge);
    EXPECT_EQ(toHex(request.digest), example.at("e"));
    const Bytes signature = fromHex(example.at("signature (r||s)")).value();
    EXPECT_EQ(toBase64Url(signature), example.at("signature"));
    EXPECT_TRUE(verify(key, DigestAlgorithm::sm3, request.digest, signature));

    EXPECT_EQ(toHex(digest(DigestAlgorithm::sha256, asBytes(origin))), example.at("SHA256(origin)"));
    EXPECT_EQ(toHex(digest(DigestAlgorithm::sha256, asBytes(challenge))), example.at("SHA256(challenge)"));
    const AuthRequest ec = authRequest(TestKey::generate(KeyAlgorithm::p256).publicKey(), origin, challenge);
    EXPECT_EQ(toHex(ec.digest), example.at("SHA256(message)"));
}

TEST(AuthTokenDocument, opensslsCommand_acceptsTheExample) {
    const auto example = workedExample();
    token::PublicKey key;
    key.point = fromHex(example.at("public key")).value();
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / ("ukey-auth-token-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto write = [&](const char* name, std::string_view content) {
        std::ofstream(folder / name, std::ios::binary) << content;
    };
    write("key.pem", toPem("PUBLIC KEY", toSubjectPublicKeyInfo(key)));
    const Bytes hashes = fromHex(example.at("SM3(origin)") + example.at("SM3(challenge)")).value();
    write("message.bin", std::string("Ukey Bridge authentication v2") + '\0' + std::string(asText(hashes)));
    write("signature.der",
          asText(signatureToDer(KeyAlgorithm::sm2, fromHex(example.at("signature (r||s)")).value())));
    std::ifstream file(UKEY_SOURCE_DIR "/docs/auth-token.md");
    std::string command;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("openssl pkeyutl")) command = line;
    }
    ASSERT_FALSE(command.empty());
    EXPECT_EQ(std::system(("cd '" + folder.string() + "' && " + command + " >/dev/null").c_str()), 0);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace ukey::pki
