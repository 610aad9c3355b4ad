// Where a soft token keeps what, shared by the library and by those who make and plug tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ukey::softtoken {

/// $UKEY_SOFTTOKEN_DIR, else $XDG_STATE_HOME/ukey/softtoken, else ~/.local/state/ukey/softtoken.
std::string tokensFolder();

/// 1 to 31 of A-Z a-z 0-9 . _ - and no dot in front: it is the name of a folder and of the device.
bool isSerial(std::string_view serial) noexcept;

inline constexpr std::string_view kStateFile = "state.json";
inline constexpr std::string_view kPluggedFile = "plugged";
inline constexpr std::string_view kFaultsFile = "faults.json";

/// The paths of one token.
struct TokenPaths {
    std::string folder;
    std::string state;
    std::string stateTemporary;
    std::string plugged;
    std::string faults;
    std::string lock;
    std::string faultsLock;
};

/// `serial` has been checked with isSerial.
TokenPaths pathsOf(std::string_view serial);

}  // namespace ukey::softtoken
