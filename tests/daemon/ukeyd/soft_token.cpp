#include "tests/daemon/ukeyd/soft_token.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace ukey::test {

using nlohmann::json;

std::string mintSoftToken(const std::filesystem::path& folder, const std::string& pin) {
    const std::string serial = "MINTED1";
    const std::string command = std::string(std::getenv("UKEY_BIN_DIR")) + "/ukey-sandbox mint --data '" +
                                (folder / "sandbox").string() + "' --serial " + serial +
                                " --algorithm sm2 --name Test --pin " + pin + " >/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
    return serial;
}

std::string waitForToken(Client& client) {
    client.result("tokens.subscribe");
    for (;;) {
        const json tokens = client.result("tokens.list").at("tokens");
        if (!tokens.empty()) return tokens.at(0).at("id");
        (void)client.notification();
    }
}

std::string signWith(Client& client, const std::string& token) {
    const json certificates =
        client.result("certificates.list", {{"token", token}, {"usage", "sign"}}).at("certificates");
    return client.codeOf("sign.digest", {{"certificate", certificates.at(0).at("id")},
                                         {"digest", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"},
                                         {"digestAlgorithm", "sm3"}});
}

}  // namespace ukey::test
