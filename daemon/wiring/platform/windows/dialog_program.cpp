#include "daemon/wiring/platform/dialog_program.hpp"

#include "daemon/wiring/platform/program_folder.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::wiring {

prompt::PinentryProgram dialogProgram(const prompt::PromptSettings&) {
    return {.path = pathText(platform::programNamed("ukey-token-host")), .onTerminal = false};
}

}  // namespace ukey::wiring
