// What a token host may know of our environment.
#pragma once

#include <string>
#include <vector>

namespace ukey::hosts {

/// Of ours a short list, nothing in it that changes what code is found and loaded (security.md 41), and a
/// fixed search path.
std::vector<std::string> hostEnvironment();

}  // namespace ukey::hosts
