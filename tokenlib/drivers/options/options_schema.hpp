// What a driver may be told about its library, by kind: the schemas beside this file, built into the programs
// that read such options from people. The drivers themselves take what was checked.
#pragma once

#include <string_view>
#include <vector>

#include "tokenlib/schema/schema.hpp"

namespace ukey::drivers {

/// "skf.schema.json" and "pkcs11.schema.json", for schemas that refer to them.
std::vector<schema::ReferredFile> optionsSchemas();

}  // namespace ukey::drivers
