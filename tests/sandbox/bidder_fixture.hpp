// Somebody who bids at the trading site, and the site.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "sandbox/program/world.hpp"
#include "tests/sandbox/http_client.hpp"
#include "tests/sandbox/support.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::sandbox {

using namespace std::chrono_literals;
using sandbox_test::HttpClient;
using sandbox_test::Reply;
using token::KeyAlgorithm;

inline std::string refusalOf(const Reply& reply) {
    const auto body = reply.json();
    return body.contains("error") ? body.at("error").at("code").get<std::string>() : std::string("none");
}

/// Somebody with a certificate, a browser and a login.
class BidderUser {
  public:
    BidderUser(std::uint16_t port, sandbox_test::Holder holder) : holder_(std::move(holder)), browser_(port) {
        logIn();
    }

    void logIn() {
        const auto challenge =
            browser_.post("/api/login/challenge").json().at("challenge").get<std::string>();
        const auto answer = sandbox_test::answerOf(holder_, browser_.origin(), challenge);
        const nlohmann::json auth{{"format", answer.format},
                                  {"algorithm", answer.algorithm},
                                  {"certificate", answer.certificate},
                                  {"signature", answer.signature}};
        EXPECT_EQ(browser_.post("/api/login", {{"auth", auth}, {"challenge", challenge}}).status, 200);
    }
    HttpClient& browser() { return browser_; }
    const sandbox_test::Holder& holder() const { return holder_; }

    nlohmann::json standing(const nlohmann::json& parcel) {
        return browser_.get("/api/bidding?parcel=" + parcel.dump()).json();
    }
    Reply draftApplication(const nlohmann::json& parcel) {
        return browser_.post("/api/applications",
                             {{"parcel", parcel}, {"contact", "李经理"}, {"phone", "13900000000"}});
    }
    Reply draftBid(const nlohmann::json& parcel, std::int64_t amount) {
        return browser_.post("/api/bids", {{"parcel", parcel}, {"amountYuan", amount}});
    }
    std::string signatureOver(const std::string& document) const {
        const bool sm2 = ca::algorithmOf(holder_.key.get()) == KeyAlgorithm::sm2;
        return toBase64Url(
            sandbox_test::signWithCommandLine(holder_.key.get(), sm2 ? "SM3" : "SHA256", asBytes(document)));
    }
    Reply submit(const nlohmann::json& draft, const std::string& signature) {
        return browser_.post("/api/submissions", {{"draft", draft.at("draft")}, {"signature", signature}});
    }
    Reply signAndSubmit(const Reply& draft) {
        EXPECT_EQ(draft.status, 201) << draft.body;
        return submit(draft.json(), signatureOver(draft.json().at("document")));
    }
    /// As far as the first bid.
    void takePartIn(const nlohmann::json& parcel) {
        EXPECT_EQ(signAndSubmit(draftApplication(parcel)).status, 200);
        EXPECT_EQ(browser_.post("/api/deposits", {{"parcel", parcel}}).status, 200);
    }

  private:
    sandbox_test::Holder holder_;
    HttpClient browser_;
};

class BiddingTest : public ::testing::Test {
  protected:
    BiddingTest() {
        sandbox_test::putCa(caFolder(folder_.path()));
        WorldOptions options;
        options.dataFolder = folder_.path();
        options.port = 0;
        options.clock = clock_.clock();
        world_ = std::make_unique<World>(context_, options);
        thread_ = std::thread([this] { context_.run(); });
        centre_ = std::make_unique<ca::CertificateCentre>(caFolder(folder_.path()), ca::kDefaultPublicUrl,
                                                          clock_.clock());
    }
    void SetUp() override {
        one_ = newBidder("张三");
        const auto list = one_->browser().get("/api/parcels").json().at("parcels");
        for (const auto& parcel : list) {
            parcels_[parcel.at("status")].push_back(parcel.at("id"));
        }
        parcel_ = parcels_.at("listing").at(0);
    }
    ~BiddingTest() override {
        context_.stop();
        thread_.join();
    }
    std::unique_ptr<BidderUser> newBidder(const std::string& name,
                                          KeyAlgorithm algorithm = KeyAlgorithm::sm2) {
        return std::make_unique<BidderUser>(
            world_->port(), sandbox_test::certify(*centre_, algorithm, token::KeyUsage::sign, name));
    }
    std::int64_t lowest() { return one_->standing(parcel_).at("lowestYuan").get<std::int64_t>(); }
    std::int64_t step() { return one_->standing(parcel_).at("stepYuan").get<std::int64_t>(); }
    nlohmann::json bids() { return one_->standing(parcel_).at("bids"); }

    sandbox_test::TemporaryFolder folder_;
    sandbox_test::TestClock clock_;
    boost::asio::io_context context_;
    std::unique_ptr<World> world_;
    std::unique_ptr<ca::CertificateCentre> centre_;
    std::thread thread_;
    std::unique_ptr<BidderUser> one_;
    std::map<std::string, std::vector<nlohmann::json>> parcels_;
    nlohmann::json parcel_;
};

}  // namespace ukey::sandbox
