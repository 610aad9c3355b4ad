// The language of whoever reads what a program prints.
#pragma once

#include "tokenlib/base/messages.hpp"

namespace ukey::wiring {

/// Of LC_ALL, LC_MESSAGES or LANG.
Language terminalLanguage();

}  // namespace ukey::wiring
