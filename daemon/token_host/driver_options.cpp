#include "daemon/token_host/driver_options.hpp"

#include <nlohmann/json.hpp>

#include "tokenlib/drivers/skf/skf_driver.hpp"
#include "tokenlib/drivers/skf/skf_options.hpp"

namespace ukey::host {
namespace {

using nlohmann::json;
using SignatureForm = pkcs11::Sm2Mechanisms::SignatureForm;
using CipherForm = pkcs11::Sm2Mechanisms::CipherForm;

[[noreturn]] void refuse(const std::string& what) {
    throw Error(ErrorCode::badRequest, "options of a PKCS#11 driver: " + what);
}

SignatureForm signatureForm(const std::string& name) {
    if (name == "raw") return SignatureForm::raw;
    if (name == "der") return SignatureForm::der;
    refuse("signature is raw or der");
}

CipherForm cipherForm(const std::string& name) {
    if (name == "der") return CipherForm::der;
    if (name == "c1c3c2") return CipherForm::c1c3c2;
    if (name == "c1c2c3") return CipherForm::c1c2c3;
    refuse("cipher is der, c1c3c2 or c1c2c3");
}

pkcs11::Sm2Mechanisms parseSm2(const json& object) {
    if (!object.is_object()) refuse("sm2 is an object");
    pkcs11::Sm2Mechanisms sm2;
    for (const auto& [key, value] : object.items()) {
        if (key == "keyType")
            sm2.keyType = value.get<std::uint64_t>();
        else if (key == "generate")
            sm2.generate = value.get<std::uint64_t>();
        else if (key == "sign")
            sm2.sign = value.get<std::uint64_t>();
        else if (key == "decrypt")
            sm2.decrypt = value.get<std::uint64_t>();
        else if (key == "signsMessage")
            sm2.signsMessage = value.get<bool>();
        else if (key == "signature")
            sm2.signature = signatureForm(value.get<std::string>());
        else if (key == "cipher")
            sm2.cipher = cipherForm(value.get<std::string>());
        else
            refuse("nothing is called sm2." + key);
    }
    return sm2;
}

pkcs11::Pkcs11Options parseObject(const json& object) {
    if (!object.is_object()) refuse("not an object");
    pkcs11::Pkcs11Options options;
    for (const auto& [key, value] : object.items()) {
        if (key == "slotEvents")
            options.slotEvents = value.get<bool>();
        else if (key == "sm2")
            options.sm2 = parseSm2(value);
        else
            refuse("nothing is called " + key);
    }
    return options;
}

}  // namespace

pkcs11::Pkcs11Options parsePkcs11Options(std::string_view text) {
    if (text.empty()) return {};
    try {
        return parseObject(json::parse(text));
    } catch (const json::exception& e) {
        refuse(e.what());
    }
}

std::unique_ptr<token::Driver> loadNamedDriver(const HostOptions& options) {
    if (options.kind == "skf") {
        skf::SkfOptions skfOptions = skf::parseSkfOptions(options.options.empty() ? "{}" : options.options);
        skfOptions.library = options.library;
        return skf::loadDriver(skfOptions);
    }
    if (options.kind == "pkcs11") {
        pkcs11::Pkcs11Options pkcs11Options = parsePkcs11Options(options.options);
        pkcs11Options.library = options.library;
        return pkcs11::loadDriver(pkcs11Options);
    }
    throw Error(ErrorCode::badRequest, "a driver is of kind skf or pkcs11, not " + options.kind);
}

}  // namespace ukey::host
