#include "daemon/policy/state_folder.hpp"

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"

namespace ukey::policy {

void makeStateFolder(const std::filesystem::path& stateDir) {
    platform::makeOwnFolder(stateDir);
    requireOwn(stateDir);
}

void requireOwn(const std::filesystem::path& file) {
    if (const auto why = platform::whyOthersCanChange(file))
        throw Error(ErrorCode::badRequest, pathText(file) + " is not used: " + *why);
}

}  // namespace ukey::policy
