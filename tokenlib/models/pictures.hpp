// What a Ukey looks like.
#pragma once

#include <string_view>

namespace ukey::models {

/// The picture of a model, which is named as on the token or by its id: an image file, SVG, and on Windows,
/// which reads none, PNG. Built into the program; empty where there is none of the model.
std::string_view pictureOf(std::string_view model) noexcept;

}  // namespace ukey::models
