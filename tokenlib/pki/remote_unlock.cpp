#include "tokenlib/pki/remote_unlock.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"
#include "tokenlib/pki/sm4.hpp"

namespace ukey::pki {
namespace {

constexpr const char* kWhat = "UnlockResponse";
constexpr std::uint8_t kGeneralizedTime = 0x18;
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kDigest = 32;
constexpr std::size_t kMaxPin = 64;
constexpr std::size_t kMaxResponse = 8192;
constexpr std::size_t kMaxVendor = 4096;

[[noreturn]] void fail(const std::string& why) {
    throw Error(ErrorCode::unlockInvalid, std::string(kWhat) + ": " + why);
}

Bytes timeToDer(std::chrono::sys_seconds time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 32> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d%02u%02u%02d%02d%02dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()));
    return der::tlv(kGeneralizedTime, asBytes({text.data(), static_cast<std::size_t>(length)}));
}

std::variant<token::Sm2Cipher, Bytes> readAnswer(der::Reader& parts) {
    if (const auto sealed = parts.nextIf(der::constructed(0))) return sm2CipherFromDer(sealed->content);
    const ByteView vendor = parts.next(der::primitive(1)).content;
    if (vendor.empty() || vendor.size() > kMaxVendor) parts.fail("maker's answer of a wrong length");
    return Bytes(vendor.begin(), vendor.end());
}

UnlockResponse readResponse(ByteView encoded) {
    der::Reader outer(encoded, kWhat);
    der::Reader parts = outer.sequence();
    outer.end();
    if (parts.smallInteger() != kVersion) parts.fail("unknown version");
    UnlockResponse response;
    const ByteView nonce = parts.octetString();
    if (nonce.size() != kUnlockNonce) parts.fail("nonce of a wrong length");
    response.nonce.assign(nonce.begin(), nonce.end());
    response.answer = readAnswer(parts);
    parts.end();
    return response;
}

Secret decrypt(const Sm2PrivateKey& key, const token::Sm2Cipher& sealed) {
    try {
        return key.decrypt(sealed);
    } catch (const Error& error) {
        fail(error.what());
    }
}

}  // namespace

Bytes unlockRequestToDer(const UnlockRequest& request) {
    const Bytes challenge =
        request.challenge.empty() ? Bytes() : der::tlv(der::primitive(0), request.challenge);
    return der::sequence({der::integer(kVersion), der::tlv(der::kUtf8String, asBytes(request.serial)),
                          der::tlv(der::kUtf8String, asBytes(request.model)), der::octetString(request.nonce),
                          timeToDer(request.expires), der::octetString(request.key), challenge});
}

UnlockResponse unlockResponseFromDer(ByteView der) {
    if (der.size() > kMaxResponse) fail("too long");
    try {
        return readResponse(der);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::badRequest) throw;
        fail(error.what());
    }
}

Secret openAdministratorPin(const Sm2PrivateKey& key, ByteView requestDer, const token::Sm2Cipher& sealed) {
    const Secret plain = decrypt(key, sealed);
    if (plain.size() <= kDigest || plain.size() > kDigest + kMaxPin) fail("no PIN in it");
    const ByteView content = plain.view();
    if (!equalInConstantTime(content.first(kDigest), digest(token::DigestAlgorithm::sm3, requestDer)))
        fail("sealed for another request");
    const ByteView pin = content.subspan(kDigest);
    if (std::find(pin.begin(), pin.end(), 0) != pin.end()) fail("a PIN with a NUL in it");
    return Secret::copyOf(pin);
}

Bytes newUnlockNonce() {
    Bytes nonce(kUnlockNonce);
    fillRandom(nonce);
    return nonce;
}

}  // namespace ukey::pki
