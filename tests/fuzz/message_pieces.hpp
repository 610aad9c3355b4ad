// How the targets of this area cut their inputs: whoever reads a stream must not care where its pieces end.
#pragma once

#include <algorithm>
#include <cstddef>

#include "tokenlib/base/bytes.hpp"

namespace ukey::fuzz {

/// Hands the octets over, `size` of them at a time.
template <class Take>
void inPieces(ByteView octets, std::size_t size, const Take& take) {
    while (!octets.empty()) {
        const ByteView piece = octets.first(std::min(size, octets.size()));
        octets = octets.subspan(piece.size());
        take(piece);
    }
}

}  // namespace ukey::fuzz
