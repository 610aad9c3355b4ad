// The last part of an address: which thing, and what is to be done with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "sandbox/http/message.hpp"
#include "sandbox/ra/refusal.hpp"

namespace ukey::portal {

/// Throws ra::Refused with `otherwise` for what is no number.
std::int64_t numberOf(std::string_view text, ra::Reason otherwise);

/// "7/pay" is 7 and "pay"; "7" is 7 and nothing. Throws ra::Refused with `otherwise` where no number comes
/// first.
std::pair<std::int64_t, std::string> idAndAction(std::string_view rest, ra::Reason otherwise);

/// The answer at an address that there is not.
http::Response notFound();

}  // namespace ukey::portal
