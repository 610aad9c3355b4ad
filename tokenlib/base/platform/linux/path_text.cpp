#include "tokenlib/base/path_text.hpp"

namespace ukey {

std::string pathText(const std::filesystem::path& path) { return path.native(); }

std::filesystem::path pathFrom(std::string_view text) { return text; }

}  // namespace ukey
