// From a certificate request to certificates: what the RA does while a token is being written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/ra/key_delivery.hpp"
#include "sandbox/ra/orders.hpp"

namespace ukey::ra {

struct IssueRequest {
    std::int64_t order = 0;
    std::string code;  ///< The authorisation code.
    std::string tokenSerial;
    std::string csr;    ///< PEM.
    std::string proof;  ///< base64url, see isProof; may be empty.
    /// No encryption pair: for tokens that cannot take one. ECDSA certificates are always single.
    bool single = false;
};

/// Certificates that were issued, and of which nobody has said that they are on the token.
struct PendingIssue {
    std::int64_t issue = 0;
    std::string tokenSerial;
    std::string signSerial;
};

struct IssueAnswer {
    std::int64_t issue = 0;
    std::string signCertificate;     ///< PEM.
    std::string encryptCertificate;  ///< PEM; empty for a single certificate.
    /// Absent for a single certificate and where the keys are kept.
    std::optional<DeliveredKey> encryptionKey;
    std::vector<std::string> chain;  ///< PEM, the issuing CA first.
};

class Issuance {
  public:
    Issuance(sqlite::Database& database, Orders& orders, Accounts& accounts, HolderCertificates& certificates,
             ca::CertificateCentre& centre, ca::KeyCentre& keys, Clock clock);

    /// Whether `issue` would take the code and the token: asked before anything is done to the token.
    void check(const Account& account, std::int64_t order, const std::string& code,
               const std::string& tokenSerial);

    /// Issues for one token of the order. The same request again gets the same answer, so that a page that
    /// was closed in between can go on; a request with another key for the same token (the bridge had rolled
    /// back) gets new certificates, and the ones before are revoked. A reissue revokes the lost token's
    /// certificates first.
    IssueAnswer issue(const Account& account, const IssueRequest& request);

    /// The certificates are on the token and proven. What they replace is superseded (renewal) or revoked
    /// (change). Once more is no error.
    Order confirm(const Account& account, std::int64_t order, std::int64_t issue);

    std::vector<PendingIssue> pending(std::int64_t order);
    /// The token was rolled back, or is lost: its certificates are revoked, and another token may take its
    /// place. Throws Refused order-state when it was confirmed.
    Order withdraw(const Account& account, std::int64_t order, std::int64_t issue);

  private:
    struct Slot {
        std::int64_t id = 0;
        std::string csr;
        std::int64_t certificate = 0;
        bool confirmed = false;
    };

    std::optional<Slot> slotOf(std::int64_t order, const std::string& tokenSerial);
    void checkToken(const Account& account, const Order& order, const std::optional<HolderCertificate>& old,
                    const std::string& tokenSerial);
    void checkRoom(const Order& order);
    ca::RequestPtr checkedRequest(const Order& order, const std::optional<HolderCertificate>& old,
                                  const IssueRequest& request);
    HolderCertificate certify(const Account& account, const Order& order,
                              const std::optional<HolderCertificate>& old, const IssueRequest& request,
                              EVP_PKEY* signingKey);
    IssueAnswer answerOf(std::int64_t issue, const HolderCertificate& certificate,
                         const std::optional<HolderCertificate>& old);
    DeliveredKey deliveredKey(const HolderCertificate& certificate, EVP_PKEY* signingKey);
    bool keepsKeys(const std::optional<HolderCertificate>& old, EVP_PKEY* signingKey);
    ca::CertificatePtr certificateOf(const std::string& serial);
    std::string issueOne(token::KeyAlgorithm algorithm, ca::IssueOrder order, token::KeyUsage usage,
                         EVP_PKEY* key);

    sqlite::Database& database_;
    Orders& orders_;
    Accounts& accounts_;
    HolderCertificates& certificates_;
    ca::CertificateCentre& centre_;
    ca::KeyCentre& keys_;
    Clock clock_;
};

}  // namespace ukey::ra
