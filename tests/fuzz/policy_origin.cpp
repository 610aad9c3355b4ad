#include <cstdint>

#include "daemon/policy/origin.hpp"
#include "tokenlib/base/error.hpp"

/// An origin is its own text. A pattern is the same after it was written out, and an origin without a
/// wildcard matches as a pattern what it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ukey::policy;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto origin = Origin::parse(text);
    if (origin && origin->text() != text) __builtin_trap();
    try {
        const OriginPattern pattern = OriginPattern::parse(text);
        if (OriginPattern::parse(pattern.text()) != pattern) __builtin_trap();
        if (pattern.isWildcard() && origin) __builtin_trap();
        if (!pattern.isWildcard()) {
            const auto own = Origin::parse(pattern.text());
            if (!own || !pattern.matches(*own)) __builtin_trap();
        }
    } catch (const ukey::Error&) {
    }
    return 0;
}
