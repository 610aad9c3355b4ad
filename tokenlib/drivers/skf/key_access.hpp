// Keys and certificates of a connected token.
#pragma once

#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/skf/open_token.hpp"

namespace ukey::skf {

struct KeyListing {
    std::vector<token::KeyEntry> keys;
    bool isDoubtful = false;  ///< Something was refused with a code that does not mean "there is none".
};

class KeyAccess {
  public:
    KeyAccess(Api& api, const SkfOptions& options) : api_(&api), options_(&options) {}

    KeyListing list(OpenToken& token);
    Bytes sign(OpenToken& token, const token::Sign& op);
    token::PublicKey generate(OpenToken& token, const token::GenerateKeyPair& op);
    void import(OpenToken& token, const token::ImportKeyPair& op);
    void write(OpenToken& token, const token::WriteCertificate& op);
    Bytes decrypt(OpenToken& token, const token::Decrypt& op);
    std::string openSession(OpenToken& token, const token::OpenSession& op);

  private:
    token::DecryptMeans meansOf(const token::PublicKey& key) const;
    /// In the application that is open.
    std::vector<token::KeyEntry> listHere(OpenToken& token, bool& isDoubtful, std::optional<Error>& refusal);
    std::optional<token::KeyEntry> entry(Handle container, const token::KeyRef& ref, bool& isDoubtful);
    Bytes signIn(const OpenContainer& container, const token::Sign& op);
    Bytes signRsa(const OpenContainer& container, const token::Sign& op);
    token::PublicKey generateIn(Handle container, token::KeyAlgorithm algorithm);
    void requireImported(Handle container, const token::PublicKey& expected);

    Api* api_;
    const SkfOptions* options_;
};

}  // namespace ukey::skf
