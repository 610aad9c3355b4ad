#include "holders.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "tokenlib/pki/sm2_cipher.hpp"

namespace ukey::cms::test {

const Signer& holder(token::KeyAlgorithm algorithm) {
    static std::map<token::KeyAlgorithm, Signer> holders;
    if (!holders.contains(algorithm)) {
        holders.emplace(algorithm, Signer::of(algorithm, {.keyUsage = pki::test::kEncryptUsage}));
    }
    return holders.at(algorithm);
}

Bytes contentKeyFor(const Signer& who, const Recipient& recipient) {
    switch (recipient.transport) {
        case KeyTransport::sm2:
            return who.key.decrypt(pki::sm2CipherToDer(recipient.sm2Ciphers().at(0)));
        case KeyTransport::rsaPkcs1:
            return who.key.decrypt(recipient.encryptedKey);
        case KeyTransport::rsaOaep:
            return who.key.decrypt(recipient.oaep);
        case KeyTransport::ecdh:
            return toBytes(
                recipient.unwrapped(who.key.decrypt(token::KeyAgreement{recipient.agreement.point}))
                    .value()
                    .view());
        case KeyTransport::other:
            break;
    }
    throw std::runtime_error("no way to open it");
}

OpenedMessage openedAndJudged(const Signer& who, ByteView message, const VerifyOptions& options,
                              std::size_t piece) {
    OpenedMessage out;
    EnvelopeReader reader(options, [&](ByteView octets) {
        out.content.insert(out.content.end(), octets.begin(), octets.end());
    });
    for (bool hasKey = false; !message.empty();) {
        message = message.subspan(reader.feed(message.first(std::min(piece, message.size()))));
        if (!reader.isBegun() || hasKey) continue;
        for (const Recipient& recipient : reader.recipients()) {
            if (!recipient.names(who.certificate)) continue;
            reader.setKey(contentKeyFor(who, recipient));
            hasKey = true;
        }
        if (!hasKey) throw std::runtime_error("not a recipient");
    }
    out.verdict = reader.finish();
    return out;
}

Bytes opened(const Signer& who, ByteView message, std::size_t piece) {
    OpenedMessage out = openedAndJudged(who, message, {}, piece);
    if (out.verdict) throw std::runtime_error("signed");
    return std::move(out.content);
}

}  // namespace ukey::cms::test
