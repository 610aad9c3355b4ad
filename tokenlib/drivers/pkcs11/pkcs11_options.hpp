// The `options` of a PKCS#11 driver in the configuration.
#pragma once

#include <string_view>

#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"

namespace ukey::pkcs11 {

/// Of a Cryptoki module: {slotEvents?, sm2?: {keyType?, generate?, sign?, signsMessage?, signature?: raw|der,
/// decrypt?, cipher?: der|c1c3c2|c1c2c3, curveParameters?}}. Ids are numbers or "0x…", curve parameters
/// hexadecimal DER. Empty text is an empty object. Throws bad-request, also for a key that is not known.
Pkcs11Options parsePkcs11Options(std::string_view json);

}  // namespace ukey::pkcs11
