// How a page recognises the bridge: its proof, checked with OpenSSL's command line.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>

#include "tests/daemon/support/client.hpp"
#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::test {
namespace {

using nlohmann::json;

/// 32 octets: 0, 1, 2, …
constexpr auto kNonce = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

json origins() {
    const json scopes{"tokens"};
    return {{{"origin", kPortal}, {"scopes", scopes}}, {{"origin", kOther}, {"scopes", scopes}}};
}

json helloWith(const std::string& nonce) {
    return {{"client", {{"name", "test"}, {"version", "1"}}}, {"nonce", nonce}};
}

json identityFor(RunningDaemon& daemon, const std::string& origin = kPortal) {
    return Client(daemon.port(), origin).hello(helloWith(kNonce)).at("identity");
}

void write(const std::filesystem::path& path, ByteView octets) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
}

/// Whether `openssl dgst` finds the proof right for this origin and the nonce.
bool opensslAccepts(const json& identity, const std::string& origin) {
    const ScratchFolder folder;
    const Bytes signature = fromBase64Url(identity.at("signature").get<std::string>()).value();
    const Bytes nonce = fromBase64Url(kNonce).value();
    std::string message("ukey.v1 identity");
    message += '\0' + origin + '\0';
    message.append(asText(nonce));
    write(folder.path() / "key.der", fromBase64Url(identity.at("key").get<std::string>()).value());
    write(folder.path() / "signature", pki::signatureToDer(token::KeyAlgorithm::p256, signature));
    write(folder.path() / "message", asBytes(message));
    const std::string command = "cd '" + folder.path().string() +
                                "' && openssl dgst -sha256 -verify key.der -keyform DER -signature signature "
                                "message >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
}

TEST(Identity, proof_isOverTheOriginOfTheHandshakeAndTheNonce_S50) {
    const json more{{"origins", origins()}};
    RunningDaemon daemon(more);
    const json portal = identityFor(daemon);
    const json other = identityFor(daemon, kOther);
    EXPECT_EQ(fromBase64Url(portal.at("signature").get<std::string>())->size(), 64U);
    EXPECT_TRUE(opensslAccepts(portal, kPortal));
    EXPECT_TRUE(opensslAccepts(other, kOther));
    EXPECT_FALSE(opensslAccepts(other, kPortal));
    EXPECT_EQ(portal.at("key"), other.at("key"));
}

TEST(Identity, key_isTheSameAfterARestartAndAnotherElsewhere_S50) {
    RunningDaemon daemon;
    const json before = identityFor(daemon).at("key");
    daemon.stop();
    daemon.start();
    EXPECT_EQ(identityFor(daemon).at("key"), before);
    RunningDaemon elsewhere;
    EXPECT_NE(identityFor(elsewhere).at("key"), before);
}

TEST(Identity, whoDoesNotAsk_getsNone) {
    RunningDaemon daemon;
    EXPECT_FALSE(Client(daemon.port()).hello().contains("identity"));
}

TEST(Identity, nonceThatIsNot32Octets_isABadRequest_S50) {
    RunningDaemon daemon;
    Client client(daemon.port());
    const std::string nonce = kNonce;
    EXPECT_EQ(client.codeOf("bridge.hello", helloWith("")), "bad-request");
    EXPECT_EQ(client.codeOf("bridge.hello", helloWith(nonce.substr(1))), "bad-request");
    EXPECT_EQ(client.codeOf("bridge.hello", helloWith(nonce + "A")), "bad-request");
    EXPECT_EQ(client.codeOf("bridge.hello", helloWith("=" + nonce.substr(1))), "bad-request");
    EXPECT_TRUE(client.hello(helloWith(nonce)).contains("identity"));
}

}  // namespace
}  // namespace ukey::test
