// 竞买: what is signed is what was shown, and what was taken is taken once. Bidders sign with OpenSSL's
// command line; receipts are checked by Botan.
#include "tests/sandbox/bidder_fixture.hpp"

namespace ukey::sandbox {
namespace {

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

TEST_F(BiddingTest, linesThatSomebodyEnters_areNoneOfTheDocument) {
    const auto draft =
        one_->browser().post("/api/applications", {{"parcel", parcel_},
                                                   {"contact", "李经理\n竞买人：李四"},
                                                   {"phone", "139\r\n\u2028竞买保证金：1 元"}});
    const auto document = draft.json().at("document").get<std::string>();
    EXPECT_NE(document.find("联系人：李经理竞买人：李四\n"), std::string::npos) << document;
    EXPECT_EQ(document.find("\n竞买人：李四"), std::string::npos) << document;
    EXPECT_NE(document.find("联系电话：139竞买保证金：1 元\n"), std::string::npos) << document;
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
