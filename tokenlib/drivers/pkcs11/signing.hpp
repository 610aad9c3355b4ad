// Which mechanism of a module makes a signature, what it is given, and what its answer is turned into.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "tokenlib/drivers/pkcs11/module.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::pkcs11 {

/// The mechanisms of a slot. A module that does not tell is assumed to have all; what it refuses is found out
/// then.
class Mechanisms {
  public:
    Mechanisms() = default;
    static Mechanisms read(const Module& module, CK_SLOT_ID slot);

    bool has(CK_MECHANISM_TYPE type, CK_FLAGS flag) const;
    /// As `has`, for keys of that many bits.
    bool hasForSize(CK_MECHANISM_TYPE type, CK_FLAGS flag, CK_ULONG bits) const;
    bool known() const noexcept { return known_; }

  private:
    std::map<CK_MECHANISM_TYPE, CK_MECHANISM_INFO> types_;
    bool known_ = false;
};

/// What a mechanism is given.
enum class SignInput : std::uint8_t { digest, digestInfo, paddedBlock, message };

struct SignPlan {
    CK_MECHANISM_TYPE mechanism = 0;
    SignInput input = SignInput::digest;
};

/// Throws bad-request when the digest does not go with the key or has a wrong length.
void requireDigest(token::KeyAlgorithm algorithm, const token::Sign& request);

/// The ways to sign, best first; empty when there is none.
std::vector<SignPlan> signPlans(token::KeyAlgorithm algorithm, const token::Sign& request,
                                const Mechanisms& mechanisms, const Sm2Mechanisms* sm2);

Bytes signInput(const SignPlan& plan, token::KeyAlgorithm algorithm, const token::Sign& request);

/// The signature as `token::Sign` wants it. Modules give DER where they should give r || s, or leave out
/// leading zeros. Throws driver-error when it can be no signature.
Bytes rawSignature(token::KeyAlgorithm algorithm, ByteView answer, bool isDer);

}  // namespace ukey::pkcs11
