// The steps that are the same for every kind of token.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sandbox/mint/mint.hpp"
#include "tokenlib/token/driver.hpp"

namespace ukey::mint {

/// The one token that fits; throws `token-not-found` for none, `bad-request` for several.
token::TokenInfo findToken(token::Driver& driver, const std::function<bool(const token::TokenInfo&)>& fits);

class Minting {
  public:
    Minting(token::Driver& driver, ca::CertificateCentre& centre, token::TokenInfo token, const Order& order);

    /// Logs in; a token with the PIN that it ships with is given the holder's first.
    void logIn();

    /// Makes the pair or pairs, certifies, writes, reads back. `keys` is null for a signing pair alone. Takes
    /// everything back when a step fails.
    Minted run(ca::KeyCentre* keys);

  private:
    Minted makeContainer(ca::KeyCentre* keys);
    std::string certify(token::KeyUsage usage, EVP_PKEY* key);
    void write(token::KeyUsage usage, const Bytes& certificate);
    void takeBack() noexcept;

    token::Driver& driver_;
    ca::CertificateCentre& centre_;
    token::TokenInfo token_;
    const Order& order_;
    std::string container_;
    std::vector<std::string> issued_;
};

}  // namespace ukey::mint
