// The random secret of this installation, in the state folder.
#pragma once

#include <filesystem>

#include "tokenlib/base/bytes.hpp"

namespace ukey::policy {

/// 32 octets. Made at the first call, in a file that only its owner can read; the folder is made too, if need
/// be. A file of another size, or full of zeros, gets another name, and pages get new names for their tokens.
/// Throws ukey::Error that names the file: internal, and bad-request when others could change it.
Bytes installSecret(const std::filesystem::path& stateDir);

/// From the system's generator. Throws ukey::Error (internal).
Bytes randomBytes(std::size_t count);

}  // namespace ukey::policy
