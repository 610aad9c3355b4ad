// The language of whoever reads what a program prints.
#pragma once

#include "tokenlib/base/messages.hpp"

namespace ukey::wiring {

/// On Linux by LC_ALL, LC_MESSAGES or LANG, on Windows that of its windows.
Language terminalLanguage();

}  // namespace ukey::wiring
