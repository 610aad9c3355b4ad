#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/enveloped_key.hpp"

/// ENVELOPEDKEYBLOB (GM/T 0016).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto key = ukey::pki::fromSkfEnvelopedKeyBlob({data, size});
        if (key.encryptedPrivateKey.size() != 64 || key.wrappedKey.cipher.size() != 16) __builtin_trap();
    } catch (const ukey::Error&) {
    }
    return 0;
}
