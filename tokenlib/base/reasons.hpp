// Reasons of errors, beside those of a certificate (error.hpp), that more than one place has to know.
#pragma once

#include <string_view>

namespace ukey {

/// Of whatever failed after the user's PIN was changed within the same call: the new one holds.
inline constexpr std::string_view kPinChanged = "pin-changed";

}  // namespace ukey
