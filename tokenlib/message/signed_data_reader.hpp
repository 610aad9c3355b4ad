// Signed messages read and judged, as streams: of either family, BER or DER, whoever wrote them.
#pragma once

#include <functional>
#include <memory>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/verdict.hpp"

namespace ukey::cms {

/// `feed` takes the message; where it is detached, `feedContent` takes what it was made over, after the whole
/// message. What `content` is given of an attached message counts for nothing before `finish` said so.
///
/// An SM2 signature without attributes depends on the signer's certificate, which comes after an attached
/// content: of more than 1 MiB such a signer's certificate has to be among the options, or the signer is
/// refused (`certificate-missing`).
class SignedDataReader {
  public:
    using Content = std::function<void(ByteView octets)>;

    explicit SignedDataReader(VerifyOptions options, Content content = {});
    ~SignedDataReader();

    /// Throws bad-request for what is no SignedData, `unsupported` for content that is no octets.
    void feed(ByteView message);
    void feedContent(ByteView content);
    SignedDataVerdict finish();

  private:
    class Work;
    std::unique_ptr<Work> work_;
};

/// A whole message at once; `content` where it is detached.
SignedDataVerdict verifySignedData(ByteView message, ByteView content, VerifyOptions options);

}  // namespace ukey::cms
