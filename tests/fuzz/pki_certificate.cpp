#include <cstddef>
#include <cstdint>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/chain.hpp"

/// One certificate in DER, whatever a token or an RA hands over: read, shown, and asked whether it issued
/// itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto certificate = ukey::pki::Certificate::fromDer({data, size});
        if (ukey::pki::Certificate::fromPem(certificate.pem()) != certificate) __builtin_trap();
        if (!ukey::isUtf8(certificate.subject()) || !ukey::isUtf8(certificate.issuer())) __builtin_trap();
        ukey::pki::checkChain(certificate, {certificate}, {certificate}, certificate.notBeforeTime());
    } catch (const ukey::Error&) {
    }
    return 0;
}
