// Keys and a certificate authority for tests, made with OpenSSL's own functions and none of pki's.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/operations.hpp"
#include "tokenlib/token/types.hpp"

struct evp_pkey_st;
struct x509_st;

namespace ukey::pki::test {

/// A private key in software, in the place of a token.
class TestKey {
  public:
    static TestKey generate(token::KeyAlgorithm algorithm);
    /// One and the same in the whole program, for where any key does: RSA keys take seconds to make.
    static const TestKey& shared(token::KeyAlgorithm algorithm);
    /// 1024 bits; of its public key only the numbers are good.
    static TestKey weakRsa();
    /// An SM2 key from its scalar and point.
    static TestKey sm2(ByteView scalar, ByteView point);

    const token::PublicKey& publicKey() const { return publicKey_; }
    /// What token::Sign gives: raw, over a digest.
    Bytes sign(token::DigestAlgorithm algorithm, ByteView digest) const;
    /// Opens an SM2Cipher in DER, or an RSA PKCS#1 v1.5 block. Throws std::runtime_error.
    Bytes decrypt(ByteView cipher) const;
    /// What token::Decrypt gives of the others. Throw std::runtime_error.
    Bytes decrypt(const token::OaepCipher& cipher) const;
    Bytes decrypt(const token::BareRsaCipher& cipher) const;
    Bytes decrypt(const token::KeyAgreement& agreement) const;
    /// 32 octets (SM2).
    Bytes scalar() const;
    /// RSAPrivateKey.
    Bytes pkcs1() const;
    evp_pkey_st* handle() const { return key_.get(); }

  private:
    std::shared_ptr<evp_pkey_st> key_;
    token::PublicKey publicKey_;
};

inline constexpr std::uint16_t kSignUsage = 0b11;
inline constexpr std::uint16_t kEncryptUsage = 0b11100;
inline constexpr std::uint16_t kCaUsage = 0b1100000;

struct CertificateSpec {
    std::vector<std::pair<std::string, std::string>> subject{{"C", "CN"}, {"O", "测试单位"}, {"CN", "张三"}};
    std::uint16_t keyUsage = kSignUsage;  ///< 0: no such extension.
    bool ca = false;
    std::chrono::seconds validFrom{-3600};  ///< From now.
    std::chrono::seconds validTo{86400};
    std::uint64_t serial = 0x1234567890ABCDEFULL;
    /// OID, with "critical:" before it for one that is, and the octets of the extension's value.
    std::vector<std::pair<std::string, Bytes>> extensions{};
};

class TestCa {
  public:
    /// A root.
    explicit TestCa(token::KeyAlgorithm algorithm, const std::string& name = "Test Root");
    /// A CA below another.
    TestCa(const TestCa& parent, token::KeyAlgorithm algorithm, const std::string& name);

    /// A root with an RSA key of 1024 bits.
    static TestCa ofWeakRsa();

    /// DER.
    Bytes issue(const token::PublicKey& key, const CertificateSpec& spec = {}) const;
    const Bytes& certificate() const { return certificate_; }

  private:
    TestCa(TestKey key, const std::string& name);

    TestKey key_;
    std::string name_;
    Bytes certificate_;
};

/// X.509 for a key, from OpenSSL: DER SubjectPublicKeyInfo.
Bytes spkiOf(const TestKey& key);

/// SM2 encryption by OpenSSL: DER SM2Cipher. RSA: PKCS#1 v1.5.
Bytes encryptTo(const TestKey& key, ByteView plain);

/// One cipher operation without padding by OpenSSL, e.g. "SM4-ECB".
Bytes encryptWith(const char* cipher, ByteView key, ByteView iv, ByteView plain);

}  // namespace ukey::pki::test
