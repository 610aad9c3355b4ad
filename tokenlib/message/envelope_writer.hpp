// Sealed messages: EnvelopedData of GM/T 0010 and of CMS, AuthEnvelopedData for GCM, written as a stream.
#pragma once

#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/family.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/content_cipher.hpp"

namespace ukey::cms {

struct EnvelopeOptions {
    Family family = Family::gm;
    pki::ContentCipher cipher = pki::ContentCipher::sm4Cbc;
    /// Of RSA recipients: OAEP with SHA-256, else PKCS#1 v1.5.
    bool oaep = true;
    /// Recipients are named by their subject key identifiers, where their certificates have one; else by
    /// issuer and serial number.
    bool byKeyIdentifier = false;
};

/// One layer, which any of its recipients opens. The concatenation of all that comes back is the message, BER
/// of indefinite length. To seal to a second group, the message of the first is the content of another.
class EnvelopeWriter {
  public:
    /// Throws bad-request for no recipient, certificate-mismatch (usage) for one whose certificate is not for
    /// encryption.
    EnvelopeWriter(const std::vector<pki::Certificate>& recipients, EnvelopeOptions options);

    Bytes update(ByteView content);
    Bytes finish();

  private:
    EnvelopeOptions options_;
    Bytes begin_;
    pki::CipherStream cipher_;
};

/// A whole message at once.
Bytes seal(ByteView content, const std::vector<pki::Certificate>& recipients, EnvelopeOptions options);

}  // namespace ukey::cms
