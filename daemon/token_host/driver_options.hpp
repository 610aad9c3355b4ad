// The `options` of a driver's entry in the configuration, as the drivers take them.
#pragma once

#include "daemon/token_host/token_host.hpp"
#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"

namespace ukey::host {

/// Of a Cryptoki module: {slotEvents?, sm2?: {keyType?, generate?, sign?, signsMessage?, signature?: raw|der,
/// decrypt?, cipher?: der|c1c3c2|c1c2c3, curveParameters?}}. Ids are numbers or "0x…", curve parameters
/// hexadecimal DER. Empty text is an empty object. Throws bad-request, also for a key that is not known.
pkcs11::Pkcs11Options parsePkcs11Options(std::string_view json);

/// Loads the driver that the command line names. Throws bad-request for an unknown kind or options, else what
/// the drivers throw.
std::unique_ptr<token::Driver> loadNamedDriver(const HostOptions& options);

}  // namespace ukey::host
