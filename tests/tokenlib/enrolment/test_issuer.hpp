// An RA for one enrolment, with keys and certificates made outside tokenlib.
#pragma once

#include <filesystem>
#include <string>

#include "tests/tokenlib/pki/test_ca.hpp"
#include "tokenlib/enrolment/record.hpp"
#include "tokenlib/pki/ra_answer.hpp"

namespace ukey::enrolment::test {

/// Whether an encryption pair comes with the answer.
enum class Pairs { dual, single };

class TestIssuer {
  public:
    /// P-256 is always single.
    explicit TestIssuer(token::KeyAlgorithm algorithm, Pairs pairs = Pairs::dual,
                        const std::string& name = "Test Root");

    /// A good answer.
    pki::RaAnswer answer(const Record& record) const;

    /// Parts of it, to be put together wrongly.
    std::string signCertificate(const token::PublicKey& key,
                                const pki::test::CertificateSpec& spec = {}) const;
    std::string encryptCertificate(const token::PublicKey& key, pki::test::CertificateSpec spec = {}) const;
    pki::EncryptionKeyText wrapped(const token::PublicKey& signingKey) const;
    const token::PublicKey& encryptionKey() const { return encryptionKey_; }
    const pki::test::TestCa& ca() const { return ca_; }

  private:
    token::KeyAlgorithm algorithm_;
    bool isDual_;
    pki::test::TestCa ca_;
    pki::test::TestKey pair_;
    token::PublicKey encryptionKey_;
};

/// The RA's own memory: what it answered before, it answers again.
void saveAnswer(const std::filesystem::path& file, const pki::RaAnswer& answer);
pki::RaAnswer loadAnswer(const std::filesystem::path& file);

}  // namespace ukey::enrolment::test
