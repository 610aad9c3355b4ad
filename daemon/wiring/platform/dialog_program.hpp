// What draws the dialogs here, for those who look after trouble.
#pragma once

#include "tokenlib/prompt/find_pinentry.hpp"

namespace ukey::wiring {

/// Throws prompt-unavailable where nothing would. On Windows it is the token host itself.
prompt::PinentryProgram dialogProgram(const prompt::PromptSettings& settings);

}  // namespace ukey::wiring
