#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate.hpp"

/// One certificate in DER: whatever a token or an RA hands over.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto certificate = ukey::pki::Certificate::fromDer({data, size});
        if (ukey::pki::Certificate::fromPem(certificate.pem()) != certificate) __builtin_trap();
    } catch (const ukey::Error&) {
    }
    return 0;
}
