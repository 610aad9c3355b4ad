#include "sandbox/ra/secret_code.hpp"

#include <openssl/evp.h>

#include <array>

#include "sandbox/ca/keys.hpp"
#include "sandbox/ra/refusal.hpp"

namespace ukey::ra {
namespace {

constexpr std::int64_t kTries = 5;
constexpr std::size_t kSalt = 16;

std::string hashOf(const std::string& salt, const std::string& code) {
    const std::string text = salt + code;
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return toHex({digest.data(), length});
}

/// Without a bias: octets above the last multiple of ten are thrown away.
std::string randomDigits(unsigned count) {
    std::string digits;
    while (digits.size() < count) {
        for (const auto octet : ca::randomBytes(count)) {
            if (octet < 250 && digits.size() < count) digits.push_back(static_cast<char>('0' + octet % 10));
        }
    }
    return digits;
}

}  // namespace

std::string SecretCodes::make(const std::string& purpose, unsigned digits, std::chrono::seconds lifetime) {
    const auto code = randomDigits(digits);
    const auto salt = toHex(ca::randomBytes(kSalt));
    database_.run("INSERT OR REPLACE INTO code (purpose, salt, hash, expires, tries) VALUES (?, ?, ?, ?, 0)",
                  purpose, salt, hashOf(salt, code), toSeconds(clock_() + lifetime));
    return code;
}

std::optional<Time> SecretCodes::madeAt(const std::string& purpose, std::chrono::seconds lifetime) {
    auto row = database_.query("SELECT expires FROM code WHERE purpose = ?", purpose);
    if (!row.step()) return std::nullopt;
    return fromSeconds(row.number(0)) - lifetime;
}

void SecretCodes::check(const std::string& purpose, const std::string& code) {
    // Counted before it is compared, so that tries at the same time all count.
    database_.run("UPDATE code SET tries = tries + 1 WHERE purpose = ?", purpose);
    auto row = database_.query("SELECT salt, hash, expires, tries FROM code WHERE purpose = ?", purpose);
    if (!row.step()) throw Refused(Reason::codeWrong);
    if (row.number(3) > kTries) throw Refused(Reason::codeLocked);
    if (!equalInConstantTime(asBytes(hashOf(row.text(0), code)), asBytes(row.text(1)))) {
        throw Refused(row.number(3) == kTries ? Reason::codeLocked : Reason::codeWrong);
    }
    if (row.number(2) < toSeconds(clock_())) throw Refused(Reason::codeExpired);
    database_.run("UPDATE code SET tries = 0 WHERE purpose = ?", purpose);
}

void SecretCodes::remove(const std::string& purpose) {
    database_.run("DELETE FROM code WHERE purpose = ?", purpose);
}

}  // namespace ukey::ra
