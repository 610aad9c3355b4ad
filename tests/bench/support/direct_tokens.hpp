// The same tokens called in this process, without the bridge: the second half of the floor.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace ukey::bench {

/// A token library loaded here, logged in, with one signing key open.
class DirectToken {
  public:
    virtual ~DirectToken() = default;
    /// One signature over a 32-octet digest.
    virtual void sign() = 0;
};

/// The first container of the first device of a GM/T 0016 library (SM2).
std::unique_ptr<DirectToken> openDirectSkf(const std::string& library, const std::string& serial,
                                           const std::string& pin);

enum class Pkcs11Key { rsa2048, p256 };
/// The first private key on the token with this label, through plain Cryptoki calls.
std::unique_ptr<DirectToken> openDirectPkcs11(const std::string& module, const std::string& label,
                                              const std::string& pin, Pkcs11Key key);

}  // namespace ukey::bench
