// How a failing system call on a file of the state folder is told.
#pragma once

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::policy {

/// Throws internal: "cannot WHAT PATH: " and what errno says.
[[noreturn]] inline void failOnFile(const std::string& what, const std::filesystem::path& path) {
    throw Error(ErrorCode::internal, "cannot " + what + " " + pathText(path) + ": " + std::strerror(errno));
}

}  // namespace ukey::policy
