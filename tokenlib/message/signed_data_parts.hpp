// The parts of a SignedData as they stand in it. Used inside message only.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/message/family.hpp"

namespace ukey::cms {

/// Complete elements, in DER.
struct SignedDataParts {
    Family family = Family::cms;
    std::uint32_t version = 1;
    std::vector<Bytes> digestAlgorithms;
    std::optional<Bytes> content;  ///< Without tag and length; nothing where the message is detached.
    std::vector<Bytes> certificates;
    Bytes crls;  ///< [1], kept as it is; empty when absent.
    std::vector<Bytes> signerInfos;
};

/// A ContentInfo with a SignedData over data, of either family, BER or DER. Throws bad-request.
SignedDataParts readSignedData(ByteView message);

}  // namespace ukey::cms
