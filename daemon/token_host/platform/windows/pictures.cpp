#include "daemon/token_host/platform/pictures.hpp"

#include "tokenlib/models/pictures.hpp"

namespace ukey::host {

prompt::PictureOf pictures() noexcept { return models::pictureOf; }

}  // namespace ukey::host
