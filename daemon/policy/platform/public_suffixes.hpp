// Where the public suffix list comes from differs by operating system. Names only, no addresses; as in
// Origin::host.
#pragma once

#include <string_view>

namespace ukey::policy {

/// The end of the name that one owner registered; the whole of it where there is no such end.
std::string_view registrablePart(std::string_view name);

bool isSuffix(std::string_view name);

}  // namespace ukey::policy
