// The forms of keys and certificates on a token, by their short names.
#pragma once

#include "tokenlib/drivers/x509/certificates.hpp"
#include "tokenlib/drivers/x509/curves.hpp"
#include "tokenlib/drivers/x509/der.hpp"
#include "tokenlib/drivers/x509/public_keys.hpp"

namespace ukey::pkcs11 {

namespace der = x509::der;
using x509::certificateFacts;
using x509::CertificateFacts;
using x509::curveOf;
using x509::curveParameters;
using x509::ecKey;
using x509::encodedPoint;
using x509::keyOfInfo;
using x509::rsaKey;

}  // namespace ukey::pkcs11
