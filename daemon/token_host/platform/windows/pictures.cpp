#include "daemon/token_host/platform/pictures.hpp"

#include "tokenlib/models/pictures.hpp"

namespace ukey::token_host {

prompt::PictureOf pictures() noexcept { return models::pictureOf; }

}  // namespace ukey::token_host
