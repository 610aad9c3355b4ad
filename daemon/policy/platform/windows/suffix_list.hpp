// The public suffix list as Debian's package publicsuffix had it when this was built: Windows has none.
#pragma once

#include <string_view>

namespace ukey::policy {

/// One rule a line, as publicsuffix.org describes them, without comments; UTF-8.
std::string_view suffixList() noexcept;

}  // namespace ukey::policy
