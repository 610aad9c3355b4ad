#include "tests/support/platform/process_state.hpp"

#include <filesystem>
#include <string>

namespace ukey::test {

bool isGone(int process) {
    // A zombie has no program any more.
    std::error_code none;
    return std::filesystem::read_symlink("/proc/" + std::to_string(process) + "/exe", none).empty();
}

}  // namespace ukey::test
