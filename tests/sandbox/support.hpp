// A CA to test with, and independent makers and checkers of signatures: OpenSSL's command line and Botan.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/ca/certificate_centre.hpp"
#include "sandbox/ca/keys.hpp"
#include "sandbox/login_check/login_check.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::sandbox_test {

/// Goes with all that is in it.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path write(const std::string& name, std::string_view content) const;

  private:
    std::filesystem::path path_;
};

/// A clock that stands until it is moved.
class TestClock {
  public:
    ca::Clock clock() {
        return [now = now_] { return *now; };
    }
    ca::Time now() const { return *now_; }
    void advance(std::chrono::seconds by) { *now_ += by; }

  private:
    std::shared_ptr<ca::Time> now_ = std::make_shared<ca::Time>(std::chrono::system_clock::now());
};

/// Fills `folder` with the keys of a CA. They are made once for the whole program: RSA takes its time.
void putCa(const std::filesystem::path& folder);

struct CommandResult {
    int status = -1;
    std::string output;  ///< Both streams.
};
CommandResult runCommand(const std::string& command);

/// A key pair and the certificate for it.
struct Holder {
    ca::KeyPtr key;
    ca::CertificatePtr certificate;
    std::string pem() const { return ca::toPem(certificate.get()); }
    std::string serial() const { return ca::serialOf(certificate.get()); }
};
Holder certify(ca::CertificateCentre& centre, token::KeyAlgorithm algorithm,
               token::KeyUsage usage = token::KeyUsage::sign, const std::string& name = "张三");

/// The certificate of a key that OpenSSL's own command line then signs with, as `auth.sign` would.
login_check::Answer answerOf(const Holder& holder, std::string_view origin, std::string_view challenge);

/// OpenSSL's command line hashes and signs; SM2 and ECDSA signatures in DER.
Bytes signWithCommandLine(EVP_PKEY* key, const char* digest, ByteView message);

/// r || s, each of that length, of a signature in DER.
Bytes rawSignature(const Bytes& der, std::size_t coordinate);

Bytes contentOf(const std::filesystem::path& file);

/// Botan opens an SM2 cipher with the private key.
Bytes decryptSm2(EVP_PKEY* key, const token::Sm2Cipher& cipher);
/// Botan's SM4, without padding.
Bytes decryptSm4Ecb(const Bytes& key, Bytes cipher);
/// 04 || X || Y of a private number, by Botan.
Bytes sm2PointOf(const Bytes& d);

/// An SM2 key that only Botan knows.
class BotanSigner {
  public:
    BotanSigner();
    ~BotanSigner();
    BotanSigner(const BotanSigner&) = delete;
    BotanSigner& operator=(const BotanSigner&) = delete;
    token::PublicKey publicKey() const;
    /// r || s, with the default user identifier.
    Bytes sign(ByteView message);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Botan's word on an SM2 signature in DER over a message, with the default user identifier.
bool botanVerifies(const token::PublicKey& key, ByteView message, ByteView derSignature);

/// A list, DER, by which an issuer revokes one certificate.
Bytes crlThatRevokes(X509* certificate, X509* issuer, EVP_PKEY* issuerKey, ca::Time now);

/// hash(origin) || hash(challenge).
Bytes loginMessage(const char* digest, std::string_view origin, std::string_view challenge);

}  // namespace ukey::sandbox_test
