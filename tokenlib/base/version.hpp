// The version of all programs of the project.
#pragma once

#include <string_view>

namespace ukey {

std::string_view programVersion() noexcept;

}  // namespace ukey
