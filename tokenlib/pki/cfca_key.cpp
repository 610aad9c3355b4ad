#include "tokenlib/pki/cfca_key.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"
#include "tokenlib/pki/sm4.hpp"
#include "tokenlib/pki/transfer_text.hpp"
#include "tokenlib/token/gmt0006.hpp"

namespace ukey::pki {
namespace {

constexpr std::size_t kHeader = 80;
constexpr std::size_t kMaxText = 16384;
constexpr std::size_t kPair = 96;
constexpr std::size_t kPoint = 64;
constexpr std::size_t kScalar = 32;

[[noreturn]] void fail(const char* why) {
    throw Error(ErrorCode::badRequest, std::string("CFCA key: ") + why);
}

bool startsWithHeader(std::string_view text) {
    return text.size() > kHeader &&
           std::all_of(text.begin(), text.begin() + kHeader, [](char c) { return c >= '0' && c <= '9'; });
}

Secret openPair(ByteView raw, const Sm2PrivateKey& key) {
    for (const Sm2CipherOrder order : {Sm2CipherOrder::c1c3c2, Sm2CipherOrder::c1c2c3}) {
        try {
            Secret plain = key.decrypt(sm2CipherFromRaw(raw, order));
            if (plain.size() == kPair) return plain;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::badRequest) throw;
        }
    }
    fail("not encrypted to the temporary key of this request");
}

}  // namespace

Bytes cfcaCiphertext(std::string_view text) {
    if (text.size() > kMaxText) throw Error(ErrorCode::tooLarge, "CFCA key: more than 16 KiB");
    std::string clean;
    std::copy_if(text.begin(), text.end(), std::back_inserter(clean),
                 [](char c) { return c > ' ' && c <= '~' && c != ',' && c != '"'; });
    std::string_view body = clean;
    if (startsWithHeader(body)) body.remove_prefix(kHeader);
    const auto encoded = objectFrom(body, beginsWithSequence);
    if (!encoded) fail("neither base64 nor hexadecimal of its structure");
    der::Reader outer(firstElement(*encoded), "CFCA key");
    der::Reader parts = outer.sequence();
    outer.end();
    parts.smallInteger();
    const ByteView raw = parts.octetString();
    parts.end();
    return {raw.begin(), raw.end()};
}

token::EnvelopedSm2Key rewrapCfcaKey(std::string_view text, const Sm2PrivateKey& temporaryKey,
                                     const token::PublicKey& signingKey) {
    const Secret pair = openPair(cfcaCiphertext(text), temporaryKey);
    const ByteView scalar = pair.view().subspan(kPoint, kScalar);
    const Sm2PrivateKey key = Sm2PrivateKey::fromScalar(scalar);
    if (!std::ranges::equal(pair.view().first(kPoint), ByteView(key.publicKey().point).subspan(1))) {
        fail("public and private key do not belong together");
    }
    Secret symmetricKey(16);
    symmetricKey.resize(16);
    fillRandom({symmetricKey.data(), symmetricKey.size()});
    Secret padded(kPoint);
    padded.resize(kPoint);
    std::fill_n(padded.data(), kPoint - kScalar, std::uint8_t{0});
    std::copy(scalar.begin(), scalar.end(), padded.data() + (kPoint - kScalar));

    token::EnvelopedSm2Key out;
    out.symmetricAlgorithm = token::kSgdSm4Ecb;
    out.encryptedPrivateKey = sm4EcbEncrypt(symmetricKey.view(), padded.view());
    out.publicKey = key.publicKey().point;
    out.wrappedKey = sm2Encrypt(signingKey, symmetricKey.view());
    return out;
}

}  // namespace ukey::pki
