// What a field holds, in locked memory that is wiped: GTK's own buffers are neither.
#pragma once

#include <gtk/gtk.h>

#include "tokenlib/base/secret.hpp"

namespace ukey::window {

/// A new buffer for at most `kLongestPin` octets; whoever holds the last reference wipes it.
inline constexpr std::size_t kLongestPin = 255;
GtkEntryBuffer* makeLockedBuffer();

}  // namespace ukey::window
