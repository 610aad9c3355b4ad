#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/message_domain.hpp"

/// Data of a page: judged the same however it is cut, and never taken when it is what a certificate's
/// signature is over.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ukey;
    pki::ReservedMessage whole;
    whole.update({data, size});
    pki::ReservedMessage pieces;
    for (std::size_t i = 0; i < size; i += 3) pieces.update({data + i, size - i < 3 ? size - i : 3});
    if (whole.found() != pieces.found()) __builtin_trap();
    return 0;
}
