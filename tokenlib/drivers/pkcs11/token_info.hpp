// What a slot and its token say of themselves, in the words of the project.
#pragma once

#include <string>
#include <vector>

#include "tokenlib/drivers/pkcs11/module.hpp"
#include "tokenlib/drivers/pkcs11/signing.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pkcs11 {

/// Slots that hold a token now; makes the module look again (C_GetSlotList with a null list).
std::vector<CK_SLOT_ID> slotsWithToken(const Module& module);

/// Tells tokens in one slot apart: the serial number as printable ASCII, in hexadecimal where it is none.
std::string serialKey(const CK_TOKEN_INFO& info);

/// Whether the user can log in at all: initialised, and with a user PIN where one is needed.
bool isInitialised(const CK_TOKEN_INFO& info) noexcept;

token::PinState pinStateOf(const CK_TOKEN_INFO& info) noexcept;
/// Of the security officer.
token::PinState administratorPinStateOf(const CK_TOKEN_INFO& info) noexcept;

/// `inUse`: what is on the token weighs more than isInitialised().
token::TokenInfo tokenInfoOf(const std::string& id, const CK_TOKEN_INFO& info, bool inUse,
                             const Mechanisms& mechanisms, const Sm2Mechanisms* sm2);

/// What the module calls the slot; for tokens that have no name yet.
std::string slotName(const Module& module, CK_SLOT_ID slot);

/// For a token that the module sees and cannot work with.
token::TokenInfo unusableToken(const Module& module, CK_SLOT_ID slot);

}  // namespace ukey::pkcs11
