// The certificates of an account: one line for a signing certificate and its encryption certificate.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/ca/certificate_centre.hpp"
#include "sandbox/ra/schema.hpp"

namespace ukey::ra {

struct HolderCertificate {
    std::int64_t id = 0;
    std::int64_t account = 0;
    std::int64_t order = 0;
    std::string tokenSerial;
    token::KeyAlgorithm algorithm = token::KeyAlgorithm::sm2;
    std::string name;
    std::string signSerial;
    std::string encryptSerial;         ///< Empty: a single certificate.
    std::optional<std::int64_t> pair;  ///< Of the key centre.
    Time notBefore;
    Time notAfter;
    /// "pending" (issued, not yet on the token), "active", "superseded" (a newer one took its place; runs out
    /// by itself), "revoked".
    std::string state;
    std::optional<std::int64_t> replaces;
};

class HolderCertificates {
  public:
    HolderCertificates(sqlite::Database& database, ca::CertificateCentre& centre)
        : database_(database), centre_(centre) {}

    std::int64_t add(const HolderCertificate& certificate);
    std::optional<HolderCertificate> find(std::int64_t id);
    std::vector<HolderCertificate> ofAccount(std::int64_t account);
    /// Another account's certificate that is in force on the token.
    bool isForeignToken(const std::string& tokenSerial, std::int64_t account);
    /// An active certificate is on it, whoever's.
    bool isInUse(const std::string& tokenSerial);

    void setState(std::int64_t id, const std::string& state);
    /// Both certificates go on the revocation list.
    void revoke(const HolderCertificate& certificate, ca::RevocationReason reason);

  private:
    sqlite::Database& database_;
    ca::CertificateCentre& centre_;
};

}  // namespace ukey::ra
