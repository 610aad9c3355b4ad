// One chain of the CA: a root and an issuing CA under it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "sandbox/ca/certificate_profile.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::ca {

using Clock = std::function<Time()>;

/// RFC 5280 5.3.1.
enum class RevocationReason : int {
    unspecified = 0,
    keyCompromise = 1,
    affiliationChanged = 3,
    superseded = 4,
    cessationOfOperation = 5,
    certificateHold = 6
};

struct Chain {
    std::string name;  ///< "sm2" or "rsa": names its files and its revocation lists.
    token::KeyAlgorithm algorithm = token::KeyAlgorithm::sm2;
    std::string title;  ///< Part of the CAs' names.
};

struct IssueOrder {
    Subject subject;
    token::KeyUsage usage = token::KeyUsage::sign;
    EVP_PKEY* publicKey = nullptr;
    Time notBefore;
    Time notAfter;
    std::string organisationCode;
    std::string tokenSerial;  ///< The medium that the certificate is for; kept in the register only.
};

/// Keys and certificates are files of the folder (mode 0600); what was issued and revoked stands in the
/// database. Several processes may work on the same folder.
class Authority {
  public:
    /// Makes keys and certificates when the folder has none yet.
    Authority(Chain chain, std::filesystem::path folder, sqlite::Database& database, std::string publicUrl,
              Clock clock);

    CertificatePtr issue(const IssueOrder& order);
    /// For a key of the registration authority; not in the register.
    CertificatePtr certifyRegistrationAuthority(EVP_PKEY* key);

    /// The newest revocation list, DER: of the issuing CA, or of the root.
    Bytes crl();
    Bytes rootCrl();

    const Chain& chain() const { return chain_; }
    X509* root() const { return root_.get(); }
    X509* issuing() const { return issuing_.get(); }

  private:
    bool exists() const;
    void create();
    void load();
    std::string crlUrl(const char* level) const;
    std::filesystem::path file(const char* suffix) const;
    Bytes currentCrl(const char* level);
    Bytes makeCrl(const char* level, std::int64_t number, Time now);
    void addRevoked(X509_CRL* list);

    Chain chain_;
    std::filesystem::path folder_;
    sqlite::Database& database_;
    std::string publicUrl_;
    Clock clock_;
    CertificatePtr root_;
    CertificatePtr issuing_;
    KeyPtr rootKey_;
    KeyPtr issuingKey_;
};

}  // namespace ukey::ca
