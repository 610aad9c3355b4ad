#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/public_key.hpp"

/// A SubjectPublicKeyInfo in any clothes: what comes out is the same key again in ours.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto key = ukey::pki::fromSubjectPublicKeyInfo({data, size});
        if (ukey::pki::fromSubjectPublicKeyInfo(ukey::pki::toSubjectPublicKeyInfo(key)) != key)
            __builtin_trap();
    } catch (const ukey::Error&) {
    }
    return 0;
}
