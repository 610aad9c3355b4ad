// Between the structures of the interface and the values that the code reckons with.
#pragma once

#include "tokenlib/gmt0016/skf.h"
#include "tokenlib/softtoken/sm2.hpp"
#include "tokenlib/softtoken/state.hpp"

namespace ukey::softtoken {

/// Throws SAR_INVALIDPARAMERR for a null pointer, SAR_INDATAERR for another size than 256 bits, numbers that
/// are not right-aligned, or a point off the curve.
Sm2Public sm2PublicFrom(const ECCPUBLICKEYBLOB* blob);
ECCPUBLICKEYBLOB blobOf(const Sm2Public& key);

Sm2Private sm2PrivateFrom(const ECCPRIVATEKEYBLOB* blob);

Sm2Signature signatureFrom(const ECCSIGNATUREBLOB* blob);
ECCSIGNATUREBLOB signatureBlobOf(const Sm2Signature& signature);

/// The structure really has cipher.cipher.size() octets at its end; `available` bounds what may be read where
/// the caller said it (0: not said). Throws SAR_INDATALENERR.
Sm2Cipher cipherFrom(const ECCCIPHERBLOB* blob, std::size_t available = 0);
std::size_t blobSize(const Sm2Cipher& cipher) noexcept;
void putBlob(const Sm2Cipher& cipher, ECCCIPHERBLOB* out);

RSAPUBLICKEYBLOB rsaBlobOf(const KeyPair& pair);
Sm2Public sm2PublicOf(const KeyPair& pair);

}  // namespace ukey::softtoken
