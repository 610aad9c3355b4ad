#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/enveloped_key.hpp"

/// SignedAndEnvelopedData (GM/T 0010), BER or DER.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // The key of GB/T 32918.5's example stands for the encryption certificate's.
    static const ukey::token::PublicKey key = [] {
        ukey::token::PublicKey out;
        out.point = *ukey::fromHex(
            "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
            "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13");
        return out;
    }();
    try {
        ukey::pki::fromSignedAndEnvelopedData({data, size}, key, nullptr);
    } catch (const ukey::Error&) {
    }
    return 0;
}
