#include "sandbox/program/program_folder.hpp"

#include "tokenlib/base/error.hpp"

namespace ukey::sandbox {

std::filesystem::path programFolder() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) throw Error(ErrorCode::internal, "the program's own path: " + error.message());
    return program.parent_path();
}

}  // namespace ukey::sandbox
