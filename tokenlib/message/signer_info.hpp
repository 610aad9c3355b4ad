// One SignerInfo, and what it says. Used inside message only.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::cms {

/// Views into the element that was read.
struct SignerInfo {
    ByteView issuer;  ///< DER Name; empty when the signer is named by a key identifier.
    ByteView serial;  ///< DER INTEGER.
    ByteView keyIdentifier;
    std::string digestOid;
    ByteView attributes;  ///< Inside [0]; empty when there are none.
    std::string signatureOid;
    ByteView signature;
    ByteView unsignedAttributes;  ///< Inside [1]; empty when there are none.

    bool names(const pki::Certificate& certificate) const;
};

/// Throws bad-request.
SignerInfo readSignerInfo(ByteView element);

/// The attributes that count, each at most once.
struct SignedAttributes {
    std::string contentType;
    Bytes messageDigest;
    std::optional<std::chrono::sys_seconds> signingTime;
    ByteView signingCertificate;    ///< SigningCertificateV2; empty when absent.
    ByteView signingCertificateV1;  ///< The older one, whose digest is SHA-1; empty when absent.
};

/// Nothing when one of them is there twice, or what has to be there is not.
std::optional<SignedAttributes> readAttributes(ByteView attributes);

/// Whether the attributes name that certificate as the one that signed, or name none.
bool agreesWith(const SignedAttributes& attributes, const pki::Certificate& certificate);

/// The one time stamp over the signature among unsigned attributes; empty where there is none. Throws
/// bad-request.
ByteView timeStampIn(ByteView unsignedAttributes);

/// The SignerInfo with one more unsigned attribute.
Bytes withUnsignedAttribute(ByteView element, std::string_view oid, ByteView value);

/// A signature as others write it, in the form of tokens: DER, r and s of fixed width, or r || s itself.
/// Empty when it is none of these.
Bytes rawSignature(token::KeyAlgorithm key, ByteView signature);

}  // namespace ukey::cms
