// Which driver a host loads, with which options.
#pragma once

#include "daemon/token_host/token_host.hpp"

namespace ukey::token_host {

/// Loads the driver that the command line names. Throws bad-request for an unknown kind or options, else what
/// the drivers throw.
std::unique_ptr<token::Driver> loadNamedDriver(const pipe::HostArguments& arguments);

}  // namespace ukey::token_host
