#include "tokenlib/softtoken/layout.hpp"

#include <algorithm>

#include "tokenlib/softtoken/platform/files.hpp"

namespace ukey::softtoken {

std::string tokensFolder() {
    if (const auto folder = platform::environment("UKEY_SOFTTOKEN_DIR")) return *folder;
    if (const auto state = platform::environment("XDG_STATE_HOME")) return *state + "/ukey/softtoken";
    return platform::environment("HOME").value_or("/tmp") + "/.local/state/ukey/softtoken";
}

bool isSerial(std::string_view serial) noexcept {
    constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    return !serial.empty() && serial.size() < 32 && serial.front() != '.' &&
           std::all_of(serial.begin(), serial.end(),
                       [&](char c) { return kAllowed.find(c) != std::string_view::npos; });
}

TokenPaths pathsOf(std::string_view serial) {
    TokenPaths paths;
    paths.folder = tokensFolder() + "/" + std::string(serial);
    const auto in = [&paths](std::string_view name) { return paths.folder + "/" + std::string(name); };
    paths.state = in(kStateFile);
    paths.stateTemporary = in("state.json.new");
    paths.plugged = in(kPluggedFile);
    paths.faults = in(kFaultsFile);
    paths.lock = in("lock");
    paths.faultsLock = in("faults.lock");
    return paths;
}

}  // namespace ukey::softtoken
