// The parts of a SignedData as they stand in it. Used inside message only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/message/family.hpp"

namespace ukey::cms {

/// With what every message ends that has signers. Complete elements, in DER.
struct SignerParts {
    std::vector<Bytes> certificates;
    Bytes crls;  ///< [1], kept as it is; empty when absent.
    std::vector<Bytes> signerInfos;
};

/// What is left of a message behind its content, to the end. Throws bad-request.
SignerParts readSignerParts(der::Reader& rest);
Bytes writeSignerParts(const SignerParts& parts);

struct SignedDataParts : SignerParts {
    Family family = Family::cms;
    std::uint32_t version = 1;
    std::vector<Bytes> digestAlgorithms;
    std::string contentType;       ///< Dotted; of a message of ours the family's data.
    std::optional<Bytes> content;  ///< Without tag and length; nothing where the message is detached.
};

/// A ContentInfo with a SignedData over octets, of either family, BER or DER. Throws bad-request.
SignedDataParts readSignedData(ByteView message);

/// The whole message, in DER.
Bytes writeSignedData(const SignedDataParts& parts);

}  // namespace ukey::cms
