// What a CA publishes: revocation lists at the addresses that its certificates name, and its chain.
#pragma once

#include "sandbox/ca/certificate_centre.hpp"
#include "sandbox/http/router.hpp"

namespace ukey::sandbox {

/// GET /crl/NAME.crl and GET /ca/chain.pem.
void publish(http::Router& router, ca::CertificateCentre& centre);

}  // namespace ukey::sandbox
