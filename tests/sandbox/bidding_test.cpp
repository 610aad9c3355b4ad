// 竞买: what is signed is what was shown, and what was taken is taken once. Bidders sign with OpenSSL's
// command line; receipts are checked by Botan.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "sandbox/program/world.hpp"
#include "tests/sandbox/http_client.hpp"
#include "tests/sandbox/support.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::sandbox {
namespace {

using namespace std::chrono_literals;
using sandbox_test::HttpClient;
using sandbox_test::Reply;
using token::KeyAlgorithm;

std::string refusalOf(const Reply& reply) {
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

TEST_F(BiddingTest, bidder_appliesPaysAndBids_eachWithASignedReceipt) {
    const auto draft = one_->draftApplication(parcel_);
    const auto document = draft.json().at("document").get<std::string>();
    for (const char* shown : {"李经理", "13900000000", "张三"})
        EXPECT_NE(document.find(shown), std::string::npos);
    const auto applied = one_->signAndSubmit(draft);
    ASSERT_EQ(applied.status, 200) << applied.body;
    EXPECT_EQ(refusalOf(one_->draftBid(parcel_, lowest())), "deposit-missing");
    EXPECT_EQ(one_->browser()
                  .post("/api/deposits", {{"parcel", parcel_}})
                  .json()
                  .at("application")
                  .at("depositPaid"),
              true);

    const auto amount = lowest() + 2 * step();
    const auto bid = one_->signAndSubmit(one_->draftBid(parcel_, amount));
    ASSERT_EQ(bid.status, 200) << bid.body;
    ASSERT_EQ(bids().size(), 1U);
    EXPECT_EQ(bids().at(0).at("amountYuan"), amount);
    EXPECT_EQ(bids().at(0).at("mine"), true);
    EXPECT_EQ(lowest(), amount + step());
    for (const auto& reply : {applied, bid}) {
        const auto receipt = reply.json().at("receipt");
        const auto certificate = ca::certificateFromPem(receipt.at("certificate"));
        const auto text = receipt.at("document").get<std::string>();
        EXPECT_TRUE(
            sandbox_test::botanVerifies(ca::toPublicKey(X509_get0_pubkey(certificate.get())), asBytes(text),
                                        fromBase64Url(receipt.at("signature").get<std::string>()).value()));
        const auto sum = sandbox_test::runCommand(
            "sha256sum " + folder_.write("document", text.substr(text.find("\n\n") + 2)).string());
        EXPECT_NE(text.find(sum.output.substr(0, 64)), std::string::npos) << text;
    }
}

TEST_F(BiddingTest, tokensOfOtherAlgorithms_bidAsWell) {
    for (const auto algorithm : {KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const auto bidder = newBidder(std::string(token::toString(algorithm)), algorithm);
        bidder->takePartIn(parcel_);
        EXPECT_EQ(bidder->signAndSubmit(bidder->draftBid(parcel_, lowest())).status, 200);
    }
    EXPECT_EQ(bids().size(), 2U);
}

TEST_F(BiddingTest, submissionThatIsRepeated_countsOnceAndGetsTheSameReceipt) {
    one_->takePartIn(parcel_);
    const auto draft = one_->draftBid(parcel_, lowest()).json();
    const auto signature = one_->signatureOver(draft.at("document"));
    const auto first = one_->submit(draft, signature);
    ASSERT_EQ(first.status, 200);
    clock_.advance(20min);
    EXPECT_EQ(one_->submit(draft, signature).body, first.body);
    // Signed once more: SM2 signatures differ each time, the bid is the same.
    EXPECT_EQ(one_->submit(draft, one_->signatureOver(draft.at("document"))).body, first.body);
    const auto two = newBidder("李四");
    two->takePartIn(parcel_);
    EXPECT_EQ(two->signAndSubmit(two->draftBid(parcel_, lowest())).status, 200);
    EXPECT_EQ(one_->submit(draft, signature).body, first.body) << "also after another bid";
    EXPECT_EQ(bids().size(), 2U);
}

TEST_F(BiddingTest, twoBidsForOneRound_oneIsTakenAndTheOtherToldSo) {
    const auto two = newBidder("李四");
    one_->takePartIn(parcel_);
    two->takePartIn(parcel_);
    const auto amount = lowest();
    const auto ofOne = one_->draftBid(parcel_, amount);
    const auto higher = one_->draftBid(parcel_, amount + step());
    const auto ofTwo = two->draftBid(parcel_, amount);
    EXPECT_EQ(one_->signAndSubmit(ofOne).status, 200);
    EXPECT_EQ(refusalOf(two->signAndSubmit(ofTwo)), "outbid");
    EXPECT_EQ(refusalOf(one_->signAndSubmit(higher)), "outbid") << "a second window of one bidder";
    EXPECT_EQ(bids().size(), 1U);
    EXPECT_EQ(two->standing(parcel_).at("bids").at(0).at("mine"), false);
    EXPECT_EQ(refusalOf(two->draftBid(parcel_, amount)), "bid-too-low");
    EXPECT_EQ(two->signAndSubmit(two->draftBid(parcel_, lowest())).status, 200);
}

TEST_F(BiddingTest, signatureThatDoesNotFit_takesNothing) {
    one_->takePartIn(parcel_);
    const auto draft = one_->draftBid(parcel_, lowest()).json();
    auto changed = draft.at("document").get<std::string>();
    changed.replace(changed.find("元"), std::string("元").size(), "角");
    const auto two = newBidder("李四");
    EXPECT_EQ(refusalOf(one_->submit(draft, one_->signatureOver(changed))), "bad-signature");
    EXPECT_EQ(refusalOf(one_->submit(draft, two->signatureOver(draft.at("document")))), "bad-signature");
    EXPECT_EQ(refusalOf(one_->submit(draft, "AAAA")), "bad-signature");
    EXPECT_EQ(refusalOf(one_->submit(draft, "not base64url!")), "bad-signature");
    EXPECT_EQ(refusalOf(two->submit(draft, two->signatureOver(draft.at("document")))), "draft-not-found");
    EXPECT_TRUE(bids().empty());
    EXPECT_EQ(one_->submit(draft, one_->signatureOver(draft.at("document"))).status, 200);
}

TEST_F(BiddingTest, bidOutOfOrder_isRefusedWithItsReason) {
    EXPECT_EQ(refusalOf(HttpClient(world_->port()).get("/api/bidding?parcel=1")), "login-required");
    EXPECT_EQ(refusalOf(one_->browser().get("/api/bidding?parcel=x")), "parcel-not-found");
    EXPECT_EQ(refusalOf(one_->browser().get("/api/bidding?parcel=99")), "parcel-not-found");
    EXPECT_EQ(refusalOf(one_->draftApplication(parcels_.at("announced").at(0))), "not-listing");
    EXPECT_EQ(refusalOf(one_->draftBid(parcel_, lowest())), "not-applied");
    EXPECT_EQ(refusalOf(one_->browser().post("/api/deposits", {{"parcel", parcel_}})), "not-applied");
    EXPECT_EQ(refusalOf(one_->browser().post("/api/applications",
                                             {{"parcel", parcel_}, {"contact", ""}, {"phone", "1"}})),
              "bad-application");
    one_->takePartIn(parcel_);
    EXPECT_EQ(refusalOf(one_->draftApplication(parcel_)), "already-applied");
    EXPECT_EQ(refusalOf(one_->draftBid(parcel_, lowest() - 1)), "bid-too-low");
    EXPECT_EQ(refusalOf(one_->draftBid(parcel_, -lowest())), "bid-too-low");
    EXPECT_EQ(refusalOf(one_->draftBid(parcel_, lowest() + 1)), "bid-off-step");
    const auto late = one_->draftBid(parcel_, lowest());
    clock_.advance(11min);
    EXPECT_EQ(refusalOf(one_->signAndSubmit(late)), "draft-not-found");
}

TEST_F(BiddingTest, bidAfterTheDeadlineOrWithARevokedCertificate_isRefused) {
    one_->takePartIn(parcel_);
    const auto revoked = newBidder("李四");
    revoked->takePartIn(parcel_);
    const auto draft = revoked->draftBid(parcel_, lowest());
    centre_->revoke(revoked->holder().serial(), ca::RevocationReason::keyCompromise);
    EXPECT_EQ(refusalOf(revoked->signAndSubmit(draft)), "certificate-invalid");
    // As near to the deadline as the idle time of a session allows.
    clock_.advance(3 * 24h - 5min);
    one_->logIn();
    const auto inTime = one_->draftBid(parcel_, lowest());
    clock_.advance(6min);
    EXPECT_EQ(refusalOf(one_->signAndSubmit(inTime)), "not-listing");
    EXPECT_TRUE(bids().empty());
}

}  // namespace
}  // namespace ukey::sandbox
