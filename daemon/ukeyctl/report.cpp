#include "daemon/ukeyctl/report.hpp"

#include <iostream>

namespace ukey::ctl {

void say(std::string_view key, std::initializer_list<Filling> values) {
    std::cout << message(terminalLanguage(), key, values) << '\n';
}

void complain(std::string_view key, std::initializer_list<Filling> values) {
    std::cerr << message(terminalLanguage(), key, values) << '\n';
}

}  // namespace ukey::ctl
