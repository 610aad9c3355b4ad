#include "daemon/wiring/platform/dialog_program.hpp"

namespace ukey::wiring {

prompt::PinentryProgram dialogProgram(const prompt::PromptSettings& settings) {
    return prompt::findPinentry(settings);
}

}  // namespace ukey::wiring
