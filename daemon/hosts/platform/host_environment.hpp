// What a token host may know of our environment.
#pragma once

#include <string>
#include <vector>

namespace ukey::hosts {

/// Ours without what changes how libraries are found and loaded (security.md 41), and with a fixed search
/// path.
std::vector<std::string> hostEnvironment();

}  // namespace ukey::hosts
