#include "daemon/ukeyctl/report.hpp"

#include <cstdlib>
#include <iostream>

namespace ukey::ctl {

Language terminalLanguage() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return languageFrom(value);
    }
    return Language::english;
}

void say(std::string_view key, std::initializer_list<Filling> values) {
    std::cout << message(terminalLanguage(), key, values) << '\n';
}

}  // namespace ukey::ctl
