// The signers of a message judged, whatever kind of message it is, over a content that streams past. Used
// inside message only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/message/content_digests.hpp"
#include "tokenlib/message/signed_data_parts.hpp"
#include "tokenlib/message/signer_info.hpp"
#include "tokenlib/message/verdict.hpp"

namespace ukey::cms {

/// In order: `expect`, `update` any number of times, `finish`; and `meet` once, as early as the message says
/// who its signers are.
class SignerJudge {
  public:
    explicit SignerJudge(VerifyOptions options);

    /// The digest algorithms that a message names before its content, inside their SET. Throws bad-request.
    void expect(der::Reader algorithms);
    /// Throws bad-request.
    void meet(SignerParts signers);
    void update(ByteView content) { digests_.update(content); }
    /// Without the message's family and form. Throws bad-request.
    SignedDataVerdict finish();

  private:
    std::optional<pki::Certificate> find(const SignerInfo& info) const;
    SignerVerdict judge(ByteView element) const;
    std::optional<TimeStampVerdict> timeStampOf(const SignerInfo& info) const;
    std::string_view judgeSignature(const SignerInfo& info, SignerVerdict& verdict) const;
    std::string_view judgeAttributes(const SignerInfo& info, token::DigestAlgorithm digest, ByteView raw,
                                     SignerVerdict& verdict) const;
    bool isContentType(const std::string& oid) const;
    std::string judgeCertificate(const pki::Certificate& signer, std::chrono::sys_seconds time) const;

    VerifyOptions options_;
    ContentDigests digests_;
    SignerParts signers_;
    std::vector<pki::Certificate> certificates_;
};

}  // namespace ukey::cms
