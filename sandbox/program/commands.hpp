// What the program does, one function a command. Each gives the exit code.
#pragma once

#include <string>

#include "sandbox/program/world.hpp"

namespace ukey::sandbox {

/// Runs the sites until SIGINT or SIGTERM.
int serve(const WorldOptions& options);

/// Prints all roots and issuing CAs as PEM.
int printChain(const std::filesystem::path& dataFolder);

struct MintArguments {
    std::filesystem::path dataFolder;
    std::string serial;             ///< Of a soft token; empty for a PKCS#11 token.
    std::filesystem::path library;  ///< Of the soft token; empty: where the build puts it.
    std::filesystem::path module;   ///< PKCS#11; empty for a soft token.
    std::string slotLabel;          ///< Label of the PKCS#11 token.
    std::string algorithm = "sm2";
    std::string name;
    std::string organisation;
    std::string pin;
};
/// Prints the serial numbers of the certificates, one a line: "sign …", "encrypt …".
int mintToken(const MintArguments& arguments);

/// Tells the RA the administrator PIN of one token, for unlocks.
int setAdministratorPin(const std::filesystem::path& dataFolder, const std::string& serial,
                        const std::string& pin);

/// Puts a certificate of this CA on the revocation list.
int revoke(const std::filesystem::path& dataFolder, const std::string& serial);

}  // namespace ukey::sandbox
