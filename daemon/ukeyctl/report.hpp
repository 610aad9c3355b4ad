// Lines for people, in the language of their terminal.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "daemon/wiring/language.hpp"
#include "tokenlib/base/messages.hpp"

namespace ukey::ctl {

/// Longest text of a token's or a page's that a line shows, in characters.
inline constexpr std::size_t kMostShown = 60;

using wiring::terminalLanguage;

/// Prints one line of the catalogue to standard output.
void say(std::string_view key, std::initializer_list<Filling> values = {});

/// The same on standard error, where a script does not take it for an answer.
void complain(std::string_view key, std::initializer_list<Filling> values = {});

/// The exit status of a command that finds nothing to tell of.
inline constexpr int kNothingThere = 1;

}  // namespace ukey::ctl
