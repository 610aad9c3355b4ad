// The trading centre's own key, certified by the CA like anybody's, for the receipts that it gives.
#pragma once

#include "sandbox/ca/certificate_centre.hpp"
#include "sandbox/trading/bidding.hpp"

namespace ukey::sandbox {

/// Key and certificate are made at the first time and kept in the folder, private.
trading::Sealer tradingCentre(const std::filesystem::path& dataFolder, ca::CertificateCentre& centre);

}  // namespace ukey::sandbox
