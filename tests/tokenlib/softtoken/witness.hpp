// Independent cryptography for the tests: Botan reckons what the token should have reckoned.
#pragma once

#include "skf_client.hpp"

namespace ukey::softtoken::witness {

/// Whether r, s sign the message for the user's name (Z and SM3 reckoned by Botan).
bool verifySm2(const ECCPUBLICKEYBLOB& key, const Octets& message, const std::string& id,
               const ECCSIGNATUREBLOB& signature);
/// Signs a message, hash and all.
ECCSIGNATUREBLOB signSm2(const Octets& d, const Octets& message, const std::string& id);

ECCPUBLICKEYBLOB sm2PublicKey(const Octets& d);
ECCPRIVATEKEYBLOB sm2PrivateKey(const Octets& d);

/// An ECCCIPHERBLOB with room for its cipher text.
class CipherBlob {
  public:
    explicit CipherBlob(std::size_t capacity) : octets_(sizeof(ECCCIPHERBLOB) - 1 + capacity) {}
    ECCCIPHERBLOB* get() { return reinterpret_cast<ECCCIPHERBLOB*>(octets_.data()); }
    BYTE* data() { return octets_.data(); }
    ULONG size() const { return static_cast<ULONG>(octets_.size()); }

  private:
    Octets octets_;
};
CipherBlob encryptSm2(const ECCPUBLICKEYBLOB& key, const Octets& plain);
Octets decryptSm2(const Octets& d, const ECCCIPHERBLOB* cipher);

/// SM4-ECB without padding.
Octets sm4Ecb(const Octets& key, const Octets& blocks);
/// With a Botan mode such as "SM4/CBC/PKCS7".
Octets sm4(const std::string& mode, const Octets& key, const Octets& iv, const Octets& data);
Octets hash(const std::string& algorithm, const Octets& data);

/// ENVELOPEDKEYBLOB as a key centre makes it.
class Envelope {
  public:
    Envelope() : octets_(sizeof(ENVELOPEDKEYBLOB) - 1 + 16) {}
    ENVELOPEDKEYBLOB* blob() { return reinterpret_cast<ENVELOPEDKEYBLOB*>(octets_.data()); }

  private:
    Octets octets_;
};
Envelope envelope(const ECCPUBLICKEYBLOB& signingKey, const Octets& d);

/// What the sponsor of a key agreement reckons (GB/T 32918.3), 16 octets.
Octets agreeAsSponsor(const Octets& d, const Octets& temporary, const std::string& id,
                      const ECCPUBLICKEYBLOB& peer, const ECCPUBLICKEYBLOB& peerTemporary,
                      const std::string& peerId);

/// PKCS#1 v1.5 with Botan.
bool verifyRsa(const RSAPUBLICKEYBLOB& key, const std::string& padding, const Octets& data,
               const Octets& signature);
Octets encryptRsa(const RSAPUBLICKEYBLOB& key, const Octets& plain);
/// A new pair: RSAPrivateKey (PKCS#1) and its modulus.
struct RsaPair {
    Octets pkcs1;
    Octets modulus;
};
RsaPair newRsaPair();

/// The answer that the keeper of the administrator PIN gives to a remote unblocking request.
Octets remoteAnswer(const std::string& adminPin, const std::string& newPin, const Octets& request);

}  // namespace ukey::softtoken::witness
