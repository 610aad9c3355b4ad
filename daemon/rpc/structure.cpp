#include "daemon/rpc/structure.hpp"

namespace ukey::rpc {
namespace {

/// The place after a string's closing quote; `at` is after the opening one.
std::size_t skipString(std::string_view text, std::size_t at) noexcept {
    for (;;) {
        at = text.find_first_of("\"\\", at);
        if (at == std::string_view::npos) return text.size();
        if (text[at] == '"') return at + 1;
        at += 2;
    }
}

}  // namespace

bool isWithin(std::string_view text, const StructureLimits& limits) noexcept {
    std::size_t depth = 0;
    std::size_t values = 1;
    for (std::size_t at = 0; at < text.size();) {
        switch (text[at++]) {
            case '"':
                at = skipString(text, at);
                break;
            case '{':
            case '[':
                if (++depth > limits.depth || ++values > limits.values) return false;
                break;
            case '}':
            case ']':
                if (depth > 0) --depth;
                break;
            case ',':
                if (++values > limits.values) return false;
                break;
            default:
                break;
        }
    }
    return true;
}

}  // namespace ukey::rpc
