// The trading site over HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "sandbox/program/world.hpp"
#include "tests/sandbox/http_client.hpp"
#include "tests/sandbox/support.hpp"

namespace ukey::sandbox {
namespace {

using namespace std::chrono_literals;
using sandbox_test::HttpClient;
using sandbox_test::Reply;
using ::testing::HasSubstr;
using ::testing::Not;
using token::KeyAlgorithm;

class TradingTest : public ::testing::Test {
  protected:
    TradingTest() {
        sandbox_test::putCa(caFolder(folder_.path()));
        folder_.write("web/index.html", "<!doctype html>the page");
        folder_.write("web/assets/app-1234.js", "export {};");
        folder_.write("secret.txt", "secret");
        WorldOptions options;
        options.dataFolder = folder_.path();
        options.webFolder = folder_.path() / "web";
        options.downloadsFolder = folder_.path() / "packages";
        options.port = 0;
        options.clock = clock_.clock();
        world_ = std::make_unique<World>(context_, options);
        browser_ = std::make_unique<HttpClient>(world_->port());
        thread_ = std::thread([this] { context_.run(); });
        // Shares the folder with the site, as the command line does.
        centre_ = std::make_unique<ca::CertificateCentre>(caFolder(folder_.path()), ca::kDefaultPublicUrl,
                                                          clock_.clock());
    }
    ~TradingTest() override {
        context_.stop();
        thread_.join();
    }

    Reply logIn(const sandbox_test::Holder& holder) {
        const auto challenge =
            browser_->post("/api/login/challenge").json().at("challenge").get<std::string>();
        return browser_->post(
            "/api/login", bodyOf(sandbox_test::answerOf(holder, browser_->origin(), challenge), challenge));
    }
    static nlohmann::json bodyOf(const login_check::Answer& answer, const std::string& challenge) {
        return {{"auth",
                 {{"format", answer.format},
                  {"algorithm", answer.algorithm},
                  {"certificate", answer.certificate},
                  {"signature", answer.signature}}},
                {"challenge", challenge}};
    }

    sandbox_test::TemporaryFolder folder_;
    sandbox_test::TestClock clock_;
    boost::asio::io_context context_;
    std::unique_ptr<World> world_;
    std::unique_ptr<HttpClient> browser_;
    std::unique_ptr<ca::CertificateCentre> centre_;
    std::thread thread_;
};

std::string codeOf(const Reply& reply) { return reply.json().at("error").at("code").get<std::string>(); }

TEST_F(TradingTest, stranger_seesNoParcels) {
    EXPECT_EQ(browser_->get("/api/session").json(), nlohmann::json::object());
    const auto reply = browser_->get("/api/parcels");
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(codeOf(reply), "login-required");
}

TEST_F(TradingTest, holderOfACertificate_logsInSeesParcelsAndLogsOut) {
    for (const auto algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const auto reply = logIn(sandbox_test::certify(*centre_, algorithm));
        ASSERT_EQ(reply.status, 200) << reply.body;
        EXPECT_EQ(reply.json().at("user").at("name"), "张三");
        EXPECT_EQ(reply.json().at("user").at("algorithm"), token::toString(algorithm));
        EXPECT_EQ(browser_->get("/api/session").json(), reply.json());

        const auto parcels = browser_->get("/api/parcels").json().at("parcels");
        ASSERT_GE(parcels.size(), 5U);
        EXPECT_FALSE(parcels[0].at("location").at("zh-CN").get<std::string>().empty());
        EXPECT_FALSE(parcels[0].at("location").at("en").get<std::string>().empty());
        EXPECT_EQ(parcels[0].at("status"), "listing");
        EXPECT_GT(parcels[0].at("startPriceYuan"), parcels[0].at("depositYuan"));

        EXPECT_EQ(browser_->post("/api/logout").status, 200);
        EXPECT_EQ(browser_->get("/api/parcels").status, 401);
    }
}

TEST_F(TradingTest, refusedLogin_saysWhyInBothLanguages) {
    const auto holder = sandbox_test::certify(*centre_, KeyAlgorithm::sm2);
    ASSERT_EQ(logIn(holder).status, 200);
    browser_->post("/api/logout");
    centre_->revoke(holder.serial(), ca::RevocationReason::superseded);
    const auto reply = logIn(holder);
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(codeOf(reply), "revoked");
    EXPECT_THAT(reply.json().at("error").at("message").at("zh-CN").get<std::string>(), HasSubstr("吊销"));
    EXPECT_THAT(reply.json().at("error").at("message").at("en").get<std::string>(), HasSubstr("revoked"));
    EXPECT_EQ(browser_->get("/api/parcels").status, 401);
}

TEST_F(TradingTest, answerFromAnotherBrowser_isRefused) {
    const auto challenge = browser_->post("/api/login/challenge").json().at("challenge").get<std::string>();
    HttpClient other(world_->port());
    const auto reply = other.post(
        "/api/login", bodyOf(sandbox_test::answerOf(sandbox_test::certify(*centre_, KeyAlgorithm::sm2),
                                                    browser_->origin(), challenge),
                             challenge));
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(codeOf(reply), "unknown-challenge");
}

TEST_F(TradingTest, cookieFromBeforeTheLogin_isWorthNothingAfterIt) {
    browser_->post("/api/login/challenge");
    const auto before = browser_->cookies();
    ASSERT_EQ(before.count("trading_session"), 1U);
    ASSERT_EQ(logIn(sandbox_test::certify(*centre_, KeyAlgorithm::sm2)).status, 200);
    EXPECT_NE(browser_->cookies(), before);
    HttpClient thief(world_->port());
    thief.cookies() = before;
    EXPECT_EQ(thief.get("/api/parcels").status, 401);
}

TEST_F(TradingTest, sessionCookie_isOutOfReachOfScriptsAndOtherSites) {
    const auto reply = browser_->post("/api/login/challenge");
    EXPECT_THAT(reply.headers.at("set-cookie"), HasSubstr("HttpOnly"));
    EXPECT_THAT(reply.headers.at("set-cookie"), HasSubstr("SameSite=Strict"));
}

TEST_F(TradingTest, idleSession_ends) {
    ASSERT_EQ(logIn(sandbox_test::certify(*centre_, KeyAlgorithm::sm2)).status, 200);
    clock_.advance(29min);
    EXPECT_EQ(browser_->get("/api/parcels").status, 200);
    clock_.advance(31min);
    EXPECT_EQ(browser_->get("/api/parcels").status, 401);
}

TEST_F(TradingTest, malformedLogin_isRefused) {
    for (const auto& body : {nlohmann::json::object(), nlohmann::json{{"auth", "x"}, {"challenge", "y"}},
                             nlohmann::json{{"auth", {{"format", 1}}}, {"challenge", "y"}},
                             nlohmann::json{{"auth",
                                             {{"format", "ukey-auth:2"},
                                              {"algorithm", "RS256"},
                                              {"certificate", ""},
                                              {"signature", ""}}}}}) {
        const auto reply = browser_->post("/api/login", body);
        EXPECT_EQ(reply.status, 400) << body;
        EXPECT_EQ(codeOf(reply), "bad-request");
    }
    const auto reply = browser_->send("POST", "/api/login", "]", {{"Content-Type", "application/json"}});
    EXPECT_EQ(reply.status, 400);
}

TEST_F(TradingTest, foreignHost_isRefused_S6) {
    const auto reply = browser_->send("GET", "/", "", {{"Host", "evil.example"}});
    EXPECT_EQ(reply.status, 421);
}

TEST_F(TradingTest, pageOfAnotherSite_cannotPost_S7) {
    const std::string json = "application/json";
    EXPECT_EQ(
        browser_
            ->send("POST", "/api/logout", "{}", {{"Content-Type", json}, {"Origin", "http://evil.example"}})
            .status,
        403);
    EXPECT_EQ(
        browser_->send("POST", "/api/logout", "{}", {{"Content-Type", json}, {"Origin", "null"}}).status,
        403);
    EXPECT_EQ(
        browser_
            ->send("POST", "/api/logout", "{}", {{"Content-Type", json}, {"Sec-Fetch-Site", "cross-site"}})
            .status,
        403);
    EXPECT_EQ(browser_->send("POST", "/api/login", "{}", {{"Content-Type", "text/plain"}}).status, 400);
}

TEST_F(TradingTest, longBody_isRefused_S31) {
    EXPECT_EQ(browser_->post("/api/login", {{"x", std::string(2 * 1024 * 1024, 'x')}}).status, 413);
}

TEST_F(TradingTest, pages_comeWithSaneHeaders) {
    const auto page = browser_->get("/");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("the page"));
    EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(page.headers.at("cache-control"), "no-cache");
    EXPECT_EQ(page.headers.at("x-content-type-options"), "nosniff");
    EXPECT_THAT(page.headers.at("content-security-policy"), HasSubstr("connect-src 'self' ws://127.0.0.1:*"));
    EXPECT_THAT(page.headers.at("content-security-policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(page.headers.at("content-security-policy"), Not(HasSubstr("unsafe")));

    const auto script = browser_->get("/assets/app-1234.js");
    EXPECT_EQ(script.headers.at("content-type"), "text/javascript; charset=utf-8");
    EXPECT_THAT(script.headers.at("cache-control"), HasSubstr("immutable"));
}

TEST_F(TradingTest, viewOfThePage_isThePage_missingFileIsNot) {
    EXPECT_THAT(browser_->get("/parcels/3").body, HasSubstr("the page"));
    EXPECT_EQ(browser_->get("/assets/none.js").status, 404);
    EXPECT_EQ(browser_->get("/api/none").status, 404);
    EXPECT_EQ(browser_->send("DELETE", "/api/session", "", {}).status, 405);
}

TEST_F(TradingTest, pathOutsideThePages_isNotServed_S46) {
    for (const char* path :
         {"/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/..%2fsecret.txt"}) {
        const auto reply = browser_->get(path);
        EXPECT_THAT(reply.body, Not(HasSubstr("secret"))) << path;
        EXPECT_EQ(reply.status, 404) << path;
    }
    EXPECT_EQ(browser_->get("/%zz").status, 400);
    EXPECT_EQ(browser_->get("/%00").status, 400);
}

TEST_F(TradingTest, downloads_arePackagesAsTheyLieThereNow) {
    EXPECT_EQ(browser_->get("/api/downloads").json().at("downloads"), nlohmann::json::array());
    std::filesystem::create_directory(folder_.path() / "packages");
    for (const auto* const file :
         {"ukey-bridge-0.1.0-x64.msi", "ukey-bridge-0.1.0-x86.msi", "ukey-bridge_0.1.0_arm64.deb",
          "ukey-bridge-0.1.0-1.x86_64.rpm", "ukey-bridge-0.1.0.noarch.rpm", "SHA256SUMS", "build.log"}) {
        folder_.write(std::string("packages/") + file, std::string("content of ") + file);
    }
    const auto list = browser_->get("/api/downloads").json().at("downloads");
    std::map<std::string, std::string> seen;
    for (const auto& one : list) {
        const auto file = one.at("file").get<std::string>();
        seen[file] = one.at("system").get<std::string>() + " " + one.at("processor").get<std::string>();
        const auto got = browser_->get("/downloads/" + file);
        EXPECT_EQ(got.body, "content of " + file);
        EXPECT_EQ(one.at("bytes"), got.body.size());
        EXPECT_EQ(got.headers.at("content-disposition"), "attachment");
        const auto sum =
            sandbox_test::runCommand("sha256sum " + (folder_.path() / "packages" / file).string());
        EXPECT_EQ(one.at("sha256").get<std::string>(), sum.output.substr(0, 64));
    }
    const std::map<std::string, std::string> expected{{"ukey-bridge-0.1.0-x64.msi", "windows x86_64"},
                                                      {"ukey-bridge-0.1.0-x86.msi", "windows x86"},
                                                      {"ukey-bridge_0.1.0_arm64.deb", "linux arm64"},
                                                      {"ukey-bridge-0.1.0-1.x86_64.rpm", "linux x86_64"},
                                                      {"ukey-bridge-0.1.0.noarch.rpm", "linux "}};
    EXPECT_EQ(seen, expected);
    for (const auto* const path :
         {"/downloads/SHA256SUMS", "/downloads/../secret.txt", "/downloads/%2e%2e%2fsecret.txt"}) {
        EXPECT_EQ(browser_->get(path).status, 404) << path;
    }
}

TEST_F(TradingTest, links_leadToThePortalByTheNameOfThePage) {
    EXPECT_EQ(browser_->get("/api/links").json().at("portal"),
              "http://127.0.0.1:" + std::to_string(world_->portalPort()));
}

TEST_F(TradingTest, headRequest_hasNoBody) {
    const auto reply = browser_->send("HEAD", "/", "", {});
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.body.empty());
}

TEST_F(TradingTest, revocationListsAndChain_arePublished) {
    for (const char* name : {"sm2", "sm2-root", "rsa", "rsa-root"}) {
        const auto reply = browser_->get(std::string("/crl/") + name + ".crl");
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.headers.at("content-type"), "application/pkix-crl");
        EXPECT_EQ(reply.body, asText(*centre_->revocationList(name)));
    }
    EXPECT_EQ(browser_->get("/crl/none.crl").status, 404);
    EXPECT_EQ(browser_->get("/ca/chain.pem").body, centre_->chainPem());
}

}  // namespace
}  // namespace ukey::sandbox
