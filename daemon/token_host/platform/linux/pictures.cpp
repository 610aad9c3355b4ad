#include "daemon/token_host/platform/pictures.hpp"

namespace ukey::host {

prompt::PictureOf pictures() noexcept { return nullptr; }

}  // namespace ukey::host
