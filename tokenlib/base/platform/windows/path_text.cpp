#include "tokenlib/base/path_text.hpp"

#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey {

std::string pathText(const std::filesystem::path& path) { return platform::toUtf8(path.native()); }

std::filesystem::path pathFrom(std::string_view text) { return platform::toWide(text); }

}  // namespace ukey
