// What was typed into a field, in memory that is locked and wiped.
#pragma once

#include <windows.h>

#include <optional>

#include "tokenlib/base/secret.hpp"

namespace ukey::prompt::windows {

/// UTF-8. Nothing when it takes more than kMaxPin octets.
std::optional<Secret> typedInto(HWND field);

/// Empties the field, after as many other characters lay where the text did.
void clearField(HWND field);

}  // namespace ukey::prompt::windows
