// Sealed messages read as streams: of either family, BER or DER, whoever wrote them.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/family.hpp"
#include "tokenlib/message/recipients.hpp"
#include "tokenlib/pki/content_cipher.hpp"

namespace ukey::cms {

/// The message in pieces; after its beginning the recipients are known, and with the content's key the
/// content comes.
class EnvelopeReader {
  public:
    using Content = std::function<void(ByteView octets)>;

    explicit EnvelopeReader(Content content = {});
    ~EnvelopeReader();

    /// Up to the first octet of the content, or all of it once there is a key: how much was taken. Throws
    /// bad-request for what is no sealed message, `unsupported` for a cipher that is not known here.
    std::size_t feed(ByteView message);
    /// Whether the beginning is whole: recipients, family and cipher are known.
    bool isBegun() const noexcept;
    const std::vector<Recipient>& recipients() const;
    Family family() const;
    pki::ContentCipher cipher() const;

    /// Throws bad-request for a key of a wrong length.
    void setKey(ByteView key);
    /// Throws bad-request when the content is not as it was sealed, or the message ends too early: nothing
    /// that came before counts.
    void finish();

  private:
    class Work;
    std::unique_ptr<Work> work_;
};

}  // namespace ukey::cms
