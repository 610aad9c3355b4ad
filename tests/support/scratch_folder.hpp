// A folder that goes with its test.
#pragma once

#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>

namespace ukey::test {

class ScratchFolder {
  public:
    ScratchFolder() : ScratchFolder(std::filesystem::temp_directory_path()) {}
    explicit ScratchFolder(const std::filesystem::path& place) {
        constexpr int kTries = 100;
        std::random_device random;
        for (int i = 0; i < kTries && path_.empty(); ++i) {
            const auto candidate = place / ("ukey-test-" + std::to_string(random()));
            if (std::filesystem::create_directory(candidate)) path_ = candidate;
        }
        if (path_.empty()) throw std::runtime_error("no scratch folder");
        // What is too open is refused by what is tested.
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace ukey::test
