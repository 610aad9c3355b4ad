#include "sandbox/ra/proof.hpp"

#include <string_view>

#include "sandbox/login_check/data_signature.hpp"

namespace ukey::ra {

bool isProof(EVP_PKEY* oldKey, X509_REQ* request, ByteView signature) {
    // With its zero octet at the end: a signature over the request alone may be one that any page had made.
    constexpr std::string_view kDomain("Ukey Bridge renewal v2\0", 23);
    const auto csr = ca::toDer(i2d_X509_REQ, request);
    return login_check::isDataSignature(oldKey, std::string(kDomain) + std::string(asText(csr)), signature);
}

}  // namespace ukey::ra
