// The process that loads one driver library: reads operations from its socket, runs them, asks for PINs
// itself. It holds no network code and no cryptography.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tokenlib/prompt/prompt.hpp"
#include "tokenlib/token/driver.hpp"

namespace ukey::host {

/// The descriptor that ukeyd gives the host its socket as.
inline constexpr int kSocketDescriptor = 3;

/// The command line that ukeyd writes.
struct HostOptions {
    std::string kind;     ///< "skf" or "pkcs11".
    std::string library;  ///< Absolute path.
    std::string options;  ///< JSON object of the driver, or empty.
    prompt::PromptSettings prompt;
};

/// Takes --kind, --library, --options, --pinentry, --terminal, --terminal-type, each with a value. Throws
/// bad-request.
HostOptions parseHostOptions(int count, const char* const* arguments);

/// Throws driver-missing, driver-bitness, driver-error.
using DriverLoader = std::function<std::unique_ptr<token::Driver>(const HostOptions&)>;

/// Shuts the process off from what is not its business, loads the driver and serves until ukeyd closes the
/// socket. Returns the exit code.
int runHost(const HostOptions& options, const DriverLoader& loadDriver);

}  // namespace ukey::host
