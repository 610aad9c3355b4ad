#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/remote_unlock.hpp"
#include "tokenlib/pki/unlock_authority.hpp"

/// What a page says is the RA's answer to an unlock request; whatever can be read is opened with a key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ukey;
    static const auto key = pki::Sm2PrivateKey::fromScalar(Bytes(32, 7));
    try {
        // The signed form first, as it comes; then what is in it, or the input as if it were.
        static const pki::UnlockAuthorities nobody;
        pki::requireAuthority(pki::signedUnlockResponseFromDer({data, size}), Bytes(4, 1), nobody, {});
        __builtin_trap();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::unlockInvalid) __builtin_trap();
    }
    try {
        const auto response = pki::unlockResponseFromDer({data, size});
        if (response.nonce.size() != pki::kUnlockNonce) __builtin_trap();
        if (const auto* sealed = std::get_if<token::Sm2Cipher>(&response.answer))
            (void)pki::openAdministratorPin(key, Bytes(4, 1), *sealed);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::unlockInvalid) __builtin_trap();
    }
    return 0;
}
