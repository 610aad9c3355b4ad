// Tokens behind a vendor's GM/T 0016-2012 (GB/T 35291) library, loaded at run time.
#pragma once

#include <memory>

#include "tokenlib/drivers/skf/skf_options.hpp"
#include "tokenlib/token/driver.hpp"

namespace ukey::skf {

/// Loads the library into this process. Throws driver-missing (no such file, or something that it needs is
/// not there), driver-bitness, driver-error (may be exchanged by other users, or is no GM/T 0016 library).
std::unique_ptr<token::Driver> loadDriver(const SkfOptions& options);

}  // namespace ukey::skf
