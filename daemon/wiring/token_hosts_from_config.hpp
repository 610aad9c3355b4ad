// Makes the token hosts that a configuration asks for: the same for ukeyd and ukeyctl.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/hosts/token_hosts.hpp"

namespace ukey::wiring {

/// The terminal on which a PIN may be asked when there is no display.
struct Terminal {
    std::string device;  ///< e.g. /dev/pts/3; empty: none.
    std::string type;    ///< e.g. xterm-256color, as the variable TERM says it.
};

/// The terminal of this process, if its standard input is one.
Terminal ownTerminal();

/// The configured drivers; where none is configured, the soft token and every library of the models table
/// that is installed here.
std::shared_ptr<hosts::TokenHosts> tokenHostsFromConfig(const boost::asio::any_io_executor& executor,
                                                        const config::Config& configuration,
                                                        const Terminal& terminal);

}  // namespace ukey::wiring
