// Lines for people, in the language of their terminal.
#pragma once

#include <initializer_list>
#include <string_view>

#include "tokenlib/base/messages.hpp"

namespace ukey::ctl {

/// Of LC_ALL, LC_MESSAGES or LANG.
Language terminalLanguage();

/// Prints one line of the catalogue to standard output.
void say(std::string_view key, std::initializer_list<Filling> values = {});

}  // namespace ukey::ctl
