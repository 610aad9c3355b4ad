// What ldconfig noted for glibc's loader.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ukey::platform {

/// The path of a library for this processor, in the octets of a cache (ld.so.cache, format 1.1). Nothing
/// where it has none of that name, or is no cache.
std::optional<std::string> pathInLoaderCache(std::string_view cache, std::string_view name);

}  // namespace ukey::platform
