#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate_bag.hpp"

/// Certificates as PEM, base64, hexadecimal, DER or p7b.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        if (ukey::pki::parseCertificates(ukey::asText({data, size})).empty()) __builtin_trap();
    } catch (const ukey::Error&) {
    }
    return 0;
}
