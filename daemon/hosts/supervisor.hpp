// Makes the TokenHosts: one supervised process a driver library.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "daemon/config/driver_config.hpp"
#include "daemon/hosts/token_hosts.hpp"

namespace ukey::hosts {

using config::DriverConfig;

struct HostSettings {
    std::string hostProgram;    ///< Absolute path of ukey-token-host.
    std::string hostProgram32;  ///< The same for libraries of 32 bits; may be empty, or not be there.
    std::chrono::milliseconds driverTimeout{30000};
    std::string pinentry;      ///< Configured pinentry; empty: the system's.
    std::string terminal;      ///< Terminal for the dialogs when there is no display; may be empty.
    std::string terminalType;  ///< TERM of that terminal.
    /// Where libraries may lie (security.md 40), searched in this order. Empty: the system's folders and the
    /// `lib` folder beside that of the host program.
    std::vector<std::string> libraryFolders;
    /// First pause after a second failure; doubles up to `longestPause`.
    std::chrono::milliseconds firstPause{100};
    std::chrono::milliseconds longestPause{30000};
    /// How long a list of tokens waits for a host that has answered before, and for one that starts.
    std::chrono::milliseconds listPatience{1000};
    std::chrono::milliseconds startPatience{5000};
    /// How often a driver without events is asked for its tokens while somebody listens.
    std::chrono::milliseconds lookInterval{2000};
};

/// Starts nothing yet: a host is started by its first use. `executor` is that of the one network thread.
std::shared_ptr<TokenHosts> makeTokenHosts(boost::asio::any_io_executor executor,
                                           std::vector<DriverConfig> drivers, HostSettings settings);

}  // namespace ukey::hosts
