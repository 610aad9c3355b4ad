#include "sandbox/http/sha256.hpp"

#include <openssl/evp.h>

#include <array>

#include "tokenlib/base/bytes.hpp"

namespace ukey::http {

std::string sha256Of(std::string_view octets) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(octets.data(), octets.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return toHex({digest.data(), length});
}

}  // namespace ukey::http
