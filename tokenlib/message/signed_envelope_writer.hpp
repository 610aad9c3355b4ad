// Messages signed and sealed in one: SignedAndEnvelopedData of GM/T 0010 and of PKCS#7, written as a stream.
#pragma once

#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/envelope_writer.hpp"
#include "tokenlib/message/signed_data_writer.hpp"

namespace ukey::cms {

/// One signature over one content, and that sealed; who signed stands in the message for everybody to read,
/// and for whom it was sealed is not signed. The signature is not encrypted a second time, as PKCS#7 once had
/// it: nobody else does. In order: `update` any number of times, `digestToSign`, `finish`. The concatenation
/// of all that comes back is the message, BER of indefinite length.
class SignedEnvelopeWriter {
  public:
    /// The family is that of `options`, and the content is always inside. Throws what EnvelopeWriter and
    /// SignedDataWriter do, and bad-request for what the form has no place for: ciphers with a tag,
    /// recipients that key identifiers name, and such on curves without encryption.
    SignedEnvelopeWriter(const std::vector<pki::Certificate>& recipients, EnvelopeOptions options,
                         pki::Certificate signer, SignedDataOptions signing);

    token::DigestAlgorithm digestAlgorithm() const noexcept { return signer_.digestAlgorithm(); }

    Bytes update(ByteView content);
    Bytes digestToSign() { return signer_.digestToSign(); }
    /// As SignedDataWriter::finish takes it.
    Bytes finish(ByteView raw);

  private:
    SignedDataWriter signer_;
    Bytes begin_;
    pki::CipherStream cipher_;
};

/// A whole message at once, in DER.
Bytes signAndSeal(ByteView content, const std::vector<pki::Certificate>& recipients, EnvelopeOptions options,
                  pki::Certificate signer, SignedDataOptions signing, const SignDigest& sign);

}  // namespace ukey::cms
