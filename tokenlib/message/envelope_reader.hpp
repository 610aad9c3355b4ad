// Sealed messages read as streams: of either family, BER or DER, whoever wrote them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/family.hpp"
#include "tokenlib/message/recipients.hpp"
#include "tokenlib/message/verdict.hpp"
#include "tokenlib/pki/content_cipher.hpp"

namespace ukey::cms {

/// The message in pieces; after its beginning the recipients are known, and with the content's key the
/// content comes.
///
/// Of SignedAndEnvelopedData the signers are judged, too. Of an SM2 signature without attributes what
/// SignedDataReader says holds here: its certificate comes after the content.
class EnvelopeReader {
  public:
    using Content = std::function<void(ByteView octets)>;

    /// `options`: by what signers are judged, where there are any.
    explicit EnvelopeReader(VerifyOptions options, Content content = {});
    ~EnvelopeReader();

    /// Up to the first octet of the content, or all of it once there is a key: how much was taken. Throws
    /// bad-request for what is no sealed message, `unsupported` for a cipher that is not known here.
    std::size_t feed(ByteView message);
    /// Whether the beginning is whole: what the next four say is known.
    bool isBegun() const noexcept;
    /// Whether it says of itself that it is signed: SignedAndEnvelopedData. What its signatures are worth
    /// `finish` says.
    bool isSigned() const noexcept;
    const std::vector<Recipient>& recipients() const;
    Family family() const;
    pki::ContentCipher cipher() const;

    /// Throws bad-request for a key of a wrong length.
    void setKey(ByteView key);
    /// Throws bad-request when the content is not as it was sealed, or the message ends too early: nothing
    /// that came before counts.
    ///
    /// What comes back of a signed message is as much a part of the outcome as the content: nothing but a
    /// valid verdict says whose content it is. Nothing for a message that is not signed; who wants to know
    /// whose content it is has to refuse that one as well, for anybody can take the signatures off.
    [[nodiscard]] std::optional<SignedDataVerdict> finish();

  private:
    class Work;
    std::unique_ptr<Work> work_;
};

}  // namespace ukey::cms
