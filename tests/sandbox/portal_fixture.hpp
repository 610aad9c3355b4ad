// A portal that runs, a user who buys certificates, and what OpenSSL's command line does for them.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "sandbox/program/world.hpp"
#include "tests/sandbox/http_client.hpp"
#include "tests/sandbox/support.hpp"
#include "tokenlib/pki/ra_answer.hpp"

namespace ukey::sandbox {

using namespace std::chrono_literals;
using nlohmann::json;
using sandbox_test::HttpClient;
using sandbox_test::Reply;
using token::KeyAlgorithm;

inline constexpr const char* kPhone = "13800000001";

inline std::string codeOf(const Reply& reply) {
    const auto body = reply.json();
    return body.contains("error") ? body.at("error").at("code").get<std::string>() : std::string("no error");
}

/// The digits of a message after what introduces them.
inline std::string digitsIn(const std::string& text, const std::string& after) {
    const auto begin = text.find(after) + after.size();
    return text.substr(begin, text.find_first_not_of("0123456789", begin) - begin);
}

class PortalTest : public ::testing::Test {
  protected:
    /// Without the pause between two codes: tests that are not about it ask as often as they like.
    static WorldOptions withoutPause() {
        WorldOptions options;
        options.resendPause = 0s;
        return options;
    }
    explicit PortalTest(WorldOptions options = withoutPause()) {
        sandbox_test::putCa(caFolder(folder_.path()));
        options.dataFolder = folder_.path();
        options.port = 0;
        options.clock = clock_.clock();
        world_ = std::make_unique<World>(context_, options);
        user_ = std::make_unique<HttpClient>(world_->portalPort());
        thread_ = std::thread([this] { context_.run(); });
        centre_ = std::make_unique<ca::CertificateCentre>(caFolder(folder_.path()), ca::kDefaultPublicUrl,
                                                          clock_.clock());
    }
    ~PortalTest() override {
        context_.stop();
        thread_.join();
    }

    std::string lastMessage(const std::string& after) {
        return digitsIn(
            user_->get("/api/outbox").json().at("messages").at(0).at("text").at("zh-CN").get<std::string>(),
            after);
    }
    std::string verificationCode(const std::string& phone) {
        EXPECT_EQ(user_->post("/api/verification", {{"phone", phone}}).status, 200);
        return lastMessage("验证码是 ");
    }
    Reply registerUser(HttpClient& user, const std::string& phone = kPhone,
                       const std::string& name = "张三") {
        return user.post("/api/register", {{"kind", "person"},
                                           {"name", name},
                                           {"identityNumber", "330106199001011234"},
                                           {"phone", phone},
                                           {"code", verificationCode(phone)}});
    }
    void registerIdentified() {
        ASSERT_EQ(registerUser(*user_).status, 201);
        ASSERT_EQ(user_->post("/api/account/identity").status, 200);
    }
    /// Places and pays; the number of the order.
    std::string orderPaid(const json& order) {
        const auto placed = user_->post("/api/orders", order);
        EXPECT_EQ(placed.status, 201) << placed.body;
        const auto id = std::to_string(placed.json().at("order").at("id").get<std::int64_t>());
        EXPECT_EQ(user_->post("/api/orders/" + id + "/pay").status, 200);
        return id;
    }
    std::string authorisationCode() { return lastMessage("制证授权码："); }

    /// A key and a request for it, both by the command line.
    struct Csr {
        ca::KeyPtr key;
        std::string pem;
    };
    Csr makeCsr(KeyAlgorithm algorithm) {
        const auto key = ca::generateKey(algorithm);
        return makeCsr(ca::privateKeyFromPem(ca::privateKeyToPem(key.get())), algorithm);
    }
    Csr makeCsr(ca::KeyPtr key, KeyAlgorithm algorithm) {
        const auto keyFile = folder_.write("csr.key", ca::privateKeyToPem(key.get()));
        const std::string sign =
            algorithm == KeyAlgorithm::sm2 ? "-sm3 -sigopt distid:1234567812345678" : "-sha256";
        const auto made =
            sandbox_test::runCommand("openssl req -new -subj /CN=placeholder " + sign + " -key " +
                                     keyFile.string() + " -out " + (folder_.path() / "csr.pem").string());
        EXPECT_EQ(made.status, 0) << made.output;
        return {std::move(key),
                sandbox_test::runCommand("cat " + (folder_.path() / "csr.pem").string()).output};
    }
    Reply issue(const std::string& order, const std::string& code, const std::string& token, const Csr& csr) {
        return user_->post("/api/orders/" + order + "/issue",
                           {{"code", code}, {"tokenSerial", token}, {"csr", csr.pem}});
    }
    Reply confirm(const std::string& order, const Reply& issued) {
        return user_->post("/api/orders/" + order + "/confirm", {{"issue", issued.json().at("issue")}});
    }
    /// One token, from buying to the confirmed certificates.
    json issueOn(const std::string& token, KeyAlgorithm algorithm = KeyAlgorithm::sm2) {
        const auto order = orderPaid({{"kind", "issue"}, {"algorithm", token::toString(algorithm)}});
        csr_ = makeCsr(algorithm);
        const auto issued = issue(order, authorisationCode(), token, csr_);
        EXPECT_EQ(issued.status, 200) << issued.body;
        EXPECT_EQ(confirm(order, issued).json().at("order").at("state"), "done");
        answer_ = issued.json();
        return certificates().at(0);
    }
    json certificates() { return user_->get("/api/certificates").json().at("certificates"); }

    bool isRevoked(const json& pem) {
        const auto certificate = ca::certificateFromPem(pem.get<std::string>());
        return centre_->find(ca::serialOf(certificate.get()))->revoked.has_value();
    }

    /// What the bridge would make of an answer.
    pki::CheckedAnswer checked(const json& answer, EVP_PKEY* key) {
        pki::RaAnswer text;
        text.signCertificate = answer.at("signCertificate");
        if (answer.contains("encryptCertificate")) text.encryptCertificate = answer.at("encryptCertificate");
        if (answer.contains("encryptionKey")) {
            const auto& delivered = answer.at("encryptionKey");
            pki::EncryptionKeyText keyText;
            keyText.format = pki::encryptionKeyFormatFrom(delivered.at("format").get<std::string>()).value();
            keyText.data = delivered.at("data");
            keyText.symmetricAlgorithm = delivered.value("symmetricAlgorithm", "");
            keyText.wrappedKey = fromBase64Url(delivered.value("wrappedKey", "")).value();
            text.encryptionKey = keyText;
        }
        for (const auto& pem : answer.at("chain")) text.chain.push_back(pem);
        pki::RaExpectation expectation;
        expectation.signingKey = ca::toPublicKey(key);
        expectation.now = std::chrono::floor<std::chrono::seconds>(clock_.now());
        return pki::checkAnswer(text, expectation);
    }

    sandbox_test::TemporaryFolder folder_;
    sandbox_test::TestClock clock_;
    boost::asio::io_context context_;
    std::unique_ptr<World> world_;
    std::unique_ptr<HttpClient> user_;
    std::unique_ptr<ca::CertificateCentre> centre_;
    std::thread thread_;
    Csr csr_;
    json answer_;
};

}  // namespace ukey::sandbox
