// The pictures that this process shows in its own windows.
#pragma once

#include "tokenlib/prompt/prompt.hpp"

namespace ukey::token_host {

/// Null where another program shows the windows, and has the pictures.
prompt::PictureOf pictures() noexcept;

}  // namespace ukey::token_host
