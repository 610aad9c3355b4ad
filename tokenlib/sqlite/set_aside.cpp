#include "tokenlib/sqlite/set_aside.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = ".broken-";

fs::path freeNameFor(const fs::path& file) {
    for (int number = 1;; ++number) {
        fs::path name = file;
        name += std::string(kMark) + std::to_string(number);
        std::error_code error;
        if (!fs::exists(fs::symlink_status(name, error))) return name;
    }
}

}  // namespace

void setAside(const fs::path& file) {
    const fs::path aside = freeNameFor(file);
    std::error_code error;
    fs::rename(file, aside, error);
    if (error)
        throw Error(ErrorCode::internal,
                    pathText(file) + " is damaged and cannot be set aside: " + error.message());
    for (const char* suffix : {"-wal", "-shm"}) {
        fs::path beside = file;
        fs::path besideAside = aside;
        fs::rename(beside += suffix, besideAside += suffix, error);
    }
    spdlog::error("{} is damaged; it was set aside as {}", pathText(file), pathText(aside));
}

std::vector<fs::path> filesSetAside(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
        const std::string name = pathText(file->path().filename());
        const auto mark = name.rfind(kMark);
        const bool isMain =
            mark != std::string::npos && name.find('-', mark + kMark.size()) == std::string::npos;
        if (isMain) files.push_back(file->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

bool isSpoilt(const fs::path& file) {
    constexpr std::string_view kBeginning("SQLite format 3\0", 16);
    std::ifstream in(file, std::ios::binary);
    std::array<char, kBeginning.size()> beginning{};
    if (!in.read(beginning.data(), beginning.size())) return in.gcount() > 0;
    return !std::equal(kBeginning.begin(), kBeginning.end(), beginning.begin());
}

}  // namespace ukey::sqlite
