#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/rpc/structure.hpp"

namespace {

struct Size {
    std::size_t depth = 0;
    std::size_t values = 0;
};

/// By the parser's own account.
Size sizeOf(std::string_view text) {
    Size size;
    const auto count = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json&) {
        using Event = nlohmann::json::parse_event_t;
        if (event == Event::object_start || event == Event::array_start)
            size.depth = std::max(size.depth, static_cast<std::size_t>(depth) + 1);
        if (event == Event::value || event == Event::object_end || event == Event::array_end) ++size.values;
        return true;
    };
    if (nlohmann::json::parse(text, count, false).is_discarded()) return {};
    return size;
}

}  // namespace

/// Whatever passes the look at the text is no deeper, and has no more in it, once it is parsed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // What is left of an object is what the parser finds in it beside the params; of what is none, anything.
    const auto rest = ukey::rpc::withoutParams(text);
    const auto whole = nlohmann::json::parse(text, nullptr, false);
    if (whole.is_object() && !rest && !text.starts_with("\xef\xbb\xbf")) __builtin_trap();
    const ukey::rpc::StructureLimits limits{.depth = 4, .values = 12};
    if (!ukey::rpc::isWithin(text, limits)) return 0;
    const Size parsed = sizeOf(text);
    // The outermost value is nobody's member or item.
    if (parsed.depth > limits.depth || parsed.values > limits.values + 1) __builtin_trap();
    return 0;
}
