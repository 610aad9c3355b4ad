// Where one owner's names end and another's begin, by the public suffix list: a.example.co.uk and
// b.example.co.uk are one owner's, a.co.uk and b.co.uk are not.
#pragma once

#include <string>
#include <string_view>

namespace ukey::policy {

/// The name that one owner registered: "www.example.co.uk" gives "example.co.uk". What lies below no suffix,
/// an address, a name of one label or a suffix itself, is its own. `host`: as in Origin::host.
std::string registrableDomain(std::string_view host);

/// Whether anybody may register a name directly below: "co.uk", "github.io", any top-level domain. An address
/// is none.
bool isPublicSuffix(std::string_view host);

}  // namespace ukey::policy
