// CKR_ codes in the words of the project.
#pragma once

#include <string>

#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/pkcs11/cryptoki.hpp"

namespace ukey::pkcs11 {

/// "CKR_PIN_INCORRECT", or "0x…" for a code that has no name here.
std::string nameOf(CK_RV value);

/// The error that a function's return value means when nothing special is known about the call.
Error errorOf(const char* function, CK_RV value);

/// Whether the module says that this key or module has no such mechanism, so that another one may do.
bool meansOtherMechanism(CK_RV value) noexcept;

/// Whether a cached object handle no longer names an object.
bool meansStaleHandle(CK_RV value) noexcept;

}  // namespace ukey::pkcs11
