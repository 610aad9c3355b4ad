#include "tokenlib/message/content_ciphers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"

namespace ukey::cms {
namespace {

using pki::ContentCipher;

constexpr std::array<std::pair<ContentCipher, std::string_view>, 4> kCiphers{{
    {ContentCipher::sm4Cbc, oids::kSm4Cbc},
    {ContentCipher::sm4Gcm, oids::kSm4Gcm},
    {ContentCipher::aes256Cbc, oids::kAes256Cbc},
    {ContentCipher::aes256Gcm, oids::kAes256Gcm},
}};

}  // namespace

Bytes cipherAlgorithm(ContentCipher cipher, ByteView iv) {
    const auto* found = std::find_if(kCiphers.begin(), kCiphers.end(),
                                     [&](const auto& entry) { return entry.first == cipher; });
    // GCMParameters (RFC 5084): the nonce, and the tag's length, of which 12 is the default.
    const Bytes parameters =
        pki::hasIntegrity(cipher)
            ? der::sequence({der::octetString(iv), der::integer(static_cast<std::uint32_t>(pki::kGcmTag))})
            : der::octetString(iv);
    return der::algorithmIdentifier(found->second, parameters);
}

CipherParameters readCipherAlgorithm(ByteView element) {
    der::Reader outer(element, "sealed message");
    der::Reader algorithm = outer.sequence();
    const std::string oid = algorithm.oid();
    const auto* found = std::find_if(kCiphers.begin(), kCiphers.end(),
                                     [&](const auto& entry) { return entry.second == oid; });
    const bool isBareSm4 = oid == oids::kSm4 && algorithm.peek() == der::kOctetString;
    if (found == kCiphers.end() && !isBareSm4) {
        throw Error(ErrorCode::unsupported, "sealed message: cipher " + oid);
    }
    CipherParameters out{isBareSm4 ? ContentCipher::sm4Cbc : found->first, {}};
    if (!pki::hasIntegrity(out.cipher)) {
        out.iv = toBytes(algorithm.octetString());
        return out;
    }
    der::Reader parameters = algorithm.sequence();
    out.iv = toBytes(parameters.octetString());
    if (parameters.atEnd() || parameters.smallInteger() != pki::kGcmTag) {
        throw Error(ErrorCode::unsupported, "sealed message: a shortened tag");
    }
    return out;
}

}  // namespace ukey::cms
