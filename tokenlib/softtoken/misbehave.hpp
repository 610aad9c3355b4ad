// Carries out a fault.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "tokenlib/softtoken/faults.hpp"

namespace ukey::softtoken {

/// Where an export puts its results, as far as a fault may spoil them.
struct Outputs {
    void* data = nullptr;
    std::size_t fixedSize = 0;  // of a result without a length argument
    ULONG* length = nullptr;
    std::array<ULONG*, 2> counts{};
};

/// What the library does before its work; a code when it is to answer with that at once. May not return.
std::optional<ULONG> misbehaveBefore(const Fault& fault, const TokenPaths& token, unsigned callsInFlight);

/// What it does to the results of its work; the code to answer with. `capacity` is what stood in the length
/// argument when the call began.
ULONG misbehaveAfter(const Fault& fault, const Outputs& outputs, ULONG capacity, ULONG code);

/// Between two steps of writing the state. May not return; throws SAR_WRITEFILEERR, or the fault's code.
void misbehaveInWrite(const Fault& fault);

}  // namespace ukey::softtoken
