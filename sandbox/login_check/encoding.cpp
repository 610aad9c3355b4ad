#include "sandbox/login_check/encoding.hpp"

#include <openssl/pem.h>

#include <algorithm>

#include "sandbox/login_check/signature_check.hpp"

namespace ukey::login_check {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kMaxCertificate = 16 * 1024;

bool isBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::optional<std::vector<std::uint8_t>> decodeBase64Url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const auto value = kAlphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> count));
            bits &= (1U << count) - 1U;
        }
    }
    // Left-over bits must be zero, or two texts would stand for the same octets.
    if (bits != 0) return std::nullopt;
    return bytes;
}

std::string encodeBase64Url(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8) | byte;
        for (count += 8; count >= 6; count -= 6) text.push_back(kAlphabet[(bits >> (count - 6)) & 63U]);
        bits &= (1U << count) - 1U;
    }
    if (count > 0) text.push_back(kAlphabet[(bits << (6 - count)) & 63U]);
    return text;
}

CertificatePtr parseCertificate(std::string_view pem) {
    if (pem.empty() || pem.size() > kMaxCertificate) return nullptr;
    const BioPtr input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!input) return nullptr;
    CertificatePtr certificate(PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr));
    if (!certificate) return nullptr;
    const char* rest = nullptr;
    const long restLength = BIO_get_mem_data(input.get(), &rest);
    if (restLength > 0 && !std::all_of(rest, rest + restLength, isBlank)) return nullptr;
    setDistinguishingId(certificate.get());
    return certificate;
}

}  // namespace ukey::login_check
