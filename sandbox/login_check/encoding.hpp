// The two encodings that a login answer comes in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/login_check/openssl_ptr.hpp"

namespace ukey::login_check {

/// RFC 4648 section 5 without padding, strictly: nothing when there is anything else in the text.
std::optional<std::vector<std::uint8_t>> decodeBase64Url(std::string_view text);
std::string encodeBase64Url(const std::vector<std::uint8_t>& bytes);

/// Exactly one certificate in PEM, with nothing but white space after it; null otherwise. For SM2
/// certificates the distinguishing identifier is set, without which OpenSSL 3.0 cannot check their
/// signatures.
CertificatePtr parseCertificate(std::string_view pem);

}  // namespace ukey::login_check
