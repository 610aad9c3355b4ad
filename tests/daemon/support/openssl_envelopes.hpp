// Messages that OpenSSL's command seals.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tokenlib/base/bytes.hpp"

namespace ukey::test {

/// `openssl cms -encrypt -aes256` in that folder. `options` are words for the whole message,
/// `recipientOptions` for each recipient. Throws std::runtime_error.
Bytes sealedByOpenssl(const std::filesystem::path& folder, const std::string& content,
                      const std::vector<std::string>& certificatesPem, const std::string& options,
                      const std::string& recipientOptions);

}  // namespace ukey::test
