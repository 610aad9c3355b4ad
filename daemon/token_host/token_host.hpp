// The process that loads one driver library: reads operations from its pipe, runs them, asks for PINs
// itself. It holds no network code and no cryptography.
#pragma once

#include <functional>
#include <memory>

#include "tokenlib/pipe/host_arguments.hpp"
#include "tokenlib/token/driver.hpp"

namespace ukey::token_host {

/// Throws driver-missing, driver-bitness, driver-error.
using DriverLoader = std::function<std::unique_ptr<token::Driver>(const pipe::HostArguments&)>;

/// Shuts the process off from what is not its business, loads the driver and serves until ukeyd closes the
/// pipe. Returns the exit code. Throws bad-request when no pipe was inherited.
int runHost(const pipe::HostArguments& arguments, const DriverLoader& loadDriver);

}  // namespace ukey::token_host
