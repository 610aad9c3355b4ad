#include "daemon/wiring/language.hpp"

#include "daemon/wiring/platform/program_folder.hpp"

namespace ukey::wiring {

Language terminalLanguage() { return languageFrom(platform::userLocale()); }

}  // namespace ukey::wiring
