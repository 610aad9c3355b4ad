// The whole CA: an SM2 and an RSA chain, the register of what was issued.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/ca/authority.hpp"

namespace ukey::ca {

inline constexpr const char* kDefaultPublicUrl = "http://127.0.0.1:8600";

/// A line of the register.
struct RegisterEntry {
    std::string serial;
    std::string chain;
    token::KeyUsage usage = token::KeyUsage::sign;
    std::string subject;
    std::string tokenSerial;
    Time notBefore;
    Time notAfter;
    std::optional<Time> revoked;
    Bytes der;
};

class CertificateCentre {
  public:
    /// `publicUrl` goes into certificates as the place of the revocation lists.
    explicit CertificateCentre(const std::filesystem::path& folder,
                               const std::string& publicUrl = kDefaultPublicUrl,
                               Clock clock = std::chrono::system_clock::now);

    /// SM2 keys are certified by the SM2 chain, RSA and ECDSA keys by the RSA chain.
    Authority& authorityFor(token::KeyAlgorithm algorithm);
    Authority& sm2() { return sm2_; }
    Authority& rsa() { return rsa_; }

    std::optional<RegisterEntry> find(const std::string& serial);
    /// Takes effect with the revocation list that is made next, at once. Once more is no error. Throws
    /// `certificate-not-found`.
    void revoke(const std::string& serial, RevocationReason reason);

    /// Whether a certificate was ever issued for this key.
    bool isKeyCertified(EVP_PKEY* key);

    std::vector<std::string> rootsPem() const;
    std::vector<std::string> issuingPem() const;
    /// All roots and issuing CAs, one after the other.
    std::string chainPem() const;
    /// Of all roots and issuing CAs, DER.
    std::vector<Bytes> revocationLists();
    /// By its name in the distribution point: "sm2", "sm2-root", "rsa", "rsa-root".
    std::optional<Bytes> revocationList(std::string_view name);

    Time now() const { return clock_(); }
    sqlite::Database& database() { return database_; }

  private:
    Clock clock_;
    sqlite::Database database_;
    Authority sm2_;
    Authority rsa_;
};

}  // namespace ukey::ca
