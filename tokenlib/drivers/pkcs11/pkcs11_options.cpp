#include "tokenlib/drivers/pkcs11/pkcs11_options.hpp"

#include <charconv>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tokenlib/base/error.hpp"

namespace ukey::pkcs11 {
namespace {

using Json = nlohmann::json;
using SignatureForm = Sm2Mechanisms::SignatureForm;
using CipherForm = Sm2Mechanisms::CipherForm;

/// CKM_ and CKK_ ids are written in hexadecimal everywhere, which JSON does not have.
void takeId(const Json& object, const char* key, std::uint64_t& id) {
    const auto found = object.find(key);
    if (found == object.end()) return;
    if (!found->is_string()) {
        found->get_to(id);
        return;
    }
    constexpr std::size_t kPrefix = 2;
    const auto& text = found->get_ref<const std::string&>();
    if (text.size() > kPrefix) std::from_chars(text.data() + kPrefix, text.data() + text.size(), id, 16);
}

template <class Enum>
void takeChoice(const Json& object, const char* key, Enum& value,
                std::initializer_list<std::pair<std::string_view, Enum>> choices) {
    const std::string given = object.value(key, "");
    for (const auto& [name, meaning] : choices)
        if (name == given) value = meaning;
}

Sm2Mechanisms sm2From(const Json& object) {
    Sm2Mechanisms sm2;
    takeId(object, "keyType", sm2.keyType);
    takeId(object, "generate", sm2.generate);
    takeId(object, "sign", sm2.sign);
    sm2.signsMessage = object.value("signsMessage", sm2.signsMessage);
    takeChoice(object, "signature", sm2.signature,
               {{"raw", SignatureForm::raw}, {"der", SignatureForm::der}});
    takeId(object, "decrypt", sm2.decrypt);
    takeChoice(object, "cipher", sm2.cipher,
               {{"der", CipherForm::der}, {"c1c3c2", CipherForm::c1c3c2}, {"c1c2c3", CipherForm::c1c2c3}});
    sm2.curveParameters = fromHex(object.value("curveParameters", "")).value_or(Bytes());
    return sm2;
}

}  // namespace

Pkcs11Options parsePkcs11Options(std::string_view json) {
    if (json.empty()) return {};
    try {
        const Json object = Json::parse(json);
        if (!object.is_object()) throw Error(ErrorCode::badRequest, "driver options: / is no object");
        Pkcs11Options options;
        options.slotEvents = object.value("slotEvents", options.slotEvents);
        if (object.contains("sm2")) options.sm2 = sm2From(object.at("sm2"));
        return options;
    } catch (const Json::exception& error) {
        throw Error(ErrorCode::badRequest, std::string("driver options: ") + error.what());
    }
}

}  // namespace ukey::pkcs11
