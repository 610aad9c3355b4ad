#include "tokenlib/drivers/skf/key_access.hpp"

#include <algorithm>
#include <array>

#include "tokenlib/drivers/skf/fields.hpp"
#include "tokenlib/drivers/skf/sar.hpp"
#include "tokenlib/drivers/skf/stored_keys.hpp"
#include "tokenlib/token/key_forms.hpp"

namespace ukey::skf {
namespace {

constexpr std::size_t kSm2Octets = 32;
constexpr std::size_t kMaxWrapped = 1024;
constexpr unsigned kRsaBits = 2048;

/// What is there; the empty value when the library refuses, for there are too many codes for "none".
template <class Read>
auto readIfThere(bool& isDoubtful, Read read) -> decltype(read()) {
    try {
        return read();
    } catch (const Error& error) {
        if (error.driverCode() == 0 || isLost(error)) throw;
        if (!saysAbsent(error)) isDoubtful = true;
        return {};
    }
}

/// A library that took the data and did not like it.
Error asMismatch(const Error& error) {
    constexpr std::array<std::uint32_t, 10> kDisliked{
        sar::kFail,        sar::kInvalidParameter, sar::kKeyUsage,   sar::kInputLength,
        sar::kInputData,   sar::kImportPublicKey,  sar::kRsaDecrypt, sar::kHashNotEqual,
        sar::kKeyNotFound, sar::kDecryptPadding};
    if (std::find(kDisliked.begin(), kDisliked.end(), error.driverCode()) == kDisliked.end()) return error;
    return Error(ErrorCode::certificateMismatch, error.what()).withDriverCode(error.driverCode());
}

Error noSuchAttempt() { return Error(ErrorCode::unsupported, "there is no other way to sign"); }

void requireName(const std::string& name) {
    constexpr std::size_t kMaxContainerName = 39;
    const auto isFine = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    };
    if (name.empty() || name.size() > kMaxContainerName || !std::all_of(name.begin(), name.end(), isFine)) {
        throw Error(ErrorCode::badRequest, "not a name for a container");
    }
}

void requireCipher(const token::Sm2Cipher& cipher) {
    const bool isWhole = cipher.x.size() == kSm2Octets && cipher.y.size() == kSm2Octets &&
                         cipher.hash.size() == kSm2Octets && !cipher.cipher.empty() &&
                         cipher.cipher.size() <= kMaxWrapped;
    if (!isWhole) throw Error(ErrorCode::badRequest, "not an SM2 cipher text");
}

void requireCipher(const Bytes& cipher) {
    if (cipher.empty() || cipher.size() > kMaxWrapped)
        throw Error(ErrorCode::badRequest, "not an RSA cipher text");
}

void requireDecryptionKey(const token::KeyRef& key) {
    if (key.usage != token::KeyUsage::encrypt) {
        throw Error(ErrorCode::unsupported, "a signing key does not decrypt");
    }
}

/// A library that lists a container and then does not know it contradicts itself: nobody asked for a
/// certificate.
Error listingError(const Error& refusal) {
    if (refusal.code() != ErrorCode::certificateNotFound) return refusal;
    return Error(ErrorCode::driverError, refusal.what()).withDriverCode(refusal.driverCode());
}

}  // namespace

KeyListing KeyAccess::list(OpenToken& token) {
    KeyListing listing;
    if (token.isBlank()) return listing;
    std::optional<Error> refusal;
    std::map<std::size_t, std::vector<token::KeyEntry>>& seen = token.seen();
    token.inEachApplication([&] {
        try {
            seen[token.current()] = listHere(token, listing.isDoubtful, refusal);
        } catch (const Error& error) {
            if (error.driverCode() == 0 || isLost(error)) throw;
            seen.erase(token.current());
            refusal = error;
            listing.isDoubtful = true;
        }
    });
    for (auto& [application, keys] : seen) listing.keys.insert(listing.keys.end(), keys.begin(), keys.end());
    // One broken container does not hide the others; but nothing is not said where nothing could be read.
    if (refusal && listing.keys.empty()) throw listingError(*refusal);
    return listing;
}

std::vector<token::KeyEntry> KeyAccess::listHere(OpenToken& token, bool& isDoubtful,
                                                 std::optional<Error>& refusal) {
    std::vector<token::KeyEntry> keys;
    for (const std::string& name : token.containerNames()) {
        try {
            token.withContainer(name, [&](Handle container) {
                for (const auto usage : {token::KeyUsage::sign, token::KeyUsage::encrypt}) {
                    auto found = entry(container, {name, usage}, isDoubtful);
                    if (found) keys.push_back(std::move(*found));
                }
            });
        } catch (const Error& error) {
            if (error.driverCode() == 0 || isLost(error)) throw;
            refusal = error;
            isDoubtful = true;
        }
    }
    return keys;
}

std::optional<token::KeyEntry> KeyAccess::entry(Handle container, const token::KeyRef& ref,
                                                bool& isDoubtful) {
    token::KeyEntry entry;
    entry.ref = ref;
    entry.certificate =
        certificateOf(readIfThere(isDoubtful, [&] { return api_->exportCertificate(container, ref.usage); }));
    entry.publicKey = publicKeyOf(*api_, container, ref.usage, entry.certificate, isDoubtful);
    if (!entry.publicKey && entry.certificate.empty()) return std::nullopt;
    if (entry.publicKey && ref.usage == token::KeyUsage::encrypt) entry.decrypt = meansOf(*entry.publicKey);
    return entry;
}

token::DecryptMeans KeyAccess::meansOf(const token::PublicKey& key) const {
    const Capabilities& can = api_->capabilities();
    if (token::isRsa(key.algorithm) ? can.decryptRsa : can.decryptSm2) return token::DecryptMeans::direct;
    return can.sessionKeys ? token::DecryptMeans::session : token::DecryptMeans::none;
}

Bytes KeyAccess::sign(OpenToken& token, const token::Sign& op) {
    if (op.key.usage != token::KeyUsage::sign) {
        throw Error(ErrorCode::unsupported, "an encryption key does not sign");
    }
    if (op.digest.size() != token::digestLength(op.digestAlgorithm)) {
        throw Error(ErrorCode::badRequest, "the digest has not the length of its algorithm");
    }
    try {
        return signIn(token.container(op.key.container), op);
    } catch (const Error&) {
        token.forget(op.key.container);  // Another program may have changed what is in it.
        throw;
    }
}

Bytes KeyAccess::signIn(const OpenContainer& container, const token::Sign& op) {
    if (!container.signingKey) {
        throw Error(ErrorCode::certificateNotFound, "the container has no signing key");
    }
    if (token::isRsa(container.signingKey->algorithm)) return signRsa(container, op);
    if (op.attempt > 0) throw noSuchAttempt();
    if (op.digestAlgorithm != token::DigestAlgorithm::sm3) {
        throw Error(ErrorCode::unsupported, "an SM2 key signs SM3 digests only");
    }
    return api_->signSm2(container.handle.get(), op.digest);
}

Bytes KeyAccess::signRsa(const OpenContainer& container, const token::Sign& op) {
    if (op.attempt > 1) throw noSuchAttempt();
    // Whether SKF_RSASignData adds the prefix itself, the standard does not say. What comes back tells.
    const bool bare = options_->quirks.rsaSignAddsPrefix != (op.attempt == 1);
    return api_->signRsa(container.handle.get(),
                         bare ? op.digest : token::digestInfo(op.digestAlgorithm, op.digest),
                         container.signingKey->modulus.size());
}

token::PublicKey KeyAccess::generateIn(Handle container, token::KeyAlgorithm algorithm) {
    return algorithm == token::KeyAlgorithm::sm2 ? api_->generateSm2(container)
                                                 : api_->generateRsa(container, kRsaBits);
}

token::PublicKey KeyAccess::generate(OpenToken& token, const token::GenerateKeyPair& op) {
    requireName(op.container);
    if (op.algorithm != token::KeyAlgorithm::sm2 && op.algorithm != token::KeyAlgorithm::rsa2048) {
        throw Error(ErrorCode::unsupported, "GM/T 0016 makes SM2 and RSA-2048 keys");
    }
    token.goHome();
    const auto names = token.containerNames();
    if (std::find(names.begin(), names.end(), op.container) != names.end()) {
        throw Error(ErrorCode::badRequest, "there is a container of that name");
    }
    if (options_->maxContainers && names.size() >= *options_->maxContainers) {
        throw Error(ErrorCode::tokenFull, "the token holds no further container");
    }
    OpenContainer made;
    made.handle = {*api_, api_->createContainer(token.application(), op.container), &Api::closeContainer};
    try {
        made.signingKey = generateIn(made.handle.get(), op.algorithm);
    } catch (const Error&) {
        made.handle.reset();
        try {
            api_->deleteContainer(token.application(), op.container);
        } catch (const Error&) {  // NOLINT(bugprone-empty-catch): why the key failed is the answer.
        }
        throw;
    }
    token::PublicKey key = *made.signingKey;
    token.keep(op.container, std::move(made));
    return key;
}

void KeyAccess::import(OpenToken& token, const token::ImportKeyPair& op) {
    token::PublicKey expected;
    if (const auto* sm2 = std::get_if<token::EnvelopedSm2Key>(&op.key)) {
        requireCipher(sm2->wrappedKey);
        if (sm2->publicKey.size() != 1 + 2 * kSm2Octets || sm2->publicKey.front() != 0x04) {
            throw Error(ErrorCode::badRequest, "not an SM2 point");
        }
        token::EnvelopedSm2Key key = *sm2;
        key.encryptedPrivateKey = token::alignedPrivateKey(sm2->encryptedPrivateKey);
        const Handle container = token.container(op.container).handle.get();
        try {
            api_->importSm2(container, key);
        } catch (const Error& error) {
            throw asMismatch(error);
        }
        expected.point = sm2->publicKey;
        requireImported(container, expected);
        return;
    }
    const auto& rsa = std::get<token::WrappedKeyPair>(op.key);
    requireCipher(rsa.wrappedKey);
    if (!token::isRsa(rsa.algorithm))
        throw Error(ErrorCode::unsupported, "GM/T 0016 imports SM2 and RSA keys");
    if (!rsa.iv.empty()) throw Error(ErrorCode::unsupported, "SKF_ImportRSAKeyPair has no IV");
    if (rsa.encryptedPrivateKey.empty() || rsa.encryptedPrivateKey.size() > kMaxCertificate) {
        throw Error(ErrorCode::badRequest, "not an encrypted RSA key");
    }
    const Handle container = token.container(op.container).handle.get();
    try {
        api_->importRsa(container, rsa);
    } catch (const Error& error) {
        throw asMismatch(error);
    }
    expected = rsa.publicKey;
    expected.algorithm = rsa.algorithm;
    if (!expected.modulus.empty()) requireImported(container, expected);
}

void KeyAccess::requireImported(Handle container, const token::PublicKey& expected) {
    std::optional<token::PublicKey> stored;
    try {
        stored = api_->exportPublicKey(container, token::KeyUsage::encrypt);
    } catch (const Error& error) {
        // It does not tell what it holds. What is enrolled is proven by a decryption.
        if (error.driverCode() == 0 || isLost(error)) throw;
        return;
    }
    if (!stored || *stored != expected) {
        throw Error(ErrorCode::certificateMismatch,
                    "the token holds another encryption key than it was given");
    }
}

void KeyAccess::write(OpenToken& token, const token::WriteCertificate& op) {
    if (op.certificate.size() > kMaxCertificate || certificateOf(op.certificate) != op.certificate ||
        op.certificate.empty()) {
        throw Error(ErrorCode::badRequest, "not a certificate");
    }
    const Handle container = token.container(op.key.container).handle.get();
    try {
        api_->importCertificate(container, op.key.usage, op.certificate);
    } catch (const Error& error) {
        throw asMismatch(error);
    }
    if (certificateOf(api_->exportCertificate(container, op.key.usage)) != op.certificate) {
        throw nonsense("SKF_ImportCertificate did not keep the certificate");
    }
}

Bytes KeyAccess::decrypt(OpenToken& token, const token::Decrypt& op) {
    requireDecryptionKey(op.key);
    const auto* sm2 = std::get_if<token::Sm2Cipher>(&op.cipher);
    const auto* rsa = std::get_if<Bytes>(&op.cipher);
    if (sm2 == nullptr && rsa == nullptr) {
        throw Error(ErrorCode::unsupported,
                    "GM/T 0016 has neither RSAES-OAEP, nor RSA without padding, nor ECDH");
    }
    sm2 != nullptr ? requireCipher(*sm2) : requireCipher(*rsa);
    const Handle container = token.container(op.key.container).handle.get();
    return sm2 != nullptr ? api_->decryptSm2(container, *sm2) : api_->decryptRsa(container, *rsa);
}

std::string KeyAccess::openSession(OpenToken& token, const token::OpenSession& op) {
    requireDecryptionKey(op.key);
    std::visit([](const auto& wrapped) { requireCipher(wrapped); }, op.wrappedKey);
    ContentSession::requireKnown(op.contentAlgorithm, op.iv);
    if (!api_->capabilities().sessionKeys) {
        throw Error(ErrorCode::unsupported, "this library has no session keys");
    }
    const Handle container = token.container(op.key.container).handle.get();
    const Handle key = std::visit(
        [&](const auto& wrapped) { return api_->importSessionKey(container, op.contentAlgorithm, wrapped); },
        op.wrappedKey);
    return token.addSession({*api_, key, op.contentAlgorithm, op.iv, token.info().maxBuffer});
}

}  // namespace ukey::skf
