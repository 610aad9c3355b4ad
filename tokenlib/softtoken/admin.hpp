// Makes soft tokens and plugs them in and out: what a factory and a hand do. Only files; no cryptography, and
// none of the token's secrets. Every function throws ukey::Error: `badRequest` for a serial or a value that
// no token can have, `tokenNotFound` where there is no such token, `driverError` for the file system.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ukey::softtoken {

inline constexpr std::string_view kDefaultApplication = "UKEY";
inline constexpr std::string_view kDefaultUserPin = "111111";
inline constexpr std::string_view kDefaultAdminPin = "ukeyadmin1";

/// How much goes on a token.
struct Room {
    std::uint32_t containers = 8;   // in each application, 1 to 64
    std::uint32_t octets = 131072;  // for keys, certificates and files, 4 KiB to 4 MiB
};

/// What a new token is like.
struct TokenSpec {
    std::string serial;                    // see isSerial in layout.hpp; also the name of the device
    std::string model = "Ukey SoftToken";  // at most 63 octets; DEVINFO.Issuer
    std::string label = "Ukey";            // at most 31 octets of UTF-8
    Room room = {};
    std::string application{kDefaultApplication};  // at most 32 octets; empty for a blank token without one
    std::string adminPin{kDefaultAdminPin};        // 6 to 16 octets
    std::string userPin{kDefaultUserPin};  // 6 to 16 octets; counts as the default PIN until it is changed
};

/// One token as it lies in the folder.
struct TokenEntry {
    std::string serial;
    std::string model;
    std::string label;
    bool plugged = false;
};

/// The folder of all tokens: see tokensFolder in layout.hpp.
std::string directory();

/// A token that lies beside the computer, not plugged in. The library sets its PINs and makes its application
/// when it is first connected. Throws `badRequest` also when there is a token of that serial already.
void createToken(const TokenSpec& spec);

/// In one step: whoever lists the tokens sees it or does not. Plugging a plugged token changes nothing.
void plug(const std::string& serial);
void unplug(const std::string& serial);

bool exists(const std::string& serial);
bool isPlugged(const std::string& serial);

/// All tokens, sorted by serial; a folder that holds none is left out.
std::vector<TokenEntry> list();

/// Unplugs and destroys.
void remove(const std::string& serial);

/// Says how the token shall misbehave (README.md, "Faults"); an empty text ends it. The JSON is checked:
/// throws `badRequest` for one that the library would not take.
void writeFaults(const std::string& serial, std::string_view json);

}  // namespace ukey::softtoken
