#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/public_key.hpp"
#include "tokenlib/pki/signature.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"

namespace {

/// What is read strictly is written back the same.
template <typename Read, typename Write>
void readsAndWrites(ukey::ByteView input, Read read, Write write) {
    ukey::Bytes written;
    try {
        written = write(read(input));
    } catch (const ukey::Error&) {
        return;
    }
    if (!std::ranges::equal(written, input)) __builtin_trap();
}

/// What is read patiently is the same when it was written and read again.
template <typename Read, typename Write>
void readsTheSameAgain(ukey::ByteView input, Read read, Write write) {
    std::optional<decltype(read(input))> value;
    try {
        value = read(input);
    } catch (const ukey::Error&) {
        return;
    }
    if (!(read(write(*value)) == *value)) __builtin_trap();
}

}  // namespace

/// The small structures: signatures, SM2 ciphertexts, public keys.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace pki = ukey::pki;
    const ukey::ByteView input(data, size);
    for (const auto algorithm : {ukey::token::KeyAlgorithm::sm2, ukey::token::KeyAlgorithm::p384}) {
        readsAndWrites(
            input, [&](ukey::ByteView der) { return pki::signatureFromDer(algorithm, der); },
            [&](const ukey::Bytes& raw) { return pki::signatureToDer(algorithm, raw); });
    }
    readsTheSameAgain(input, pki::sm2CipherFromDer, pki::sm2CipherToDer);
    readsTheSameAgain(input, pki::fromSubjectPublicKeyInfo, pki::toSubjectPublicKeyInfo);
    return 0;
}
