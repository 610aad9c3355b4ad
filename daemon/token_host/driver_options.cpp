#include "daemon/token_host/driver_options.hpp"

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/drivers/pkcs11/pkcs11_options.hpp"
#include "tokenlib/drivers/skf/skf_driver.hpp"

namespace ukey::token_host {

std::unique_ptr<token::Driver> loadNamedDriver(const pipe::HostArguments& arguments) {
    if (arguments.kind == "skf") {
        skf::SkfOptions skfOptions = skf::parseSkfOptions(arguments.options);
        skfOptions.library = pathFrom(arguments.library);
        return skf::loadDriver(skfOptions);
    }
    if (arguments.kind == "pkcs11") {
        pkcs11::Pkcs11Options pkcs11Options = pkcs11::parsePkcs11Options(arguments.options);
        pkcs11Options.library = pathFrom(arguments.library);
        return pkcs11::loadDriver(pkcs11Options);
    }
    throw Error(ErrorCode::badRequest, "a driver is of kind skf or pkcs11, not " + arguments.kind);
}

}  // namespace ukey::token_host
