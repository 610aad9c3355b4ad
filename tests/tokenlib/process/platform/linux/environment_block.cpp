#include "tests/tokenlib/process/platform/environment_block.hpp"

#include <unistd.h>

namespace ukey::test::platform {

std::vector<std::string> environmentBlock() {
    std::vector<std::string> all;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) all.emplace_back(*entry);
    return all;
}

}  // namespace ukey::test::platform
