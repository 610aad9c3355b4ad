// The packages of Ukey Bridge, for users to fetch.
#pragma once

#include <filesystem>

#include "sandbox/http/router.hpp"

namespace ukey::sandbox {

/// `GET /api/downloads` lists the folder as it is now, `GET /downloads/FILE` gives a file of that list. A
/// folder that is not there is an empty list.
void publishDownloads(http::Router& router, const std::filesystem::path& folder);

}  // namespace ukey::sandbox
