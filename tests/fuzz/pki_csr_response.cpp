#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/csr_response.hpp"

/// CSRResponse (GM/T 0092), BER or DER.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        if (ukey::pki::parseCsrResponse({data, size}).signCertificates.empty()) __builtin_trap();
    } catch (const ukey::Error&) {
    }
    return 0;
}
