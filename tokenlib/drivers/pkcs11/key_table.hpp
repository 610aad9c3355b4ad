// The objects of a token, ordered into pairs (see pkcs11_driver.hpp for the rules).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/drivers/pkcs11/module.hpp"
#include "tokenlib/drivers/pkcs11/signing.hpp"
#include "tokenlib/drivers/pkcs11/stored_forms.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::pkcs11 {

struct StoredCertificate {
    CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
    Bytes id;
    std::string label;
    CertificateFacts facts;
    bool isPrivate = false;
};

struct StoredKey {
    token::KeyEntry entry;
    bool listed = true;  ///< False: only there to be deleted with its container.
    Bytes id;            ///< CKA_ID.
    std::string label;
    CK_OBJECT_HANDLE privateKey = CK_INVALID_HANDLE;
    CK_OBJECT_HANDLE publicKey = CK_INVALID_HANDLE;
    std::vector<StoredCertificate> certificates;  ///< Those in force first, the newest first.
    /// Of a certificate that nothing leads to a private key of: those that could be its own. The signature
    /// tells.
    std::vector<StoredKey> mayBe;
    /// How this key signs each digest, once that is known.
    std::array<std::optional<SignPlan>, 4> plans;

    // What the objects say; nothing where there is no such object or it does not say.
    std::optional<token::KeyAlgorithm> algorithm;
    std::optional<token::PublicKey> key;
    std::optional<bool> privateSigns;
    std::optional<bool> privateDecrypts;
    std::optional<bool> privateAgrees;
    std::optional<bool> publicVerifies;
    std::optional<bool> publicEncrypts;
};

using KeyTable = std::vector<StoredKey>;

/// Reads all objects. `privateVisible`: a private key that is not found is not there.
KeyTable readKeyTable(const Module& module, CK_SESSION_HANDLE session, const Mechanisms& mechanisms,
                      const Sm2Mechanisms* sm2, bool privateVisible);

/// What is listed of a pair: an entry for each of its certificates.
std::vector<token::KeyEntry> entriesOf(const StoredKey& pair);

/// The pair of a reference; where its container has one pair only, that, whatever its usage.
StoredKey* findKey(KeyTable& table, const token::KeyRef& ref);

/// Whether a container may be made under this name (token::GenerateKeyPair).
bool isContainerName(std::string_view text);

/// CKA_ID of a container's pair, by name.
Bytes idOf(const token::KeyRef& ref);
/// The reference that a CKA_ID stands for; nothing when it is empty. The usage is encrypt for ids ending in
/// ".enc", else absent.
struct NamedById {
    std::string container;
    std::optional<token::KeyUsage> usage;
};
std::optional<NamedById> nameOfId(ByteView id);

}  // namespace ukey::pkcs11
