#include "daemon/policy/install_secret.hpp"

#include "daemon/policy/platform/secret_file.hpp"
#include "daemon/policy/state_folder.hpp"

namespace ukey::policy {

Bytes installSecret(const std::filesystem::path& stateDir) {
    makeStateFolder(stateDir);
    const std::filesystem::path path = stateDir / "install-secret";
    Bytes secret = readSecret(path);
    if (secret.empty()) {
        secret = randomBytes(kSecretOctets);
        writeSecret(path, secret);
    }
    return secret;
}

}  // namespace ukey::policy
