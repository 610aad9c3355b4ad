#include "tokenlib/drivers/skf/skf_options.hpp"

#include <charconv>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "tokenlib/base/error.hpp"

namespace ukey::skf {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorCode::badRequest, "driver options: " + why);
}

/// Each member may be left out.
template <class T>
void take(const Json& object, const char* key, T& value) {
    if (const auto found = object.find(key); found != object.end()) found->get_to(value);
}

template <class Enum>
using Choices = std::initializer_list<std::pair<std::string_view, Enum>>;

template <class Enum>
void take(const Json& object, const char* key, Enum& value, const Choices<Enum>& choices) {
    const std::string given = object.value(key, "");
    for (const auto& [name, meaning] : choices)
        if (name == given) value = meaning;
}

const Json& inner(const Json& object, const char* key) {
    static const Json nothing = Json::object();
    const auto found = object.find(key);
    return found == object.end() ? nothing : *found;
}

/// "0x0A000033".
std::uint32_t codeFrom(std::string_view text) {
    constexpr std::size_t kPrefix = 2;
    std::uint32_t code = 0;
    if (text.size() > kPrefix) std::from_chars(text.data() + kPrefix, text.data() + text.size(), code, 16);
    return code;
}

Abi abiFrom(const Json& object) {
    Abi abi;
    take(object, "ulongBits", abi.ulongBits);
    take(object, "packing", abi.packing, {{"packed", Packing::packed}, {"natural", Packing::natural}});
    take(object, "callingConvention", abi.callingConvention,
         {{"standard", CallingConvention::standardCall}, {"c", CallingConvention::cCall}});
    return abi;
}

Quirks quirksFrom(const Json& object) {
    Quirks quirks;
    take(object, "numberAlignment", quirks.numberAlignment,
         {{"automatic", NumberAlignment::automatic},
          {"right", NumberAlignment::right},
          {"left", NumberAlignment::left}});
    take(object, "rsaSignAddsPrefix", quirks.rsaSignAddsPrefix);
    take(object, "oneTokenAtATime", quirks.oneTokenAtATime);
    take(object, "issuerIsModel", quirks.issuerIsModel);
    take(object, "sm2Decrypt", quirks.sm2Decrypt,
         {{"none", Sm2DecryptForm::none},
          {"blob", Sm2DecryptForm::blob},
          {"keySpecBlob", Sm2DecryptForm::keySpecBlob},
          {"raw", Sm2DecryptForm::raw}});
    take(object, "rsaDecrypt", quirks.rsaDecrypt,
         {{"none", RsaDecryptForm::none},
          {"plain", RsaDecryptForm::plain},
          {"keySpec", RsaDecryptForm::keySpec}});
    take(object, "remoteUnblock", quirks.remoteUnblock,
         {{"none", RemoteUnblockForm::none},
          {"fixedLength", RemoteUnblockForm::fixedLength},
          {"lengthInOut", RemoteUnblockForm::lengthInOut}});
    for (const auto& [from, to] : inner(object, "codes").items())
        quirks.codes[codeFrom(from)] = codeFrom(to.get<std::string>());
    return quirks;
}

SkfOptions optionsFrom(const Json& object) {
    SkfOptions options;
    take(object, "model", options.model);
    options.abi = abiFrom(inner(object, "abi"));
    take(object, "application", options.application);
    if (object.contains("maxContainers")) options.maxContainers = object.at("maxContainers").get<unsigned>();
    take(object, "events", options.events);
    take(inner(object, "pin"), "min", options.pinMinLength);
    take(inner(object, "pin"), "max", options.pinMaxLength);
    options.quirks = quirksFrom(inner(object, "quirks"));
    return options;
}

}  // namespace

SkfOptions parseSkfOptions(std::string_view json) {
    if (json.empty()) return {};
    try {
        const Json object = Json::parse(json);
        if (!object.is_object()) refuse("/ is no object");
        SkfOptions options = optionsFrom(object);
        // What the schema cannot say; and the table's and the administrator's may differ.
        if (options.pinMinLength > options.pinMaxLength) refuse("/pin has a minimum above its maximum");
        if (options.application.find('\0') != std::string::npos) refuse("/application is no name");
        return options;
    } catch (const Json::exception& error) {
        refuse(error.what());
    }
}

}  // namespace ukey::skf
