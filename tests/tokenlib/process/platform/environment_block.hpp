// The environment of this process as the system has it.
#pragma once

#include <string>
#include <vector>

namespace ukey::test::platform {

/// NAME=value, UTF-8.
std::vector<std::string> environmentBlock();

}  // namespace ukey::test::platform
