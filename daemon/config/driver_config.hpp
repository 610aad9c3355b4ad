// A driver library, from the configuration to the host that loads it: one struct all the way, so that nothing
// of it is lost on the way.
#pragma once

#include <string>

#include "tokenlib/token/driver_kind.hpp"

namespace ukey::config {

using token::DriverKind;

/// One entry of `drivers`.
struct DriverConfig {
    std::string name;  ///< 1 to 64 of A-Z a-z 0-9 . _ -, unique.
    DriverKind kind = DriverKind::skf;
    /// An absolute path, or a file name that is looked for in the folders for libraries.
    std::string library;
    std::string options = "{}";  ///< JSON object, handed to the driver as it is (ABI variant, quirks).
    /// Named by the administrator, or by who started the program: the library may lie outside the folders for
    /// libraries.
    bool trusted = false;
    /// The PIN that the maker sets on every token; empty: the models table's, if it has one.
    std::string initialPin = {};

    bool operator==(const DriverConfig&) const = default;
};

}  // namespace ukey::config
