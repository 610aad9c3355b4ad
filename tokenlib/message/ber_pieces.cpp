#include "tokenlib/message/ber_pieces.hpp"

#include <algorithm>

#include "tokenlib/base/der.hpp"

namespace ukey::cms {

Bytes octetStrings(ByteView octets) {
    Bytes out;
    while (!octets.empty()) {
        const ByteView piece = octets.first(std::min(octets.size(), kPiece));
        const Bytes element = der::octetString(piece);
        out.insert(out.end(), element.begin(), element.end());
        octets = octets.subspan(piece.size());
    }
    return out;
}

}  // namespace ukey::cms
