// Signed messages: GB/T 35275 for SM2, PKCS#7 and CMS (CAdES-B-B) for all keys, written as a stream.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/family.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::cms {

struct SignedDataOptions {
    Family family = Family::cms;
    bool detached = true;
    /// Signed attributes: content type, message digest, and the signing time where there is one.
    bool attributes = true;
    /// CAdES-B-B (ETSI EN 319 122-1): the attributes, and which certificate signed.
    bool cades = false;
    /// PAdES wants it left out (ETSI EN 319 142-1): the PDF says it itself.
    std::optional<std::chrono::sys_seconds> signingTime;
    /// Put into the message beside the signer's own certificate.
    std::vector<pki::Certificate> chain;
};

/// One signature over one content. The key is elsewhere: the writer says which digest it has to sign, and
/// takes the raw signature. In order: `update` any number of times, `digestToSign`, `finish`. The
/// concatenation of all that comes back is the message: DER where it is detached, BER of indefinite length
/// where the content is inside.
class SignedDataWriter {
  public:
    /// Throws bad-request for a certificate whose key or key usage does not sign.
    SignedDataWriter(pki::Certificate signer, SignedDataOptions options);

    token::DigestAlgorithm digestAlgorithm() const noexcept { return digestAlgorithm_; }

    Bytes update(ByteView content);
    Bytes digestToSign();
    /// `raw` is as token::Sign returns it. Throws driver-error when it is no signature of that digest by this
    /// key: such a one never leaves.
    Bytes finish(ByteView raw);

  private:
    Bytes signerInfo(ByteView raw) const;

    pki::Certificate signer_;
    SignedDataOptions options_;
    token::DigestAlgorithm digestAlgorithm_;
    pki::Digest digest_;
    std::vector<Bytes> attributes_;
    Bytes toSign_;
    bool hasBegun_ = false;
};

/// Digest in, raw signature out.
using SignDigest = std::function<Bytes(token::DigestAlgorithm algorithm, ByteView digest)>;

/// A whole message at once, in DER.
Bytes signedData(ByteView content, pki::Certificate signer, SignedDataOptions options,
                 const SignDigest& sign);

struct SignedDataParts;

/// One more signer of a message that there is. The message's family and form stay. In order: `update` any
/// number of times, `digestToSign`, `finish`.
class SignedDataAddition {
  public:
    /// Throws bad-request for what is no signed message, unsupported for one over something else than data,
    /// and what SignedDataWriter throws.
    SignedDataAddition(ByteView message, const pki::Certificate& signer, SignedDataOptions options);
    SignedDataAddition(SignedDataAddition&& other) noexcept;
    ~SignedDataAddition();

    token::DigestAlgorithm digestAlgorithm() const noexcept { return writer_->digestAlgorithm(); }
    /// What the message was made over, where it holds that; nothing where it is detached.
    const std::optional<Bytes>& content() const noexcept;
    /// What the others signed: of a message that holds it, `content`.
    void update(ByteView content) { writer_->update(content); }
    Bytes digestToSign() { return writer_->digestToSign(); }
    /// As SignedDataWriter::finish takes it; the whole message, in DER.
    Bytes finish(ByteView raw);

  private:
    std::unique_ptr<SignedDataParts> parts_;
    std::optional<SignedDataWriter> writer_;
};

/// The same at once; `content` is not looked at where the message holds its own.
Bytes addSigner(ByteView message, ByteView content, const pki::Certificate& signer, SignedDataOptions options,
                const SignDigest& sign);

}  // namespace ukey::cms
