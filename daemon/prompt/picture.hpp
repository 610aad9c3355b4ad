// What a Ukey looks like.
#pragma once

#include <gtk/gtk.h>

#include <string>

namespace ukey::window {

/// Nothing where there is no drawing of the model, or the system draws no SVG.
GtkWidget* pictureOf(const std::string& model, int scale);

}  // namespace ukey::window
