// Names of certificates as people read them. For comparing there is their DER. Used inside pki only.
#pragma once

#include <string>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pki {

/// RFC 4514, most specific first, Chinese left readable whatever string type and encoding it stands in.
/// Throws bad-request for what is no Name.
std::string nameText(ByteView nameDer);

/// What people call the holder: common name, then organisation where it is another. Fit to be shown.
std::string holderText(ByteView nameDer);

/// The same name with every string in a type that its text fits, for a reader that is strict.
Bytes wellFormedName(ByteView nameDer);

}  // namespace ukey::pki
