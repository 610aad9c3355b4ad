// What a Ukey looks like.
#pragma once

#include <gtk/gtk.h>

#include <string>
#include <string_view>

namespace ukey::window {

/// An SVG drawing; empty where there is none of the model.
std::string_view drawingOf(std::string_view model);

/// Nothing where there is no drawing, or the system draws no SVG.
GtkWidget* pictureOf(const std::string& model, int scale);

/// The drawing of that file name, built into the program; empty where there is none.
std::string_view builtInDrawing(std::string_view file) noexcept;

}  // namespace ukey::window
