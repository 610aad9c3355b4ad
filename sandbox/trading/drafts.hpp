// Documents that are drafted here, shown, signed with the certificate of the login, and taken once.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/login_check/certificate_check.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::trading {

using Time = std::chrono::system_clock::time_point;

/// Who acts: out of the certificate of the login.
struct Bidder {
    std::string name;
    std::string subjectText;
    std::string issuerText;
    std::string certificate;  ///< PEM.

    /// By which a bidder is known again, also with a renewed certificate.
    std::string key() const { return issuerText + "\n" + subjectText; }
};

/// A document with the trading centre's signature (SM2 with SM3, DER) over its octets.
struct Receipt {
    std::string document;
    std::vector<std::uint8_t> signature;
    std::string certificate;  ///< The trading centre's, PEM.
};
using Sealer = std::function<Receipt(const std::string& document)>;

/// What a user is shown and signs.
struct Draft {
    std::string id;
    std::string document;
};

/// A draft as it is kept.
struct PendingDraft {
    std::string id;
    std::string kind;
    nlohmann::json content;  ///< What the document says, for whoever takes it.
    std::string document;
    Time made;
};

/// A document as its taker gets it.
struct SignedDraft {
    PendingDraft draft;
    std::vector<std::uint8_t> signature;
};

std::string newDraftId();

/// All of it throws BidRefused.
class Drafts {
  public:
    /// Called within the transaction in which the receipt is kept; throws BidRefused for what cannot be taken
    /// (any more).
    using Taker = std::function<void(const Bidder&, const SignedDraft&)>;

    Drafts(sqlite::Database& database, const login_check::Trust& trust, Sealer sealer,
           std::function<Time()> clock);

    /// Who takes the documents of that kind.
    void onTaken(const std::string& kind, Taker taker) { takers_[kind] = std::move(taker); }

    Draft keep(const Bidder& bidder, PendingDraft draft);

    /// Takes a signed draft, once: the same draft again gets the receipt that it got, whatever happened
    /// since. So a page whose answer was lost sends it again.
    Receipt submit(const Bidder& bidder, const std::string& draft,
                   const std::vector<std::uint8_t>& signature);

  private:
    std::optional<Receipt> receiptOf(const Bidder& bidder, const std::string& draft);
    PendingDraft pending(const std::string& draft);
    void checkSignature(const Bidder& bidder, const std::string& document,
                        const std::vector<std::uint8_t>& signature);

    sqlite::Database& database_;
    login_check::CertificateCheck certificates_;
    Sealer sealer_;
    std::function<Time()> clock_;
    std::map<std::string, Taker> takers_;
};

}  // namespace ukey::trading
