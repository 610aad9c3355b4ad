#include "sandbox/trading/tendering.hpp"

#include <algorithm>
#include <fstream>

#include "sandbox/login_check/encoding.hpp"
#include "sandbox/login_check/login_check.hpp"
#include "sandbox/trading/bid_refusal.hpp"
#include "sandbox/trading/documents.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::trading {
namespace {

constexpr std::size_t kMaxFiles = 8;
constexpr std::size_t kPiece = 1024UL * 1024UL;

BidReason reasonOf(sealed_check::Refusal refusal) {
    switch (refusal) {
        case sealed_check::Refusal::notSealed:
            return BidReason::notSealed;
        case sealed_check::Refusal::incomplete:
            return BidReason::sealedIncomplete;
        case sealed_check::Refusal::wrongRecipients:
            return BidReason::wrongRecipients;
    }
    return BidReason::notSealed;
}

nlohmann::json contentOf(std::int64_t parcel, const std::string& certificate,
                         const std::vector<TenderFile>& files) {
    auto list = nlohmann::json::array();
    for (const auto& file : files) {
        list.push_back({{"name", file.name},
                        {"size", file.size},
                        {"sha256", file.sha256},
                        {"innerSha256", file.innerSha256},
                        {"sealedSha256", file.sealedSha256},
                        {"upload", file.upload}});
    }
    return {{"parcel", parcel}, {"certificate", certificate}, {"files", std::move(list)}};
}

}  // namespace

Tendering::Tendering(sqlite::Database& database, Parcels& parcels, Bidding& bidding, Drafts& drafts,
                     const login_check::Trust& trust, const std::filesystem::path& folder,
                     std::function<Time()> clock)
    : database_(database),
      parcels_(parcels),
      bidding_(bidding),
      drafts_(drafts),
      certificates_(trust),
      folder_(folder / "tenders"),
      uploads_(folder / "uploads"),
      clock_(std::move(clock)) {
    std::filesystem::create_directories(folder_);
    database_.execute(R"(
CREATE TABLE IF NOT EXISTS tenderer (
  id INTEGER PRIMARY KEY CHECK (id = 1), key TEXT NOT NULL, name TEXT NOT NULL, certificate TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tender (
  id INTEGER PRIMARY KEY, parcel TEXT NOT NULL, parcel_id INTEGER NOT NULL, bidder TEXT NOT NULL, number INTEGER NOT NULL,
  name TEXT NOT NULL, certificate TEXT NOT NULL, received INTEGER NOT NULL, UNIQUE (parcel, bidder));
CREATE TABLE IF NOT EXISTS tender_file (
  id INTEGER PRIMARY KEY, tender INTEGER NOT NULL REFERENCES tender ON DELETE CASCADE, name TEXT NOT NULL,
  size INTEGER NOT NULL, sha256 TEXT NOT NULL, inner_sha256 TEXT NOT NULL, sealed_sha256 TEXT NOT NULL,
  state TEXT NOT NULL, stored TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notice (
  parcel TEXT PRIMARY KEY, document TEXT NOT NULL, signature BLOB NOT NULL, certificate TEXT NOT NULL);
)");
    drafts_.onTaken("tender",
                    [this](const Bidder& bidder, const SignedDraft& taken) { takeTender(bidder, taken); });
    drafts_.onTaken("notice",
                    [this](const Bidder& user, const SignedDraft& taken) { takeNotice(user, taken); });
}

std::optional<Tenderer> Tendering::tenderer() {
    auto row = database_.query("SELECT key, name, certificate FROM tenderer");
    if (!row.step()) return std::nullopt;
    return Tenderer{row.text(0), row.text(1), row.text(2)};
}

bool Tendering::isTenderer(const Bidder& user) {
    const auto tenderer = this->tenderer();
    return tenderer && tenderer->key == user.key();
}

void Tendering::requireTenderer(const Bidder& user) {
    if (!isTenderer(user)) throw BidRefused(BidReason::notTenderer);
}

login_check::CertificatePtr Tendering::encryptionCertificate(const Bidder& user, const std::string& pem) {
    auto certificate = login_check::parseCertificate(pem);
    if (!certificate || certificates_.check(certificate.get(), clock_(), login_check::Use::sealing))
        throw BidRefused(BidReason::badEncryptionCertificate);
    const auto holder = login_check::personIn(certificate.get());
    if (holder.subjectText != user.subjectText || holder.issuerText != user.issuerText)
        throw BidRefused(BidReason::badEncryptionCertificate);
    return certificate;
}

void Tendering::registerTenderer(const Bidder& user, const std::string& certificate) {
    if (tenderer() && !isTenderer(user)) throw BidRefused(BidReason::tendererTaken);
    encryptionCertificate(user, certificate);
    database_.run("INSERT OR REPLACE INTO tenderer (id, key, name, certificate) VALUES (1, ?, ?, ?)",
                  user.key(), user.name, certificate);
}

Parcel Tendering::known(std::int64_t id) {
    auto parcel = parcels_.find(id, clock_());
    if (!parcel) throw BidRefused(BidReason::parcelNotFound);
    return *parcel;
}

Parcel Tendering::closed(std::int64_t id) {
    auto parcel = known(id);
    if (parcel.status != "closed") throw BidRefused(BidReason::stillSealed);
    return parcel;
}

void Tendering::closeNow(const Bidder& user, std::int64_t parcel) {
    requireTenderer(user);
    known(parcel);
    parcels_.close(parcel, clock_());
}

std::vector<Tender> Tendering::tendersOf(const Parcel& parcel) {
    std::vector<Tender> tenders;
    auto rows = database_.query(
        "SELECT id, bidder, number, name, certificate, received FROM tender WHERE parcel = ? ORDER BY number",
        parcel.key());
    while (rows.step()) {
        tenders.push_back({rows.number(0),
                           rows.text(1),
                           rows.number(2),
                           rows.text(3),
                           rows.text(4),
                           std::chrono::system_clock::from_time_t(rows.number(5)),
                           {}});
    }
    for (auto& tender : tenders) {
        auto files = database_.query(
            "SELECT id, name, size, sha256, inner_sha256, sealed_sha256, state, stored FROM tender_file "
            "WHERE "
            "tender = ? ORDER BY id",
            tender.id);
        while (files.step()) {
            tender.files.push_back({files.number(0),
                                    files.text(1),
                                    files.number(2),
                                    files.text(3),
                                    files.text(4),
                                    files.text(5),
                                    files.text(6),
                                    files.text(7),
                                    {}});
        }
    }
    return tenders;
}

std::vector<Contender> Tendering::contendersOf(const Parcel& parcel) {
    std::vector<Contender> contenders;
    auto rows = database_.query(
        "SELECT number, name, coalesce((SELECT max(amount) FROM parcel_bid WHERE parcel_bid.parcel = "
        "parcel_application.parcel AND parcel_bid.bidder = parcel_application.bidder), 0) AS most FROM "
        "parcel_application WHERE parcel = ? AND deposit = 1 ORDER BY most DESC, number",
        parcel.key());
    while (rows.step()) contenders.push_back({rows.number(0), rows.text(1), rows.number(2)});
    return contenders;
}

std::optional<Notice> Tendering::noticeOf(const Parcel& parcel) {
    auto row =
        database_.query("SELECT document, signature, certificate FROM notice WHERE parcel = ?", parcel.key());
    if (!row.step()) return std::nullopt;
    return Notice{row.text(0), row.blob(1), row.text(2)};
}

TenderStanding Tendering::standing(const Bidder& user, std::int64_t id) {
    TenderStanding standing;
    standing.parcel = known(id);
    standing.tenderer = tenderer();
    standing.notice = noticeOf(standing.parcel);
    standing.tenders = tendersOf(standing.parcel);
    standing.count = static_cast<std::int64_t>(standing.tenders.size());
    const bool opens = isTenderer(user) && standing.parcel.status == "closed";
    if (opens) standing.contenders = contendersOf(standing.parcel);
    if (!opens) std::erase_if(standing.tenders, [&](const Tender& one) { return one.bidder != user.key(); });
    return standing;
}

void Tendering::checkUpload(const Bidder& owner, const TenderFile& file, const X509* tenderer) {
    if (const auto refusal = uploads_.checkSealed(owner.key(), file.upload, {tenderer}))
        throw BidRefused(reasonOf(*refusal));
    if (uploads_.received(owner.key(), file.upload).sha256 != file.sealedSha256)
        throw BidRefused(BidReason::digestMismatch);
}

Draft Tendering::draftTender(const Bidder& bidder, std::int64_t id, const std::string& certificate,
                             const std::vector<TenderFile>& files) {
    bidding_.requireBidder(bidder, id);
    const auto parcel = known(id);
    const auto tenderer = this->tenderer();
    if (!tenderer) throw BidRefused(BidReason::noTenderer);
    const auto tenders = tendersOf(parcel);
    if (std::any_of(tenders.begin(), tenders.end(),
                    [&](const Tender& one) { return one.bidder == bidder.key(); })) {
        throw BidRefused(BidReason::alreadyTendered);
    }
    const auto isNameless = [](const TenderFile& file) { return file.name.empty(); };
    if (files.empty() || files.size() > kMaxFiles || std::any_of(files.begin(), files.end(), isNameless))
        throw BidRefused(BidReason::badTender);
    encryptionCertificate(bidder, certificate);
    const auto theirs = login_check::parseCertificate(tenderer->certificate);
    for (const auto& file : files) checkUpload(bidder, file, theirs.get());
    PendingDraft draft{newDraftId(), "tender", contentOf(id, certificate, files), {}, clock_()};
    draft.document = tenderText(draft.id, parcel, bidder, files, draft.made);
    return drafts_.keep(bidder, std::move(draft));
}

void Tendering::takeTender(const Bidder& bidder, const SignedDraft& taken) {
    const auto& content = taken.draft.content;
    const std::int64_t id = content.at("parcel");
    const auto application = bidding_.requireBidder(bidder, id);
    const auto parcel = known(id);
    const auto inserted = database_.run(
        "INSERT OR IGNORE INTO tender (parcel, parcel_id, bidder, number, name, certificate, received) "
        "VALUES "
        "(?, ?, ?, ?, ?, ?, ?)",
        parcel.key(), id, bidder.key(), application.number, bidder.name,
        content.at("certificate").get<std::string>(), std::chrono::system_clock::to_time_t(clock_()));
    if (inserted == 0) throw BidRefused(BidReason::alreadyTendered);
    const auto tender = database_.lastId();
    // All are there, or it is refused before one is moved.
    for (const auto& file : content.at("files")) uploads_.received(bidder.key(), file.at("upload"));
    for (const auto& file : content.at("files")) {
        TenderFile kept;
        kept.stored = newDraftId();
        uploads_.keep(bidder.key(), file.at("upload"), fileOf(kept, "sealed"));
        database_.run(
            "INSERT INTO tender_file (tender, name, size, sha256, inner_sha256, sealed_sha256, state, "
            "stored) "
            "VALUES (?, ?, ?, ?, ?, ?, 'sealed', ?)",
            tender, file.at("name").get<std::string>(), file.at("size").get<std::int64_t>(),
            file.at("sha256").get<std::string>(), file.at("innerSha256").get<std::string>(),
            file.at("sealedSha256").get<std::string>(), kept.stored);
    }
}

void Tendering::withdraw(const Bidder& bidder, std::int64_t id) {
    bidding_.requireBidder(bidder, id);
    for (const auto& tender : tendersOf(known(id))) {
        if (tender.bidder != bidder.key()) continue;
        database_.run("DELETE FROM tender WHERE id = ?", tender.id);
        for (const auto& file : tender.files) std::filesystem::remove(fileOf(file, "sealed"));
        return;
    }
    throw BidRefused(BidReason::tenderNotFound);
}

std::filesystem::path Tendering::fileOf(const TenderFile& file, const std::string& layer) const {
    return folder_ / (file.stored + "." + layer);
}

Tendering::Place Tendering::placeOf(std::int64_t id) {
    auto row = database_.query(
        "SELECT tender.parcel_id, tender.id FROM tender_file JOIN tender ON tender.id = tender_file.tender "
        "WHERE tender_file.id = ?",
        id);
    if (!row.step()) throw BidRefused(BidReason::tenderNotFound);
    const auto parcel = row.number(0);
    for (const auto& tender : tendersOf(known(parcel))) {
        for (const auto& file : tender.files) {
            if (file.id == id) return {tender, file, parcel};
        }
    }
    throw BidRefused(BidReason::tenderNotFound);
}

std::string Tendering::read(const Bidder& user, std::int64_t id, const std::string& layer,
                            std::uint64_t from) {
    const auto place = placeOf(id);
    const bool isOwn = place.tender.bidder == user.key();
    if (!isOwn && !isTenderer(user)) throw BidRefused(BidReason::tenderNotFound);
    closed(place.parcel);
    const auto& state = place.file.state;
    if (layer == "inner" && state == "sealed") throw BidRefused(BidReason::outerFirst);
    const bool isThere = layer == "sealed" || layer == "inner" || (layer == "content" && state == "opened");
    if (!isThere) throw BidRefused(BidReason::tenderNotFound);
    std::ifstream in(fileOf(place.file, layer), std::ios::binary);
    in.seekg(static_cast<std::streamoff>(from));
    std::string piece(kPiece, '\0');
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(in.gcount()));
    return piece;
}

void Tendering::opened(const Bidder& user, std::int64_t id, const std::string& upload) {
    const auto place = placeOf(id);
    closed(place.parcel);
    const bool isOuter = place.file.state == "sealed";
    if (place.file.state == "opened") throw BidRefused(BidReason::openedAlready);
    if (isOuter && !isTenderer(user)) {
        throw BidRefused(place.tender.bidder == user.key() ? BidReason::outerFirst
                                                           : BidReason::tenderNotFound);
    }
    if (!isOuter && place.tender.bidder != user.key()) {
        throw BidRefused(isTenderer(user) ? BidReason::openedAlready : BidReason::tenderNotFound);
    }
    if (isOuter) {
        const auto theirs = login_check::parseCertificate(place.tender.certificate);
        if (const auto refusal = uploads_.checkSealed(user.key(), upload, {theirs.get()}))
            throw BidRefused(reasonOf(*refusal));
    }
    const auto& signedFor = isOuter ? place.file.innerSha256 : place.file.sha256;
    if (uploads_.received(user.key(), upload).sha256 != signedFor)
        throw BidRefused(BidReason::digestMismatch);
    uploads_.keep(user.key(), upload, fileOf(place.file, isOuter ? "inner" : "content"));
    database_.run("UPDATE tender_file SET state = ? WHERE id = ?", isOuter ? "inner" : "opened", id);
}

Draft Tendering::draftNotice(const Bidder& user, std::int64_t id, std::int64_t winner) {
    requireTenderer(user);
    const auto parcel = closed(id);
    if (noticeOf(parcel)) throw BidRefused(BidReason::resultPublished);
    const auto contenders = contendersOf(parcel);
    const auto found = std::find_if(contenders.begin(), contenders.end(),
                                    [&](const Contender& one) { return one.number == winner; });
    if (found == contenders.end()) throw BidRefused(BidReason::tenderNotFound);
    PendingDraft draft{newDraftId(), "notice", {{"parcel", id}}, {}, clock_()};
    draft.document = noticeText(draft.id, parcel, user, *found, tendersOf(parcel), draft.made);
    return drafts_.keep(user, std::move(draft));
}

void Tendering::takeNotice(const Bidder& user, const SignedDraft& taken) {
    requireTenderer(user);
    const auto parcel = closed(taken.draft.content.at("parcel"));
    const auto inserted = database_.run(
        "INSERT OR IGNORE INTO notice (parcel, document, signature, certificate) VALUES (?, ?, ?, ?)",
        parcel.key(), taken.draft.document, ByteView(taken.signature), user.certificate);
    if (inserted == 0) throw BidRefused(BidReason::resultPublished);
}

}  // namespace ukey::trading
