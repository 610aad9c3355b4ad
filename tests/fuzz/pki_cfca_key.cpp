#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/cfca_key.hpp"

/// CFCA's text, and the ciphertext in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto temporaryKey = ukey::pki::Sm2PrivateKey::fromScalar(ukey::Bytes(32, 7));
    try {
        ukey::pki::rewrapCfcaKey(ukey::asText({data, size}), temporaryKey, temporaryKey.publicKey());
    } catch (const ukey::Error&) {
    }
    return 0;
}
