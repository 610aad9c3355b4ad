#include "sandbox/trading/drafts.hpp"

#include <openssl/rand.h>

#include <array>

#include "sandbox/login_check/data_signature.hpp"
#include "sandbox/login_check/encoding.hpp"
#include "sandbox/trading/bid_refusal.hpp"
#include "sandbox/trading/documents.hpp"
#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::trading {
namespace {

using namespace std::chrono_literals;

constexpr auto kDraftLifetime = 10min;

}  // namespace

std::string newDraftId() {
    std::array<std::uint8_t, 12> octets{};
    if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1)
        throw Error(ErrorCode::internal, "no random octets");
    return toHex(octets);
}

Drafts::Drafts(sqlite::Database& database, const login_check::Trust& trust, Sealer sealer,
               std::function<Time()> clock)
    : database_(database), certificates_(trust), sealer_(std::move(sealer)), clock_(std::move(clock)) {
    database_.execute(R"(
CREATE TABLE IF NOT EXISTS signed_draft (
  id TEXT PRIMARY KEY, bidder TEXT NOT NULL, kind TEXT NOT NULL, content TEXT NOT NULL, document TEXT NOT NULL,
  made INTEGER NOT NULL, signature BLOB, receipt TEXT, receipt_signature BLOB, receipt_certificate TEXT,
  received INTEGER) WITHOUT ROWID;
)");
}

Draft Drafts::keep(const Bidder& bidder, PendingDraft draft) {
    database_.run(
        "INSERT INTO signed_draft (id, bidder, kind, content, document, made) VALUES (?, ?, ?, ?, ?, ?)",
        draft.id, bidder.key(), draft.kind, draft.content.dump(), draft.document,
        std::chrono::system_clock::to_time_t(draft.made));
    return {std::move(draft.id), std::move(draft.document)};
}

std::optional<Receipt> Drafts::receiptOf(const Bidder& bidder, const std::string& draft) {
    auto row = database_.query(
        "SELECT receipt, receipt_signature, receipt_certificate FROM signed_draft WHERE id = ? AND bidder = "
        "?",
        draft, bidder.key());
    if (!row.step()) throw BidRefused(BidReason::draftNotFound);
    if (row.isNull(0)) return std::nullopt;
    return Receipt{row.text(0), row.blob(1), row.text(2)};
}

PendingDraft Drafts::pending(const std::string& draft) {
    auto row = database_.query("SELECT kind, content, document, made FROM signed_draft WHERE id = ?", draft);
    if (!row.step()) throw BidRefused(BidReason::draftNotFound);
    return {draft, row.text(0), nlohmann::json::parse(row.text(1)), row.text(2),
            std::chrono::system_clock::from_time_t(row.number(3))};
}

void Drafts::checkSignature(const Bidder& bidder, const std::string& document,
                            const std::vector<std::uint8_t>& signature) {
    const auto certificate = login_check::parseCertificate(bidder.certificate);
    if (!certificate || certificates_.check(certificate.get(), clock_()))
        throw BidRefused(BidReason::certificateInvalid);
    if (!login_check::isDataSignature(X509_get0_pubkey(certificate.get()), document, signature))
        throw BidRefused(BidReason::badSignature);
}

Receipt Drafts::submit(const Bidder& bidder, const std::string& draft,
                       const std::vector<std::uint8_t>& signature) {
    // Taken, answered and kept in one go: after whatever happens, there is either a bid with its receipt or
    // neither.
    sqlite::Transaction transaction(database_);
    if (auto receipt = receiptOf(bidder, draft)) return *receipt;
    auto document = pending(draft);
    if (document.made + kDraftLifetime < clock_()) throw BidRefused(BidReason::draftNotFound);
    checkSignature(bidder, document.document, signature);
    const auto receipt = sealer_(receiptText(draft, document.document, clock_()));
    takers_.at(document.kind)(bidder, {std::move(document), signature});
    database_.run(
        "UPDATE signed_draft SET signature = ?, receipt = ?, receipt_signature = ?, receipt_certificate = ?, "
        "received = ? WHERE id = ?",
        ByteView(signature), receipt.document, ByteView(receipt.signature), receipt.certificate,
        std::chrono::system_clock::to_time_t(clock_()), draft);
    transaction.commit();
    return receipt;
}

}  // namespace ukey::trading
