#include "daemon/token_host/platform/pictures.hpp"

namespace ukey::token_host {

prompt::PictureOf pictures() noexcept { return nullptr; }

}  // namespace ukey::token_host
