#include "tokenlib/drivers/pkcs11/key_table.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "tokenlib/drivers/pkcs11/attributes.hpp"
#include "tokenlib/drivers/pkcs11/stored_forms.hpp"

namespace ukey::pkcs11 {
namespace {

using token::DecryptMeans;
using token::KeyAlgorithm;
using token::KeyRef;
using token::KeyUsage;
using token::PublicKey;

constexpr std::string_view kHexPrefix = "id:";
constexpr std::string_view kEncryptionSuffix = ".enc";
constexpr std::size_t kMaxContainerName = 39;

/// FNV-1a of 64 bits: a short name for something that has none.
std::string hashName(std::string_view prefix, ByteView content) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const auto octet : content) hash = (hash ^ octet) * 0x100000001b3U;
    Bytes octets;
    for (int shift = 56; shift >= 0; shift -= 8) octets.push_back(static_cast<std::uint8_t>(hash >> shift));
    return std::string(prefix) + toHex(octets);
}

/// YYYYMMDDhhmmss.
std::string utcNow() {
    using std::chrono::floor;
    const auto now = floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::chrono::year_month_day date(floor<std::chrono::days>(now));
    const std::chrono::hh_mm_ss time(now - floor<std::chrono::days>(now));
    std::string text;
    const auto append = [&](std::int64_t number, std::size_t digits) {
        const std::string plain = std::to_string(number);
        text += std::string(digits - std::min(digits, plain.size()), '0') + plain;
    };
    append(int{date.year()}, 4);
    append(unsigned{date.month()}, 2);
    append(unsigned{date.day()}, 2);
    append(time.hours().count(), 2);
    append(time.minutes().count(), 2);
    append(time.seconds().count(), 2);
    return text;
}

struct KeyObject {
    CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
    Bytes id;
    std::string label;
    std::optional<KeyAlgorithm> algorithm;
    std::optional<PublicKey> key;
    Values values;
};

bool isSm2Type(CK_KEY_TYPE type, const Sm2Mechanisms* sm2) {
    return sm2 != nullptr && sm2->keyType != 0 && type == static_cast<CK_KEY_TYPE>(sm2->keyType);
}

void readEcKey(KeyObject& object, bool sm2Type) {
    object.algorithm = curveOf(object.values.bytes(CKA_EC_PARAMS));
    if (sm2Type) object.algorithm = KeyAlgorithm::sm2;
    if (object.algorithm) object.key = ecKey(*object.algorithm, object.values.bytes(CKA_EC_POINT));
}

void readRsaKey(KeyObject& object) {
    object.key = rsaKey(object.values.bytes(CKA_MODULUS), object.values.bytes(CKA_PUBLIC_EXPONENT));
    if (object.key) object.algorithm = object.key->algorithm;
}

/// Nothing when the object is not of a kind that the protocol knows.
std::optional<KeyObject> readKeyObject(const Module& module, CK_SESSION_HANDLE session,
                                       CK_OBJECT_HANDLE handle, CK_OBJECT_CLASS objectClass,
                                       const Sm2Mechanisms* sm2) {
    static constexpr std::array kShared{CKA_ID, CKA_LABEL, CKA_KEY_TYPE};
    static constexpr std::array kRsa{CKA_MODULUS, CKA_PUBLIC_EXPONENT};
    static constexpr std::array kEcPublic{CKA_EC_PARAMS, CKA_EC_POINT};
    static constexpr std::array kEcPrivate{CKA_EC_PARAMS, CKA_PUBLIC_KEY_INFO, CKA_EC_POINT};
    static constexpr std::array kPublicUse{CKA_VERIFY, CKA_ENCRYPT};
    static constexpr std::array kPrivateUse{CKA_SIGN, CKA_DECRYPT, CKA_UNWRAP, CKA_DERIVE,
                                            CKA_ALWAYS_AUTHENTICATE};

    const bool isPrivate = objectClass == CKO_PRIVATE_KEY;
    const Values shared = readAttributes(module, session, handle, kShared);
    const auto type = shared.number(CKA_KEY_TYPE);
    if (!type) return std::nullopt;
    const bool sm2Type = isSm2Type(*type, sm2);

    std::vector<CK_ATTRIBUTE_TYPE> wanted;
    const auto want = [&](const auto& types) { wanted.insert(wanted.end(), types.begin(), types.end()); };
    if (*type == CKK_RSA)
        want(kRsa);
    else if (*type != CKK_EC && !sm2Type)
        return std::nullopt;
    else if (isPrivate)
        want(kEcPrivate);
    else
        want(kEcPublic);
    if (isPrivate)
        want(kPrivateUse);
    else
        want(kPublicUse);

    KeyObject object;
    object.handle = handle;
    object.id = shared.bytes(CKA_ID);
    object.label = std::string(asText(shared.bytes(CKA_LABEL)));
    object.values = readAttributes(module, session, handle, wanted);
    if (*type == CKK_RSA)
        readRsaKey(object);
    else
        readEcKey(object, sm2Type);
    if (!object.key) {
        if (auto key = keyOfInfo(object.values.bytes(CKA_PUBLIC_KEY_INFO))) {
            object.algorithm = key->algorithm;
            object.key = std::move(key);
        }
    }
    // An RSA key that does not show its modulus takes its algorithm from the public key or the certificate.
    if (!object.algorithm && (*type != CKK_RSA || !object.values.bytes(CKA_MODULUS).empty()))
        return std::nullopt;
    return object;
}

std::vector<KeyObject> readKeyObjects(const Module& module, CK_SESSION_HANDLE session,
                                      CK_OBJECT_CLASS objectClass, const Sm2Mechanisms* sm2) {
    std::vector<KeyObject> objects;
    for (const auto handle : findObjects(module, session, objectClass)) {
        if (auto object = readKeyObject(module, session, handle, objectClass, sm2)) {
            objects.push_back(*std::move(object));
        }
    }
    return objects;
}

std::vector<StoredCertificate> readCertificates(const Module& module, CK_SESSION_HANDLE session) {
    static constexpr std::array kTypes{CKA_ID, CKA_LABEL, CKA_VALUE, CKA_PRIVATE};
    std::vector<StoredCertificate> certificates;
    for (const auto handle : findObjects(module, session, CKO_CERTIFICATE)) {
        const Values values = readAttributes(module, session, handle, kTypes);
        auto facts = certificateFacts(values.bytes(CKA_VALUE));
        if (!facts) continue;
        certificates.push_back({handle, values.bytes(CKA_ID), std::string(asText(values.bytes(CKA_LABEL))),
                                *std::move(facts), values.flag(CKA_PRIVATE).value_or(false)});
    }
    const std::string now = utcNow();
    std::stable_sort(certificates.begin(), certificates.end(), [&](const auto& a, const auto& b) {
        const bool first = x509::isInForce(a.facts, now);
        const bool second = x509::isInForce(b.facts, now);
        return first != second ? first : a.facts.startsAt > b.facts.startsAt;
    });
    return certificates;
}

StoredKey pairOfPrivate(KeyObject object) {
    StoredKey pair;
    pair.privateKey = object.handle;
    pair.id = std::move(object.id);
    pair.label = std::move(object.label);
    pair.algorithm = object.algorithm;
    pair.key = std::move(object.key);
    pair.privateSigns = object.values.flag(CKA_SIGN);
    pair.privateDecrypts = object.values.flag(CKA_DECRYPT);
    pair.privateAgrees = object.values.flag(CKA_DERIVE);
    pair.entry.alwaysAuthenticate = object.values.flag(CKA_ALWAYS_AUTHENTICATE).value_or(false);
    return pair;
}

void addPublic(StoredKey& pair, KeyObject object) {
    pair.publicKey = object.handle;
    if (pair.id.empty()) pair.id = std::move(object.id);
    if (pair.label.empty()) pair.label = std::move(object.label);
    if (!pair.algorithm) pair.algorithm = object.algorithm;
    if (!pair.key) pair.key = std::move(object.key);
    pair.publicVerifies = object.values.flag(CKA_VERIFY);
    pair.publicEncrypts = object.values.flag(CKA_ENCRYPT);
}

/// Whether the private key, as far as it says, can be used so.
bool permits(const StoredKey& pair, std::optional<KeyUsage> usage) {
    if (!usage) return true;
    return *usage == KeyUsage::sign
               ? pair.privateSigns.value_or(true)
               : pair.privateDecrypts.value_or(true) || pair.privateAgrees.value_or(false);
}

/// How well a public key (or certificate) of these facts fits a pair; 0: not at all.
unsigned fit(const StoredKey& pair, const std::optional<PublicKey>& key, ByteView id, std::string_view label,
             std::optional<KeyUsage> usage) {
    constexpr unsigned kSameKey = 16;
    constexpr unsigned kSameId = 4;
    constexpr unsigned kSameLabel = 2;
    constexpr unsigned kSameUsage = 1;
    // Objects that nobody gave an id are left with their label.
    const bool sameName = id.empty() ? !label.empty() && label == pair.label : true;
    const bool sameId = sameName && std::equal(id.begin(), id.end(), pair.id.begin(), pair.id.end());
    unsigned points = sameId ? kSameId : 0;
    if (key && pair.key) {
        if (*key != *pair.key) return 0;
        points += kSameKey;
    } else if (!sameId || (key && pair.algorithm && key->algorithm != *pair.algorithm) ||
               !permits(pair, usage)) {
        return 0;
    }
    if (!label.empty() && label == pair.label) points += kSameLabel;
    if (usage && pair.privateSigns && (*usage == KeyUsage::sign) == *pair.privateSigns) points += kSameUsage;
    return points;
}

template <class Excluded>
StoredKey* bestFit(KeyTable& table, const std::optional<PublicKey>& key, ByteView id, std::string_view label,
                   std::optional<KeyUsage> usage, Excluded excluded) {
    StoredKey* best = nullptr;
    unsigned most = 0;
    for (auto& pair : table) {
        if (excluded(pair)) continue;
        const unsigned points = fit(pair, key, id, label, usage);
        if (points > most) {
            most = points;
            best = &pair;
        }
    }
    return best;
}

void attachPublicKeys(KeyTable& table, std::vector<KeyObject> objects, bool privateVisible) {
    std::vector<KeyObject> alone;
    for (auto& object : objects) {
        std::optional<KeyUsage> usage;
        if (const auto verifies = object.values.flag(CKA_VERIFY)) {
            usage = *verifies ? KeyUsage::sign : KeyUsage::encrypt;
        }
        const auto taken = [](const StoredKey& pair) { return pair.publicKey != CK_INVALID_HANDLE; };
        if (StoredKey* pair = bestFit(table, object.key, object.id, object.label, usage, taken)) {
            addPublic(*pair, std::move(object));
        } else {
            alone.push_back(std::move(object));
        }
    }
    for (auto& object : alone) {
        StoredKey pair;
        pair.listed = !privateVisible;
        addPublic(pair, std::move(object));
        table.push_back(std::move(pair));
    }
}

/// Private keys of which neither number nor certificate is known, for a certificate that no number and no id
/// leads to: those with its label, else those of its algorithm.
std::vector<StoredKey*> candidates(KeyTable& table, const StoredCertificate& certificate, bool byLabel) {
    std::vector<StoredKey*> found;
    if (!certificate.facts.key || certificate.facts.authority) return found;
    for (auto& pair : table) {
        const bool isBare = pair.privateKey != CK_INVALID_HANDLE && !pair.key && pair.certificates.empty() &&
                            (!pair.algorithm || *pair.algorithm == certificate.facts.key->algorithm) &&
                            (pair.algorithm || token::isRsa(certificate.facts.key->algorithm));
        if (!isBare || !permits(pair, certificate.facts.usage)) continue;
        if (!byLabel || (!pair.label.empty() && pair.label == certificate.label)) found.push_back(&pair);
    }
    return found;
}

/// Leaves those that only a trial tells apart to the caller of token::Sign. A key for decryption makes none.
void offerBareKeys(KeyTable& table) {
    for (auto& alone : table) {
        if (alone.privateKey != CK_INVALID_HANDLE || alone.certificates.empty()) continue;
        const StoredCertificate& certificate = alone.certificates.front();
        if (certificate.facts.usage == KeyUsage::encrypt) continue;
        auto keys = candidates(table, certificate, true);
        if (keys.empty()) keys = candidates(table, certificate, false);
        if (keys.empty()) continue;
        alone.key = certificate.facts.key;
        alone.algorithm = alone.key->algorithm;
        for (const StoredKey* key : keys) {
            alone.mayBe.push_back(*key);
            alone.mayBe.back().algorithm = alone.algorithm;
        }
    }
}

/// Gives such keys the certificates that can only be theirs. Were one another's all the same, its signatures
/// would not verify and go nowhere.
void nameBareKeys(KeyTable& table, const std::vector<StoredCertificate>& certificates) {
    const auto isAnyones = [&](const StoredCertificate& certificate) {
        const auto never = [](const StoredKey&) { return false; };
        const auto& facts = certificate.facts;
        return bestFit(table, facts.key, certificate.id, certificate.label, facts.usage, never) != nullptr;
    };
    for (const bool byLabel : {true, false}) {
        std::vector<const StoredCertificate*> loose;
        for (const auto& certificate : certificates) {
            if (!isAnyones(certificate) && !candidates(table, certificate, byLabel).empty()) {
                loose.push_back(&certificate);
            }
        }
        for (const auto* certificate : loose) {
            const auto keys = candidates(table, *certificate, byLabel);
            const auto rivals = std::count_if(loose.begin(), loose.end(), [&](const auto* other) {
                return other->facts.key != certificate->facts.key &&
                       other->facts.key->algorithm == certificate->facts.key->algorithm &&
                       (!byLabel || other->label == certificate->label);
            });
            if (keys.size() != 1 || rivals != 0) continue;
            keys.front()->key = certificate->facts.key;
            keys.front()->algorithm = certificate->facts.key->algorithm;
        }
    }
}

void attachCertificates(KeyTable& table, std::vector<StoredCertificate> certificates, bool privateVisible) {
    nameBareKeys(table, certificates);
    for (auto& certificate : certificates) {
        const auto& facts = certificate.facts;
        // A second certificate for a key that is known only from the first goes with it; others stand alone.
        const auto never = [](const StoredKey&) { return false; };
        if (StoredKey* pair =
                bestFit(table, facts.key, certificate.id, certificate.label, facts.usage, never)) {
            if (pair->id.empty()) pair->id = certificate.id;
            if (!pair->key) pair->key = facts.key;
            if (!pair->algorithm && facts.key) pair->algorithm = facts.key->algorithm;
            pair->listed = true;
            pair->certificates.push_back(std::move(certificate));
            continue;
        }
        StoredKey alone;
        alone.id = certificate.id;
        alone.label = certificate.label;
        // As long as private keys are hidden, any certificate but a CA's may have one.
        if (!privateVisible && !facts.authority) {
            alone.key = facts.key;
            if (facts.key) alone.algorithm = facts.key->algorithm;
        }
        alone.certificates.push_back(std::move(certificate));
        table.push_back(std::move(alone));
    }
}

KeyUsage usageOf(const StoredKey& pair) {
    for (const auto& certificate : pair.certificates) {
        if (certificate.facts.usage) return *certificate.facts.usage;
    }
    if (pair.publicVerifies) return *pair.publicVerifies ? KeyUsage::sign : KeyUsage::encrypt;
    if (pair.privateSigns) return *pair.privateSigns ? KeyUsage::sign : KeyUsage::encrypt;
    return KeyUsage::sign;
}

/// ECDH, in which keys for signatures alone take no part.
bool agrees(const StoredKey& pair, const Mechanisms& mechanisms) {
    if (!mechanisms.has(CKM_ECDH1_DERIVE, CKF_DERIVE)) return false;
    const bool isForIt = !pair.certificates.empty() && pair.certificates.front().facts.agrees;
    return pair.privateAgrees.value_or(isForIt);
}

bool decryptsDirectly(const StoredKey& pair, const Mechanisms& mechanisms, const Sm2Mechanisms* sm2) {
    if (!pair.key) return false;
    if (token::isNistCurve(pair.key->algorithm)) return agrees(pair, mechanisms);
    const bool hasMechanism =
        token::isRsa(pair.key->algorithm) ||
        (pair.key->algorithm == KeyAlgorithm::sm2 && sm2 != nullptr && sm2->decrypt != 0);
    if (!hasMechanism) return false;
    if (pair.privateKey != CK_INVALID_HANDLE) return pair.privateDecrypts.value_or(true);
    if (pair.publicEncrypts) return *pair.publicEncrypts;
    return !pair.certificates.empty() && pair.certificates.front().facts.decrypts;
}

std::string nameByContent(const StoredKey& pair) {
    if (pair.key) return hashName("key:", pair.key->point.empty() ? pair.key->modulus : pair.key->point);
    if (!pair.certificates.empty()) return hashName("cert:", pair.certificates.front().facts.der);
    return hashName("label:", asBytes(pair.label));
}

/// CAs' certificates often have the CKA_ID of the user's; they must not pass for a pair of his container.
bool isOfAuthority(const StoredKey& pair) {
    return pair.privateKey == CK_INVALID_HANDLE && pair.publicKey == CK_INVALID_HANDLE &&
           pair.certificates.front().facts.authority;
}

void name(StoredKey& pair, const KeyTable& table) {
    auto& ref = pair.entry.ref;
    const auto named = isOfAuthority(pair) ? std::nullopt : nameOfId(pair.id);
    ref.usage = named && named->usage ? *named->usage : usageOf(pair);
    ref.container = named ? named->container : nameByContent(pair);
    const auto isOther = [&](const StoredKey& other) { return &other != &pair && other.entry.ref == ref; };
    if (std::any_of(table.begin(), table.end(), isOther)) ref.container = nameByContent(pair);
}

}  // namespace

bool isContainerName(std::string_view text) {
    return !text.empty() && text.size() <= kMaxContainerName &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '-' || c == '_';
           });
}

std::optional<NamedById> nameOfId(ByteView id) {
    if (id.empty()) return std::nullopt;
    NamedById named;
    std::string_view text = asText(id);
    if (text.size() > kEncryptionSuffix.size() && text.ends_with(kEncryptionSuffix)) {
        text.remove_suffix(kEncryptionSuffix.size());
        named.usage = KeyUsage::encrypt;
    }
    named.container =
        isContainerName(text) ? std::string(text) : std::string(kHexPrefix) + toHex(asBytes(text));
    return named;
}

Bytes idOf(const KeyRef& ref) {
    Bytes id;
    const auto hex = std::string_view(ref.container);
    if (hex.starts_with(kHexPrefix)) id = fromHex(hex.substr(kHexPrefix.size())).value_or(Bytes{});
    if (id.empty()) id.assign(ref.container.begin(), ref.container.end());
    if (ref.usage == KeyUsage::encrypt)
        id.insert(id.end(), kEncryptionSuffix.begin(), kEncryptionSuffix.end());
    return id;
}

KeyTable readKeyTable(const Module& module, CK_SESSION_HANDLE session, const Mechanisms& mechanisms,
                      const Sm2Mechanisms* sm2, bool privateVisible) {
    KeyTable table;
    for (auto& object : readKeyObjects(module, session, CKO_PRIVATE_KEY, sm2)) {
        table.push_back(pairOfPrivate(std::move(object)));
    }
    attachPublicKeys(table, readKeyObjects(module, session, CKO_PUBLIC_KEY, sm2), privateVisible);
    attachCertificates(table, readCertificates(module, session), privateVisible);
    offerBareKeys(table);
    for (auto& pair : table) {
        name(pair, table);
        const bool hasNoPrivateKey = privateVisible && pair.privateKey == CK_INVALID_HANDLE;
        if (!hasNoPrivateKey || !pair.mayBe.empty()) pair.entry.publicKey = pair.key;
        if (!pair.certificates.empty()) pair.entry.certificate = pair.certificates.front().facts.der;
        if (!hasNoPrivateKey && decryptsDirectly(pair, mechanisms, sm2))
            pair.entry.decrypt = DecryptMeans::direct;
        if (!pair.entry.publicKey && pair.certificates.empty()) pair.listed = false;
    }
    return table;
}

std::vector<token::KeyEntry> entriesOf(const StoredKey& pair) {
    std::vector<token::KeyEntry> entries{pair.entry};
    for (const auto& certificate : pair.certificates) {
        const auto& der = certificate.facts.der;
        const bool isThere = std::any_of(entries.begin(), entries.end(),
                                         [&](const auto& entry) { return entry.certificate == der; });
        if (isThere) continue;
        entries.push_back(pair.entry);
        entries.back().certificate = der;
    }
    return entries;
}

StoredKey* findKey(KeyTable& table, const KeyRef& ref) {
    StoredKey* only = nullptr;
    std::size_t count = 0;
    for (auto& pair : table) {
        if (pair.entry.ref == ref) return &pair;
        if (pair.entry.ref.container != ref.container) continue;
        only = &pair;
        ++count;
    }
    return count == 1 ? only : nullptr;
}

}  // namespace ukey::pkcs11
