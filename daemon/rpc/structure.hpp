// A look at JSON text before it is parsed: a parser that builds a tree needs memory for what the text only
// hints at.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ukey::rpc {

struct StructureLimits {
    std::size_t depth = 16;
    std::size_t values = 20'000;  ///< Members and items, in all.
};

/// One pass, no memory. Whether the text stays within the limits; says nothing about its being JSON.
bool isWithin(std::string_view text, const StructureLimits& limits) noexcept;

/// The message without what its params hold, cheaply: strings are passed over, not read. Nothing when `text`
/// is no object, or ends before it is known what the message is.
std::optional<std::string> withoutParams(std::string_view text);

}  // namespace ukey::rpc
