// The command line of a token host: written by ukeyd, read by the host, with each option's name once.
#pragma once

#include <string>
#include <vector>

namespace ukey::pipe {

struct HostArguments {
    std::string kind = {};          ///< "skf" or "pkcs11".
    std::string library = {};       ///< Absolute path.
    std::string options = {};       ///< JSON object of the driver, or empty.
    std::string pinentry = {};      ///< Configured pinentry; empty: the system's.
    std::string terminal = {};      ///< Of the dialogs when there is no display; may be empty.
    std::string terminalType = {};  ///< TERM of that terminal.
    std::string channel = {};       ///< By process::channelName().
};

/// Each that is not empty, with its name before it.
std::vector<std::string> toCommandLine(const HostArguments& arguments);

/// Without the program's own name. Throws bad-request for an unknown name, and for one without a value.
HostArguments parseHostArguments(const std::vector<std::string>& commandLine);

}  // namespace ukey::pipe
