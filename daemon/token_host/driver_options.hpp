// The `options` of a driver's entry in the configuration, as the drivers take them.
#pragma once

#include "daemon/token_host/token_host.hpp"
#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"

namespace ukey::host {

/// {"slotEvents": bool, "sm2": {"keyType", "generate", "sign", "decrypt": numbers, "signsMessage": bool,
/// "signature": "raw"|"der", "cipher": "der"|"c1c3c2"|"c1c2c3"}}; all optional, empty text: none. Throws bad-request.
pkcs11::Pkcs11Options parsePkcs11Options(std::string_view json);

/// Loads the driver that the command line names. Throws bad-request for an unknown kind or options, else what the drivers
/// throw.
std::unique_ptr<token::Driver> loadNamedDriver(const HostOptions& options);

}  // namespace ukey::host
