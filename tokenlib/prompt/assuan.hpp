// The client's side of the Assuan protocol, as far as pinentry needs it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tokenlib/base/secret.hpp"

namespace ukey::prompt::assuan {

/// A line of an answer is at most 1000 octets and the line feed.
inline constexpr std::size_t kMaxLine = 1002;

enum class LineKind : std::uint8_t { ok, error, data, status, comment, inquire, unknown };

struct Line {
    LineKind kind = LineKind::unknown;
    std::uint32_t errorCode = 0;  ///< Of libgpg-error, without the source bits.
    std::string_view rest;        ///< After the verb and one blank; points into the line.
};

/// Takes a line without its line feed. Never throws; what is not Assuan is `unknown`.
Line parseLine(std::string_view line) noexcept;

/// Appends the octets of a D line's rest. False when the escapes are broken or the room does not suffice.
bool appendData(Secret& to, std::string_view rest) noexcept;

/// Octets of an escaped parameter; a line takes 1000, its verb included.
inline constexpr std::size_t kMaxParameter = 900;

/// Octets that the text would take with percent and controls escaped, uncut.
std::size_t escapedSize(std::string_view text) noexcept;

/// A parameter for a command: percent, controls escaped, and cut to what fits a line, never inside a UTF-8
/// character.
std::string escaped(std::string_view text);

// Status lines of ukey-prompt: how its window lies. Who does not know them reads on.
inline constexpr std::string_view kOverlooked = "UKEY_OVERLOOKED";
inline constexpr std::string_view kInSight = "UKEY_IN_SIGHT";

// libgpg-error codes that pinentry answers with.
inline constexpr std::uint32_t kTimeout = 62;
inline constexpr std::uint32_t kCanceled = 99;
inline constexpr std::uint32_t kNotConfirmed = 114;
inline constexpr std::uint32_t kFullyCanceled = 198;
inline constexpr std::uint32_t kUnknownCommand = 275;

/// The user said no, or closed the dialog.
constexpr bool isRefusal(std::uint32_t code) {
    return code == kCanceled || code == kFullyCanceled || code == kNotConfirmed;
}

}  // namespace ukey::prompt::assuan
