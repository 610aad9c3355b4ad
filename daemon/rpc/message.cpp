#include "daemon/rpc/message.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/rpc/secret_fields.hpp"
#include "daemon/rpc/structure.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::rpc {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestMethod = 64;
constexpr std::size_t kLongestDetail = 300;
constexpr std::int64_t kLargestId = 9007199254740991;  // What a page's numbers can hold exactly.

bool isValidId(const json& id) {
    if (id.is_string()) {
        const auto& text = id.get_ref<const std::string&>();
        return !text.empty() && text.size() <= kLongestId;
    }
    if (id.is_number_unsigned()) return id.get<std::uint64_t>() <= static_cast<std::uint64_t>(kLargestId);
    return id.is_number_integer() && id.get<std::int64_t>() >= -kLargestId;
}

std::string serialise(const json& message) {
    // Texts of tokens were checked where they came in; should one slip through, a replacement character beats
    // no answer.
    return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

struct Envelope::Parts {
    json id;
    json params = json::object();
};

Envelope::Envelope(std::string_view text) : parts_(std::make_unique<Parts>()) {
    try {
        read(text);
    } catch (const BadMessage& fault) {
        fault_ = fault;
    }
}
Envelope::~Envelope() = default;
Envelope::Envelope(Envelope&&) noexcept = default;
Envelope& Envelope::operator=(Envelope&&) noexcept = default;

const json& Envelope::id() const { return parts_->id; }
const json& Envelope::params() const { return parts_->params; }
json Envelope::takeParams() { return std::exchange(parts_->params, json::object()); }

void Envelope::read(std::string_view text) {
    if (!isWithin(text, {}))
        throw BadMessage(kInvalidRequest, "the message is nested too deeply or has too many values");
    json message = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (message.is_discarded()) throw BadMessage(kParseError, "the message is not JSON");
    if (message.is_array())
        throw BadMessage(kInvalidRequest, "a batch is not supported; send one request a message");
    if (!message.is_object()) throw BadMessage(kInvalidRequest, "the message is not a request");

    const auto id = message.find("id");
    wantsAnswer_ = id != message.end();
    if (wantsAnswer_) {
        if (!isValidId(*id))
            throw BadMessage(kInvalidRequest, "the id must be a whole number or a string of 1 to 64 octets");
        parts_->id = std::move(*id);
    }
    const auto version = message.find("jsonrpc");
    if (version == message.end() || *version != "2.0")
        throw BadMessage(kInvalidRequest, "\"jsonrpc\" must be \"2.0\"");
    const auto method = message.find("method");
    if (method == message.end() || !method->is_string())
        throw BadMessage(kInvalidRequest, "\"method\" is missing");
    method_ = std::move(method->get_ref<std::string&>());
    if (method_.size() > kLongestMethod) throw BadMessage(kMethodNotFound, "no such method");
    std::size_t known = 2U + (wantsAnswer_ ? 1U : 0U);
    if (const auto params = message.find("params"); params != message.end()) {
        ++known;
        if (!params->is_object()) throw BadMessage(kInvalidParams, "\"params\" must be an object");
        parts_->params = std::move(*params);
    }
    if (message.size() != known)
        throw BadMessage(kInvalidRequest, "the request has a member that JSON-RPC does not know");
    if (hasSecretField(parts_->params))
        throw BadMessage(kInvalidParams,
                         "a PIN or password must never be sent; the native dialog asks for it");
}

DetailedError::DetailedError(const Error& error, json members)
    : Error(error), members_(std::make_shared<const json>(std::move(members))) {}

int numberOf(ErrorCode code) noexcept {
    if (code == ErrorCode::badRequest) return kInvalidParams;
    if (code == ErrorCode::internal) return -32603;
    return -32000 - static_cast<int>(code);
}

std::string resultText(const json& id, json result) {
    json message = json::object();
    message["jsonrpc"] = "2.0";
    message["id"] = id;
    message["result"] = std::move(result);
    return serialise(message);
}

json errorData(const Error& error, Language language, std::string_view token) {
    json data = json::object();
    if (const auto* detailed = dynamic_cast<const DetailedError*>(&error)) data = detailed->members();
    data["code"] = toString(error.code());
    data["retryable"] = isRetryable(error.code());
    data["hint"] = errorHint(language, error);
    if (error.ofAdministratorPin()) data["pin"] = "administrator";
    if (error.triesLeft()) data["triesLeft"] = *error.triesLeft();
    if (!error.reason().empty()) {
        data["reason"] = error.reason();
    } else if (error.code() == ErrorCode::certificateMismatch) {
        // What drivers refuse is about the key; their errors come over the pipe without a reason.
        data["reason"] = toString(Reason::key);
    }
    if (!token.empty()) data["token"] = token;
    if (const auto* bad = dynamic_cast<const BadMessage*>(&error))
        data["detail"] = printable(bad->what(), kLongestDetail);
    return data;
}

std::string errorText(const json& id, const Error& error, Language language, std::string_view token) {
    const auto* bad = dynamic_cast<const BadMessage*>(&error);
    const int number = bad ? bad->number() : numberOf(error.code());
    json message = json::object();
    message["jsonrpc"] = "2.0";
    message["id"] = id;
    message["error"] = {{"code", number},
                        {"message", errorMessage(language, error)},
                        {"data", errorData(error, language, token)}};
    return serialise(message);
}

std::string notificationText(std::string_view method, json params) {
    json message = json::object();
    message["jsonrpc"] = "2.0";
    message["method"] = method;
    message["params"] = std::move(params);
    return serialise(message);
}

}  // namespace ukey::rpc
