#include "tokenlib/drivers/skf/skf_options.hpp"

#include <array>
#include <charconv>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "tokenlib/base/error.hpp"

namespace ukey::skf {
namespace {

using Json = nlohmann::json;

/// A value and where it stands.
class Node {
  public:
    Node(const Json& value, std::string pointer) : value_(&value), pointer_(std::move(pointer)) {}

    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorCode::badRequest,
                    "driver options: " + (pointer_.empty() ? "/" : pointer_) + " " + why);
    }

    template <std::size_t n>
    void members(
        const std::array<std::pair<std::string_view, std::function<void(const Node&)>>, n>& known) const {
        if (!value_->is_object()) refuse("is no object");
        for (const auto& [name, value] : value_->items()) {
            const Node member(value, pointer_ + "/" + name);
            bool isKnown = false;
            for (const auto& [key, read] : known) {
                if (key != name) continue;
                read(member);
                isKnown = true;
            }
            if (!isKnown) member.refuse("is not known");
        }
    }

    std::string text() const {
        constexpr std::size_t kMaxText = 256;
        if (!value_->is_string()) refuse("is no text");
        auto text = value_->get<std::string>();
        if (text.size() > kMaxText || text.find('\0') != std::string::npos) refuse("is no name");
        return text;
    }

    bool boolean() const {
        if (!value_->is_boolean()) refuse("is neither true nor false");
        return value_->get<bool>();
    }

    unsigned number(unsigned smallest, unsigned largest) const {
        if (!value_->is_number_unsigned()) refuse("is no number");
        const auto number = value_->get<std::uint64_t>();
        if (number < smallest || number > largest) {
            refuse("is not from " + std::to_string(smallest) + " to " + std::to_string(largest));
        }
        return static_cast<unsigned>(number);
    }

    template <class Enum, std::size_t n>
    Enum oneOf(const std::array<std::pair<std::string_view, Enum>, n>& names) const {
        const std::string given = text();
        for (const auto& [name, value] : names) {
            if (name == given) return value;
        }
        refuse("has no such value");
    }

    std::map<std::uint32_t, std::uint32_t> codes() const {
        if (!value_->is_object()) refuse("is no object");
        std::map<std::uint32_t, std::uint32_t> codes;
        for (const auto& [from, to] : value_->items()) {
            const Node member(to, pointer_ + "/" + from);
            codes[member.code(from)] = member.code(member.text());
        }
        return codes;
    }

  private:
    /// "0x0A000033".
    std::uint32_t code(std::string_view text) const {
        std::uint32_t value = 0;
        if (!text.starts_with("0x")) refuse("is no code");
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + 2, end, value, 16);
        if (error != std::errc() || stop != end) refuse("is no code");
        return value;
    }

    const Json* value_;
    std::string pointer_;
};

using Member = std::pair<std::string_view, std::function<void(const Node&)>>;

void readAbi(const Node& node, Abi& abi) {
    constexpr std::array kPackings{std::pair<std::string_view, Packing>{"packed", Packing::packed},
                                   std::pair<std::string_view, Packing>{"natural", Packing::natural}};
    constexpr std::array kConventions{
        std::pair<std::string_view, CallingConvention>{"standard", CallingConvention::standardCall},
        std::pair<std::string_view, CallingConvention>{"c", CallingConvention::cCall}};
    constexpr unsigned kStandardBits = 32;
    constexpr unsigned kLongBits = 64;
    node.members(std::array{
        Member{"ulongBits",
               [&](const Node& n) {
                   abi.ulongBits = n.number(kStandardBits, kLongBits);
                   if (abi.ulongBits != kStandardBits && abi.ulongBits != kLongBits)
                       n.refuse("is neither 32 nor 64");
               }},
        Member{"packing", [&](const Node& n) { abi.packing = n.oneOf(kPackings); }},
        Member{"callingConvention", [&](const Node& n) { abi.callingConvention = n.oneOf(kConventions); }},
    });
}

void readQuirks(const Node& node, Quirks& quirks) {
    using Alignment = std::pair<std::string_view, NumberAlignment>;
    using Sm2Form = std::pair<std::string_view, Sm2DecryptForm>;
    using RsaForm = std::pair<std::string_view, RsaDecryptForm>;
    using UnblockForm = std::pair<std::string_view, RemoteUnblockForm>;
    constexpr std::array kAlignments{Alignment{"automatic", NumberAlignment::automatic},
                                     Alignment{"right", NumberAlignment::right},
                                     Alignment{"left", NumberAlignment::left}};
    constexpr std::array kSm2Forms{
        Sm2Form{"none", Sm2DecryptForm::none}, Sm2Form{"blob", Sm2DecryptForm::blob},
        Sm2Form{"keySpecBlob", Sm2DecryptForm::keySpecBlob}, Sm2Form{"raw", Sm2DecryptForm::raw}};
    constexpr std::array kRsaForms{RsaForm{"none", RsaDecryptForm::none},
                                   RsaForm{"plain", RsaDecryptForm::plain},
                                   RsaForm{"keySpec", RsaDecryptForm::keySpec}};
    constexpr std::array kUnblockForms{UnblockForm{"none", RemoteUnblockForm::none},
                                       UnblockForm{"fixedLength", RemoteUnblockForm::fixedLength},
                                       UnblockForm{"lengthInOut", RemoteUnblockForm::lengthInOut}};
    node.members(std::array{
        Member{"numberAlignment", [&](const Node& n) { quirks.numberAlignment = n.oneOf(kAlignments); }},
        Member{"rsaSignAddsPrefix", [&](const Node& n) { quirks.rsaSignAddsPrefix = n.boolean(); }},
        Member{"oneTokenAtATime", [&](const Node& n) { quirks.oneTokenAtATime = n.boolean(); }},
        Member{"issuerIsModel", [&](const Node& n) { quirks.issuerIsModel = n.boolean(); }},
        Member{"sm2Decrypt", [&](const Node& n) { quirks.sm2Decrypt = n.oneOf(kSm2Forms); }},
        Member{"rsaDecrypt", [&](const Node& n) { quirks.rsaDecrypt = n.oneOf(kRsaForms); }},
        Member{"remoteUnblock", [&](const Node& n) { quirks.remoteUnblock = n.oneOf(kUnblockForms); }},
        Member{"codes", [&](const Node& n) { quirks.codes = n.codes(); }},
    });
}

void readPin(const Node& node, SkfOptions& options) {
    constexpr unsigned kLongest = 64;
    node.members(std::array{
        Member{"min", [&](const Node& n) { options.pinMinLength = n.number(1, kLongest); }},
        Member{"max", [&](const Node& n) { options.pinMaxLength = n.number(1, kLongest); }},
    });
    if (options.pinMinLength > options.pinMaxLength) node.refuse("has a minimum above its maximum");
}

}  // namespace

SkfOptions parseSkfOptions(std::string_view json) {
    SkfOptions options;
    if (json.empty()) return options;
    constexpr bool kThrows = false;
    const Json document = Json::parse(json, nullptr, kThrows);
    const Node root(document, "");
    if (document.is_discarded()) root.refuse("is no JSON");
    constexpr unsigned kMostContainers = 1024;
    root.members(std::array{
        Member{"model", [&](const Node& n) { options.model = n.text(); }},
        Member{"abi", [&](const Node& n) { readAbi(n, options.abi); }},
        Member{"application", [&](const Node& n) { options.application = n.text(); }},
        Member{"maxContainers", [&](const Node& n) { options.maxContainers = n.number(1, kMostContainers); }},
        Member{"events", [&](const Node& n) { options.events = n.boolean(); }},
        Member{"pin", [&](const Node& n) { readPin(n, options); }},
        Member{"quirks", [&](const Node& n) { readQuirks(n, options.quirks); }},
    });
    return options;
}

}  // namespace ukey::skf
