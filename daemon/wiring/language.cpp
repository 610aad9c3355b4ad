#include "daemon/wiring/language.hpp"

#include <cstdlib>

namespace ukey::wiring {

Language terminalLanguage() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return languageFrom(value);
    }
    return Language::english;
}

}  // namespace ukey::wiring
