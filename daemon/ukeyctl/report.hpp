// Lines for people, in the language of their terminal.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "tokenlib/base/messages.hpp"

namespace ukey::ctl {

/// Longest text of a token's or a page's that a line shows, in characters.
inline constexpr std::size_t kMostShown = 60;

/// Of LC_ALL, LC_MESSAGES or LANG.
Language terminalLanguage();

/// Prints one line of the catalogue to standard output.
void say(std::string_view key, std::initializer_list<Filling> values = {});

}  // namespace ukey::ctl
