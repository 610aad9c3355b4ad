// Names for certificate requests.
#pragma once

#include <string>
#include <vector>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pki {

/// One attribute: a short name (CN, O, OU, C, L, ST, STREET, DC, SN, GN, T, UID, E, serialNumber, …) or a
/// dotted OID, and its value in UTF-8.
struct NameAttribute {
    std::string type;
    std::string value;
};

/// DER Name, one attribute an RDN, in the order given. PrintableString for country and serial number,
/// IA5String for mail and domain component, UTF8String for the rest. Throws bad-request for an unknown type,
/// a value that is empty, too long for its type (X.520 upper bounds) or not of its alphabet.
Bytes toNameDer(const std::vector<NameAttribute>& attributes);

}  // namespace ukey::pki
