#include <nlohmann/json.hpp>

#include "daemon/rpc/description.hpp"
#include "daemon/rpc/message.hpp"
#include "daemon/rpc/secret_fields.hpp"
#include "daemon/rpc/structure.hpp"
#include "daemon/rpc/validator.hpp"

/// A frame of the WebSocket up to where a handler would see it, and the error that goes back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ukey;
    static rpc::Validator validator(rpc::descriptionText());
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!rpc::isWithin(text, {})) return 0;
    const rpc::Envelope envelope(text);
    try {
        if (envelope.fault()) throw rpc::BadMessage(*envelope.fault());
        if (!rpc::hasSecretField(envelope.params())) validator.check(envelope.method(), envelope.params());
    } catch (const Error& error) {
        const auto answer = nlohmann::json::parse(
            rpc::errorText(envelope.id(), error, Language::chinese, envelope.method()), nullptr, false);
        if (answer.is_discarded() || !answer.contains("error")) __builtin_trap();
    }
    return 0;
}
