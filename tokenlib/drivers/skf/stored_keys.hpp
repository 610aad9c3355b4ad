// The public key of a pair, from whichever place the token has it in.
#pragma once

#include <optional>

#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/skf/api.hpp"

namespace ukey::skf {

/// Whether a library says by this that a key or certificate is not there. Makers have more codes for that.
bool saysAbsent(const Error& error) noexcept;

/// As SKF_ExportPublicKey gives it; where it gives none, refuses or gives nonsense, that of the pair's
/// certificate, which says the same. Nothing when there is neither. `isDoubtful` becomes true when the
/// library refused with a code that does not mean "there is none". Throws when the token is lost, and for
/// nonsense that no certificate makes good.
std::optional<token::PublicKey> publicKeyOf(Api& api, Handle container, token::KeyUsage usage,
                                            ByteView certificate, bool& isDoubtful);

/// The same for the signing pair, whose certificate is read only where it is needed.
std::optional<token::PublicKey> signingKeyOf(Api& api, Handle container);

}  // namespace ukey::skf
