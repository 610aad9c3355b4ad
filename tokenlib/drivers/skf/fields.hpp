// What a library writes into its fields and lists, read with distrust.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::skf {

inline constexpr std::size_t kMaxNameLength = 256;
inline constexpr std::size_t kMaxNames = 64;
inline constexpr std::size_t kMaxNameList = kMaxNames * (kMaxNameLength + 1) + 1;
inline constexpr std::size_t kMaxCertificate = std::size_t{64} * 1024;

bool isZero(ByteView octets) noexcept;

/// A name list of GM/T 0016: strings, each with its NUL, closed by one more NUL. Ends at the end of `list` at
/// the latest. Throws driver-error when a name or their number is too large.
std::vector<std::string> parseNames(ByteView list);

/// A name as it is passed on: itself when it is clean UTF-8, else "hex:" and its octets, so that every name
/// can stand in JSON and still names one container.
std::string shownName(std::string_view name);

/// Where a number shorter than its field stands in it.
enum class Placement : std::uint8_t { right, left };

struct PlacedNumber {
    Bytes value;
    Placement placement = Placement::right;
};

/// The `size` octets of a number in its larger field; the rest must be zero. Throws driver-error when the
/// number is zero or too long.
PlacedNumber placedNumber(ByteView field, std::size_t size);

/// Copies `number` into `field`, which is zero and not shorter.
void placeNumber(ByteView number, Placement placement, std::span<std::uint8_t> field) noexcept;

/// An RSA exponent without leading zeros, wherever in the field it stands.
Bytes exponentOf(ByteView field);

/// The certificate at the start of `stored`, without what the library keeps after it. Empty when it is none.
Bytes certificateOf(Bytes stored);

}  // namespace ukey::skf
