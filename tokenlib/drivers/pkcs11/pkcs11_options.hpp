// The `options` of a PKCS#11 driver in the configuration.
#pragma once

#include <string_view>

#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"

namespace ukey::pkcs11 {

/// Reads them from their JSON object, which whoever took it from people has checked against
/// tokenlib/drivers/options/pkcs11.schema.json. Empty text is an empty object. Throws bad-request for what is
/// of another kind than the schema says.
Pkcs11Options parsePkcs11Options(std::string_view json);

}  // namespace ukey::pkcs11
