// Orders: 新领制证, 延期, 变更, 补办.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/ra/accounts.hpp"
#include "sandbox/ra/holder_certificates.hpp"

namespace ukey::ra {

struct Order {
    std::int64_t id = 0;
    std::int64_t account = 0;
    std::string kind = "issue";  ///< "issue", "renew", "change", "reissue".
    token::KeyAlgorithm algorithm = token::KeyAlgorithm::sm2;
    std::int64_t quantity = 1;                ///< Tokens; 1 for all but "issue".
    std::int64_t years = 1;                   ///< For "issue" and "renew".
    std::optional<std::int64_t> certificate;  ///< The one that is renewed, changed or reissued.
    std::string newName;                      ///< For "change".
    /// "unpaid", "in-review", "ready" (an authorisation code was sent), "done", "cancelled", "rejected".
    std::string state;
    std::string note;  ///< Why it was rejected.
    Time created;
    std::optional<Time> paid;
    std::int64_t issued = 0;  ///< Tokens that have their certificates.
    std::int64_t priceYuan = 0;
    bool received = false;  ///< The courier (a stand-in here) has brought the tokens.
};

struct OrderRules {
    /// How long before expiry a certificate may be renewed.
    std::chrono::hours renewalWindow = std::chrono::hours(24) * 60;
};

/// What the portal sells, in whole yuan.
struct Offer {
    std::int64_t tokenPrice = 120;
    std::int64_t yearPrice = 200;
    std::int64_t changePrice = 50;
    std::int64_t maxQuantity = 50;
    std::int64_t maxYears = 5;
    std::vector<token::KeyAlgorithm> algorithms = {token::KeyAlgorithm::sm2, token::KeyAlgorithm::rsa2048,
                                                   token::KeyAlgorithm::rsa3072, token::KeyAlgorithm::p256};
};
const Offer& offer();

class Orders {
  public:
    Orders(sqlite::Database& database, Accounts& accounts, HolderCertificates& certificates,
           CodeMessages& messages, SecretCodes& codes, OrderRules rules, Clock clock);

    /// `order` names kind, algorithm, quantity, years, certificate, newName. Throws Refused bad-order,
    /// certificate-not-found, not-due.
    Order place(const Account& account, Order order);
    /// Throws Refused order-not-found for another account's.
    Order get(std::int64_t account, std::int64_t id);
    std::vector<Order> ofAccount(std::int64_t account);

    /// The stand-in for a payment. Throws Refused identity-required: who a certificate is for is known before
    /// it is paid.
    Order pay(const Account& account, std::int64_t id);
    /// The stand-in for the courier, of orders that come with tokens.
    Order receive(const Account& account, std::int64_t id);
    Order cancel(std::int64_t account, std::int64_t id);
    /// A new authorisation code, good for seven days.
    void sendCode(const Account& account, std::int64_t id);
    /// The clerk's desk: changes of name that wait for approval.
    std::vector<Order> inReview();
    Order approve(std::int64_t id);
    Order reject(std::int64_t id, const std::string& note);

    /// Throws Refused: only orders that are ready, with the right code.
    Order authorise(std::int64_t account, std::int64_t id, const std::string& code);
    void finish(std::int64_t id);

  private:
    Order require(std::int64_t id);
    void checkAsked(const Account& account, Order& order);
    bool needsClerk(const Order& order) const { return order.kind == "change"; }
    void moveOn(const Account& account, const Order& order);
    void sendNewCode(const Account& account, const Order& order);
    void setState(const Order& order, const std::string& from, const std::string& to);

    sqlite::Database& database_;
    Accounts& accounts_;
    HolderCertificates& certificates_;
    CodeMessages& messages_;
    SecretCodes& codes_;
    OrderRules rules_;
    Clock clock_;
};

}  // namespace ukey::ra
