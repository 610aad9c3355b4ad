#include "tokenlib/message/envelope_writer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/ber_pieces.hpp"
#include "tokenlib/message/envelope_parts.hpp"

namespace ukey::cms {
namespace {

Bytes beginning(const std::vector<pki::Certificate>& recipients, const EnvelopeOptions& options,
                const ContentKey& key) {
    const Bytes infos = recipientInfos(recipients, options, key);
    const bool isAuthenticated = pki::hasIntegrity(options.cipher);
    // EnvelopedData of CMS and AuthEnvelopedData begin with 0, that of GM/T 0010 with 1, and with 2 where
    // keys are agreed on or a key identifier names a recipient (RFC 5652 6.1).
    const auto isLater = [&](const pki::Certificate& one) {
        return isOnCurve(one) || isNamedByKey(one, options);
    };
    const std::uint32_t later = std::ranges::any_of(recipients, isLater) ? 2 : 0;
    const std::uint32_t plain = options.family == Family::gm ? 1 : 0;
    const std::uint32_t version = isAuthenticated ? 0 : std::max(later, plain);
    const Bytes type =
        der::oid(isAuthenticated ? std::string(oids::kAuthEnvelopedData) : contentType(options.family, 3));
    return der::join({indefinite(der::kSequence), type, indefinite(der::constructed(0)),
                      indefinite(der::kSequence), der::integer(version), infos,
                      encryptedContentBeginning(options, key)});
}

}  // namespace

EnvelopeWriter::EnvelopeWriter(const std::vector<pki::Certificate>& recipients, EnvelopeOptions options)
    : options_(options), cipher_([&] {
          const ContentKey key(options.cipher);
          begin_ = beginning(recipients, options, key);
          return key.sealing();
      }()) {}

Bytes EnvelopeWriter::update(ByteView content) {
    Bytes out = std::exchange(begin_, {});
    appendSealed(out, cipher_, content);
    return out;
}

Bytes EnvelopeWriter::finish() {
    const Bytes rest = update({});
    const Bytes last = octetStrings(cipher_.finishSeal());
    const Bytes mac = pki::hasIntegrity(options_.cipher) ? der::octetString(cipher_.tag()) : Bytes{};
    // The octet string, what holds it; then the MAC, and the three that hold all.
    return der::join(
        {rest, last, kEndOfContents, kEndOfContents, mac, kEndOfContents, kEndOfContents, kEndOfContents});
}

Bytes seal(ByteView content, const std::vector<pki::Certificate>& recipients, EnvelopeOptions options) {
    EnvelopeWriter writer(recipients, options);
    return der::fromBer(der::join({writer.update(content), writer.finish()}), "sealed message");
}

}  // namespace ukey::cms
