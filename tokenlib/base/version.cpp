#include "tokenlib/base/version.hpp"

namespace ukey {

std::string_view programVersion() noexcept { return UKEY_VERSION; }

}  // namespace ukey
