#include "tokenlib/drivers/pkcs11/pkcs11_options.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tokenlib/base/error.hpp"

namespace ukey::pkcs11 {
namespace {

using Json = nlohmann::json;
using Readers = std::map<std::string, std::function<void(const Json&)>>;

[[noreturn]] void refuse(const std::string& what) {
    throw Error(ErrorCode::badRequest, "PKCS#11 options: " + what);
}

void readObject(const Json& object, const std::string& where, const Readers& readers) {
    if (!object.is_object()) refuse(where + " is no object");
    for (const auto& [key, value] : object.items()) {
        const auto reader = readers.find(key);
        if (reader == readers.end()) refuse("unknown key " + where + "/" + key);
        reader->second(value);
    }
}

/// CKM_ and CKK_ ids are written in hexadecimal everywhere, which JSON does not have.
std::uint64_t idFrom(const Json& value) {
    if (value.is_number_unsigned()) return value.get<std::uint64_t>();
    if (!value.is_string()) refuse("an id is neither a number nor text");
    const auto& text = value.get_ref<const std::string&>();
    std::uint64_t id = 0;
    if (!text.starts_with("0x")) refuse("an id does not begin with 0x: " + text);
    const auto parsed = std::from_chars(text.data() + 2, text.data() + text.size(), id, 16);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) refuse("no id: " + text);
    return id;
}

bool flagFrom(const Json& value) {
    if (!value.is_boolean()) refuse("a flag is neither true nor false");
    return value.get<bool>();
}

template <class Enum>
Enum choiceFrom(const Json& value, const std::map<std::string, Enum>& choices) {
    const auto found = value.is_string() ? choices.find(value.get<std::string>()) : choices.end();
    if (found == choices.end()) refuse("unknown choice " + value.dump());
    return found->second;
}

Bytes octetsFrom(const Json& value) {
    auto octets = value.is_string() ? fromHex(value.get<std::string>()) : std::nullopt;
    if (!octets) refuse("curveParameters is not hexadecimal");
    return *std::move(octets);
}

Sm2Mechanisms sm2From(const Json& object) {
    Sm2Mechanisms sm2;
    const std::map<std::string, Sm2Mechanisms::SignatureForm> signatures{
        {"raw", Sm2Mechanisms::SignatureForm::raw}, {"der", Sm2Mechanisms::SignatureForm::der}};
    const std::map<std::string, Sm2Mechanisms::CipherForm> ciphers{
        {"der", Sm2Mechanisms::CipherForm::der},
        {"c1c3c2", Sm2Mechanisms::CipherForm::c1c3c2},
        {"c1c2c3", Sm2Mechanisms::CipherForm::c1c2c3}};
    readObject(object, "/sm2",
               {{"keyType", [&](const Json& v) { sm2.keyType = idFrom(v); }},
                {"generate", [&](const Json& v) { sm2.generate = idFrom(v); }},
                {"sign", [&](const Json& v) { sm2.sign = idFrom(v); }},
                {"signsMessage", [&](const Json& v) { sm2.signsMessage = flagFrom(v); }},
                {"signature", [&](const Json& v) { sm2.signature = choiceFrom(v, signatures); }},
                {"decrypt", [&](const Json& v) { sm2.decrypt = idFrom(v); }},
                {"cipher", [&](const Json& v) { sm2.cipher = choiceFrom(v, ciphers); }},
                {"curveParameters", [&](const Json& v) { sm2.curveParameters = octetsFrom(v); }}});
    return sm2;
}

}  // namespace

Pkcs11Options parsePkcs11Options(std::string_view json) {
    Pkcs11Options options;
    if (json.empty()) return options;
    const Json document = Json::parse(json, nullptr, false);
    if (document.is_discarded()) refuse("no JSON");
    readObject(document, "",
               {{"slotEvents", [&](const Json& v) { options.slotEvents = flagFrom(v); }},
                {"sm2", [&](const Json& v) { options.sm2 = sm2From(v); }}});
    return options;
}

}  // namespace ukey::pkcs11
