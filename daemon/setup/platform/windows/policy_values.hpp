// Planned values on their way into the registry, and out of it again.
#pragma once

#include "daemon/setup/planned_values.hpp"

namespace ukey::setup {

/// The properties as the MSI left them under Software\Ukey\Setup.
Properties storedProperties();

/// Writes what the properties ask for, in place of what an earlier call wrote. A text that is in a list
/// already is the administrator's, and stays so; entries of ours have numbers from kFirstNumber on, far from
/// those that administrators and Group Policy take. What was written is recorded. Throws ukey::Error, before
/// anything is changed when a property is wrong.
void applyProperties(const Properties& properties);
inline constexpr unsigned kFirstNumber = 50001;

/// Removes what is recorded and still as it was written, and the keys that are empty then.
void removeWritten();

}  // namespace ukey::setup
