// What a CA publishes: revocation lists at the addresses that its certificates name, and its chain.
#pragma once

#include "sandbox/ca/certificate_centre.hpp"
#include "sandbox/http/router.hpp"

namespace ukey::sandbox {

/// GET /crl/NAME.crl and GET /ca/chain.pem.
void publish(http::Router& router, ca::CertificateCentre& centre);

/// `GET /api/links`: where the portal is, by the name that the page itself goes by.
void publishLinks(http::Router& router, std::uint16_t portalPort);

}  // namespace ukey::sandbox
