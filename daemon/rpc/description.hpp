// The machine-readable description of the protocol, docs/protocol/openrpc.json, as it was when the program
// was built.
#pragma once

#include <string_view>

namespace ukey::rpc {

std::string_view descriptionText() noexcept;

}  // namespace ukey::rpc
