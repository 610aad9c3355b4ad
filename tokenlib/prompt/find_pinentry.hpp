// Which pinentry program to run, and with which environment.
#pragma once

#include <string>
#include <vector>

#include "tokenlib/prompt/prompt.hpp"

namespace ukey::prompt {

/// Restores the settings of a terminal when it goes: a text pinentry that is killed leaves it without echo.
class TerminalGuard {
  public:
    virtual ~TerminalGuard() = default;
};

struct PinentryProgram {
    std::string path;
    bool onTerminal = false;  ///< It will draw on PromptSettings::terminal.
};

/// What there is to choose by.
struct Surroundings {
    bool display = false;
    bool terminal = false;
    std::string ownFolder;             ///< Of this program, with a slash; empty: not known.
    std::vector<std::string> folders;  ///< Where pinentry programs are, each with a slash.
};

/// On a desktop ukey-prompt, if it is installed beside this program, else a pinentry that draws windows; else
/// one for the terminal. Throws prompt-unavailable.
PinentryProgram choosePinentry(const Surroundings& around);

/// The configured program; else the chosen one. Throws prompt-unavailable.
PinentryProgram findPinentry(const PromptSettings& settings);

/// What a pinentry may know of our environment: display, session bus, language, terminal.
std::vector<std::string> pinentryEnvironment();

/// The locale for LC_CTYPE and LC_MESSAGES, as the environment has it; may be empty.
std::string characterLocale();

/// Nothing when the terminal cannot be opened.
std::unique_ptr<TerminalGuard> guardTerminal(const std::string& device);

}  // namespace ukey::prompt
