// The values of the registry that the properties of the MSI ask for.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ukey::setup {

/// The public properties of the MSI as they were given; empty: not given.
struct Properties {
    std::string origins{};          ///< ORIGINS: entries of `origins`, with ';' between them.
    std::string unknownOrigins{};   ///< UNKNOWNORIGINS: deny or ask.
    std::string drivers{};          ///< DRIVERS: entries of `drivers`, with ';' between them.
    std::string browserPolicies{};  ///< BROWSERPOLICIES: 1 lets the sites of ORIGINS through in browsers.
};

/// A text under a key below HKEY_LOCAL_MACHINE.
struct PlannedValue {
    std::string key;
    /// Nothing: an entry of a list, whose name is a number that nobody has taken.
    std::optional<std::string> name;
    std::string text;
    bool operator==(const PlannedValue&) const = default;
};

/// Each property once, "-" as nothing: so that an upgrade can take back what an earlier installation set.
/// Throws ukey::Error (bad-request) that names the entry that ukeyd would refuse.
std::vector<PlannedValue> plannedValues(const Properties& properties);

}  // namespace ukey::setup
