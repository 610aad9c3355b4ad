// What all sealed messages are written of. Used inside message only.
#pragma once

#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/message/envelope_writer.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/content_cipher.hpp"

namespace ukey::cms {

/// Of one content, fresh.
struct ContentKey {
    explicit ContentKey(pki::ContentCipher cipher);
    pki::CipherStream sealing() const;

    pki::ContentCipher cipher;
    Secret key;
    Bytes iv;
};

/// RecipientInfos. Throws what EnvelopeWriter does.
Bytes recipientInfos(const std::vector<pki::Certificate>& recipients, const EnvelopeOptions& options,
                     const ContentKey& key);

/// EncryptedContentInfo up to the content's octets, of which both are open then.
Bytes encryptedContentBeginning(const EnvelopeOptions& options, const ContentKey& key);

/// The content's next octets, sealed, as pieces of its octet string.
void appendSealed(Bytes& out, pki::CipherStream& cipher, ByteView content);

/// KeyAgreeRecipientInfo, which is what it takes on these curves.
bool isOnCurve(const pki::Certificate& recipient);
/// Whether a key identifier names the recipient.
bool isNamedByKey(const pki::Certificate& recipient, const EnvelopeOptions& options);

}  // namespace ukey::cms
