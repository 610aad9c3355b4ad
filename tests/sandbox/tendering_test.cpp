// Sealed tenders: what is taken is sealed to the tenderer and whole, nothing is opened before the deadline,
// and what is opened is what was signed. Files are sealed by the bridge's own writer.
#include <algorithm>
#include <filesystem>

#include "tests/sandbox/bidder_fixture.hpp"
#include "tokenlib/message/envelope_writer.hpp"

namespace ukey::sandbox {
namespace {

Bytes sealTo(ByteView content, const std::string& pem) {
    cms::EnvelopeWriter writer({pki::Certificate::fromPem(pem)}, {});
    auto out = writer.update(content);
    const auto end = writer.finish();
    out.insert(out.end(), end.begin(), end.end());
    return out;
}

std::string sha256(ByteView octets) {
    sandbox_test::TemporaryFolder folder;
    return sandbox_test::runCommand("sha256sum " + folder.write("octets", asText(octets)).string())
        .output.substr(0, 64);
}

class TenderingTest : public BiddingTest {
  protected:
    void SetUp() override {
        BiddingTest::SetUp();
        tenderer_ = newBidder("自然资源局");
        tendererPem_ = encryptionPem("自然资源局");
        onePem_ = encryptionPem("张三");
        ASSERT_EQ(tenderer_->browser().post("/api/tenderer", {{"certificate", tendererPem_}}).status, 200);
        one_->takePartIn(parcel_);
        inner_ = sealTo(asBytes(content_), onePem_);
        sealed_ = sealTo(inner_, tendererPem_);
    }
    std::string encryptionPem(const std::string& name) {
        return sandbox_test::certify(*centre_, KeyAlgorithm::sm2, token::KeyUsage::encrypt, name).pem();
    }
    static std::string begin(BidderUser& user) {
        return user.browser().post("/api/uploads").json().at("upload").get<std::string>();
    }
    static Reply append(BidderUser& user, const std::string& upload, std::size_t from, ByteView octets) {
        return user.browser().postOctets("/api/uploads/" + upload + "?from=" + std::to_string(from),
                                         std::string(asText(octets)));
    }
    static std::string uploaded(BidderUser& user, ByteView octets) {
        const auto upload = begin(user);
        EXPECT_EQ(append(user, upload, 0, octets).status, 200);
        return upload;
    }
    nlohmann::json tenderOf(const std::string& upload) {
        return {{"parcel", parcel_},
                {"certificate", onePem_},
                {"files",
                 {{{"name", "标书.pdf"},
                   {"size", content_.size()},
                   {"sha256", sha256(asBytes(content_))},
                   {"innerSha256", sha256(inner_)},
                   {"sealedSha256", sha256(sealed_)},
                   {"upload", upload}}}}};
    }
    Reply draft(const std::string& upload) { return one_->browser().post("/api/tenders", tenderOf(upload)); }
    void tender() {
        const auto taken = one_->signAndSubmit(draft(uploaded(*one_, sealed_)));
        ASSERT_EQ(taken.status, 200) << taken.body;
    }
    Reply close() { return tenderer_->browser().post("/api/tenderer/close", {{"parcel", parcel_}}); }
    nlohmann::json seenBy(BidderUser& user) {
        return user.browser().get("/api/tendering?parcel=" + parcel_.dump()).json();
    }
    std::string fileId() { return seenBy(*one_).at("tenders").at(0).at("files").at(0).at("id").dump(); }
    Reply read(BidderUser& user, const std::string& layer, std::size_t from = 0) {
        return user.browser().get("/api/tender-files/" + fileId() + "?layer=" + layer +
                                  "&from=" + std::to_string(from));
    }
    Reply opened(BidderUser& user, ByteView octets) {
        return user.browser().post("/api/tender-files/" + fileId(), {{"upload", uploaded(user, octets)}});
    }
    std::size_t storedFiles() {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder_.path() / "tenders"),
                          std::filesystem::directory_iterator()));
    }

    const std::string content_ = std::string(3000, 'b');
    std::unique_ptr<BidderUser> tenderer_;
    std::string tendererPem_;
    std::string onePem_;
    Bytes inner_;
    Bytes sealed_;
};

TEST_F(TenderingTest, tender_isSignedWithItsDigests_openedByBothAndTheResultIsSigned) {
    tender();
    EXPECT_EQ(seenBy(*tenderer_).at("count"), 1);
    EXPECT_TRUE(seenBy(*tenderer_).at("tenders").empty()) << "before the deadline";
    ASSERT_EQ(close().status, 200);
    EXPECT_EQ(read(*tenderer_, "sealed").body, asText(sealed_));
    EXPECT_EQ(read(*tenderer_, "sealed", 100).body, asText(sealed_).substr(100));
    EXPECT_EQ(read(*tenderer_, "sealed", sealed_.size()).body, "");
    EXPECT_EQ(refusalOf(read(*one_, "inner")), "outer-first");
    EXPECT_EQ(opened(*tenderer_, inner_).status, 200);
    EXPECT_EQ(read(*one_, "inner").body, asText(inner_));
    EXPECT_EQ(opened(*one_, asBytes(content_)).status, 200);
    EXPECT_EQ(read(*tenderer_, "content").body, content_);
    EXPECT_EQ(seenBy(*one_).at("tenders").at(0).at("files").at(0).at("state"), "opened");

    const auto notice = tenderer_->browser().post("/api/notices", {{"parcel", parcel_}, {"bidder", 1}});
    EXPECT_EQ(tenderer_->signAndSubmit(notice).status, 200);
    const auto published = seenBy(*one_).at("notice");
    EXPECT_NE(published.at("document").get<std::string>().find("张三"), std::string::npos);
    const auto certificate = ca::certificateFromPem(published.at("certificate"));
    EXPECT_TRUE(sandbox_test::botanVerifies(
        ca::toPublicKey(X509_get0_pubkey(certificate.get())),
        asBytes(published.at("document").get_ref<const std::string&>()),
        fromBase64Url(published.at("signature").get_ref<const std::string&>()).value()));
    EXPECT_EQ(refusalOf(tenderer_->browser().post("/api/notices", {{"parcel", parcel_}, {"bidder", 1}})),
              "result-published");
}

TEST_F(TenderingTest, whatIsNotSealedToTheTendererAlone_isNotTaken) {
    EXPECT_EQ(refusalOf(draft(uploaded(*one_, asBytes(content_)))), "not-sealed");
    EXPECT_EQ(refusalOf(draft(uploaded(*one_, inner_))), "wrong-recipients") << "to oneself alone";
    EXPECT_EQ(refusalOf(draft(uploaded(*one_, ByteView(sealed_).first(sealed_.size() - 2)))), "incomplete");
    EXPECT_EQ(refusalOf(draft(uploaded(*one_, sealTo(inner_, tendererPem_)))), "digest-mismatch");
    const auto two = newBidder("李四");
    EXPECT_EQ(refusalOf(draft(uploaded(*two, sealed_))), "upload-not-found") << "somebody else's upload";
    EXPECT_EQ(refusalOf(two->browser().post("/api/tenders", tenderOf(uploaded(*two, sealed_)))),
              "not-applied");
    auto other = tenderOf(uploaded(*one_, sealed_));
    other["certificate"] = encryptionPem("李四");
    EXPECT_EQ(refusalOf(one_->browser().post("/api/tenders", other)), "bad-encryption-certificate");
    other["certificate"] = one_->holder().pem();
    EXPECT_EQ(refusalOf(one_->browser().post("/api/tenders", other)), "bad-encryption-certificate")
        << "the one for signing";
    other["certificate"] = onePem_;
    other["files"] = nlohmann::json::array();
    EXPECT_EQ(refusalOf(one_->browser().post("/api/tenders", other)), "bad-tender");
    EXPECT_TRUE(seenBy(*one_).at("tenders").empty());
    EXPECT_EQ(storedFiles(), 0U);
}

TEST_F(TenderingTest, nameOfAFile_writesNoLinesIntoTheTenderersNotice) {
    auto params = tenderOf(uploaded(*one_, sealed_));
    params["files"][0]["name"] = "标书.pdf\n竞得人：李四（9 号）";
    const auto drafted = one_->browser().post("/api/tenders", params);
    ASSERT_EQ(one_->signAndSubmit(drafted).status, 200);
    ASSERT_EQ(close().status, 200);
    const auto notice = tenderer_->browser().post("/api/notices", {{"parcel", parcel_}, {"bidder", 1}});
    for (const auto& reply : {drafted, notice}) {
        const auto document = reply.json().at("document").get<std::string>();
        EXPECT_NE(document.find("标书.pdf竞得人：李四"), std::string::npos) << document;
        EXPECT_EQ(document.find("\n竞得人：李四"), std::string::npos) << document;
    }
}

TEST_F(TenderingTest, piecesOfAnUpload_countOnceAndInOrder) {
    const auto upload = begin(*one_);
    EXPECT_EQ(append(*one_, upload, 0, ByteView(sealed_).first(1000)).json().at("received"), 1000);
    EXPECT_EQ(append(*one_, upload, 0, ByteView(sealed_).first(1000)).json().at("received"), 1000)
        << "an answer that was lost";
    EXPECT_EQ(refusalOf(append(*one_, upload, 2000, ByteView(sealed_).subspan(2000))), "upload-offset");
    EXPECT_EQ(refusalOf(draft(upload)), "incomplete");
    EXPECT_EQ(append(*one_, upload, 500, ByteView(sealed_).subspan(500)).json().at("received"),
              sealed_.size());
    EXPECT_EQ(draft(upload).status, 201);
    EXPECT_EQ(refusalOf(append(*tenderer_, upload, 0, sealed_)), "upload-not-found");
    EXPECT_EQ(refusalOf(one_->browser().post("/api/uploads/" + upload + "?from=0")), "bad-request");
    EXPECT_EQ(refusalOf(one_->browser().postOctets("/api/uploads/" + upload + "?from=-1", "x")),
              "bad-request");
}

TEST_F(TenderingTest, tenderThatIsThere_isWithdrawnBeforeAnotherIsSent) {
    tender();
    EXPECT_EQ(storedFiles(), 1U);
    EXPECT_EQ(refusalOf(draft(uploaded(*one_, sealed_))), "already-tendered");
    EXPECT_EQ(one_->browser().post("/api/tenders/withdraw", {{"parcel", parcel_}}).status, 200);
    EXPECT_EQ(storedFiles(), 0U);
    EXPECT_EQ(refusalOf(one_->browser().post("/api/tenders/withdraw", {{"parcel", parcel_}})),
              "tender-not-found");
    tender();
    EXPECT_EQ(seenBy(*one_).at("count"), 1);
}

TEST_F(TenderingTest, deadline_shutsTendersOutAndIn) {
    const auto late = draft(uploaded(*one_, sealed_));
    const auto two = newBidder("李四");
    EXPECT_EQ(refusalOf(two->browser().post("/api/tenderer/close", {{"parcel", parcel_}})), "not-tenderer");
    tender();
    EXPECT_EQ(refusalOf(read(*tenderer_, "sealed")), "still-sealed");
    EXPECT_EQ(refusalOf(opened(*tenderer_, inner_)), "still-sealed");
    EXPECT_EQ(refusalOf(tenderer_->browser().post("/api/notices", {{"parcel", parcel_}, {"bidder", 1}})),
              "still-sealed");
    close();
    EXPECT_EQ(refusalOf(one_->signAndSubmit(late)), "not-listing");
    EXPECT_EQ(refusalOf(draft(uploaded(*one_, sealed_))), "not-listing");
    EXPECT_EQ(refusalOf(one_->browser().post("/api/tenders/withdraw", {{"parcel", parcel_}})), "not-listing");
}

TEST_F(TenderingTest, whatWasNotSigned_isNotTakenForWhatWasOpened) {
    tender();
    close();
    const auto two = newBidder("李四");
    EXPECT_EQ(refusalOf(read(*two, "sealed")), "tender-not-found");
    EXPECT_EQ(refusalOf(opened(*one_, asBytes(content_))), "outer-first");
    EXPECT_EQ(refusalOf(opened(*tenderer_, asBytes(content_))), "not-sealed");
    EXPECT_EQ(refusalOf(opened(*tenderer_, sealTo(asBytes(content_), onePem_))), "digest-mismatch");
    EXPECT_EQ(refusalOf(opened(*tenderer_, sealTo(asBytes(content_), tendererPem_))), "wrong-recipients");
    EXPECT_EQ(opened(*tenderer_, inner_).status, 200);
    EXPECT_EQ(refusalOf(opened(*one_, asBytes("another"))), "digest-mismatch");
    EXPECT_EQ(refusalOf(opened(*two, asBytes(content_))), "tender-not-found");
    EXPECT_EQ(refusalOf(read(*one_, "content")), "tender-not-found");
    EXPECT_EQ(opened(*one_, asBytes(content_)).status, 200);
    EXPECT_EQ(refusalOf(opened(*one_, asBytes(content_))), "opened-already");
}

TEST_F(TenderingTest, tenderer_isWhoRegisteredFirst) {
    const auto two = newBidder("李四");
    EXPECT_EQ(refusalOf(two->browser().post("/api/tenderer", {{"certificate", encryptionPem("李四")}})),
              "tenderer-taken");
    EXPECT_EQ(refusalOf(tenderer_->browser().post("/api/tenderer", {{"certificate", encryptionPem("李四")}})),
              "bad-encryption-certificate");
    EXPECT_EQ(
        refusalOf(tenderer_->browser().post("/api/tenderer", {{"certificate", tenderer_->holder().pem()}})),
        "bad-encryption-certificate");
    EXPECT_EQ(
        tenderer_->browser().post("/api/tenderer", {{"certificate", encryptionPem("自然资源局")}}).status,
        200)
        << "a renewed one";
    EXPECT_EQ(refusalOf(HttpClient(world_->port()).get("/api/tenderer")), "login-required");
}

TEST_F(TenderingTest, restart_forgetsUploadsAndKeepsTenders) {
    tender();
    const auto upload = uploaded(*one_, sealed_);
    EXPECT_FALSE(std::filesystem::is_empty(folder_.path() / "uploads"));
    const trading::Uploads next(folder_.path() / "uploads");
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "uploads"));
    EXPECT_EQ(storedFiles(), 1U);
}

}  // namespace
}  // namespace ukey::sandbox
