#include "tokenlib/drivers/pkcs11/enrolment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tokenlib/drivers/pkcs11/attributes.hpp"
#include "tokenlib/drivers/pkcs11/stored_forms.hpp"

namespace ukey::pkcs11 {
namespace {

using token::KeyAlgorithm;
using token::KeyRef;
using token::KeyUsage;

/// An object that is destroyed again unless it is kept.
class NewObject {
  public:
    NewObject(TokenSession& token, CK_OBJECT_HANDLE handle) : token_(token), handle_(handle) {}
    ~NewObject() {
        if (handle_ != CK_INVALID_HANDLE) {
            (void)token_.module().attempt(fn::destroyObject, token_.session(), handle_);
        }
    }
    NewObject(const NewObject&) = delete;
    NewObject& operator=(const NewObject&) = delete;

    CK_OBJECT_HANDLE handle() const noexcept { return handle_; }
    void keep() noexcept { handle_ = CK_INVALID_HANDLE; }

  private:
    TokenSession& token_;
    CK_OBJECT_HANDLE handle_;
};

void destroy(TokenSession& token, CK_OBJECT_HANDLE handle) {
    if (handle == CK_INVALID_HANDLE) return;
    const CK_RV value = token.module().attempt(fn::destroyObject, token.session(), handle);
    // Some modules take a pair's other half along.
    if (value != CKR_OK && !meansStaleHandle(value)) throw errorOf(fn::destroyObject.name, value);
}

/// The certificates first: a private key without a certificate can be deleted in the next attempt, a
/// certificate without its key would still be offered to the user.
void destroyPair(TokenSession& token, const StoredKey& pair) {
    for (const auto& certificate : pair.certificates) destroy(token, certificate.handle);
    destroy(token, pair.publicKey);
    destroy(token, pair.privateKey);
}

bool refusesTemplate(CK_RV value) {
    return value == CKR_TEMPLATE_INCONSISTENT || value == CKR_TEMPLATE_INCOMPLETE ||
           value == CKR_ATTRIBUTE_TYPE_INVALID || value == CKR_ATTRIBUTE_VALUE_INVALID ||
           value == CKR_ATTRIBUTE_READ_ONLY;
}

StoredKey* exactly(KeyTable& table, const KeyRef& ref) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const StoredKey& pair) { return pair.entry.ref == ref; });
    return found == table.end() ? nullptr : &*found;
}

KeyTable& freshKeys(TokenSession& token) {
    token.requireLogin();
    token.forgetKeys();
    return token.keys();
}

CK_MECHANISM_TYPE generationMechanism(const TokenSession& token, KeyAlgorithm algorithm) {
    if (token::isRsa(algorithm)) return CKM_RSA_PKCS_KEY_PAIR_GEN;
    if (algorithm != KeyAlgorithm::sm2) return CKM_EC_KEY_PAIR_GEN;
    // A pair on the SM2 curve that the module then signs plain ECDSA with would be of no use.
    if (token.sm2() == nullptr || token.sm2()->generate == 0 || token.sm2()->sign == 0) {
        throw Error(ErrorCode::unsupported, "no SM2 mechanisms are configured for this module");
    }
    return static_cast<CK_MECHANISM_TYPE>(token.sm2()->generate);
}

/// What a new pair's templates say beside the necessary: some modules refuse one, some the other.
enum class Extras : std::uint8_t {
    wraps,  ///< It can open the key that comes with an encryption pair.
    uses,   ///< What it cannot do.
    none,
};

/// Whether a smaller template may help: TPMs refuse with codes that say anything.
bool mayBeTheTemplate(CK_RV value) {
    return refusesTemplate(value) ||
           errorOf(fn::generateKeyPair.name, value).code() == ErrorCode::driverError;
}

void describeNewPair(const TokenSession& token, KeyAlgorithm algorithm, const KeyRef& ref, Extras extras,
                     Template& publicKey, Template& privateKey) {
    static constexpr std::array<std::uint8_t, 3> kExponent{0x01, 0x00, 0x01};
    const Bytes id = idOf(ref);
    publicKey.flag(CKA_TOKEN, true).bytes(CKA_ID, id).text(CKA_LABEL, ref.container).flag(CKA_VERIFY, true);
    privateKey.flag(CKA_TOKEN, true).bytes(CKA_ID, id).text(CKA_LABEL, ref.container).flag(CKA_SIGN, true);
    privateKey.flag(CKA_PRIVATE, true).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false);
    if (token::isRsa(algorithm)) {
        publicKey.number(CKA_MODULUS_BITS, static_cast<CK_ULONG>(token::signatureLength(algorithm) * 8));
        publicKey.bytes(CKA_PUBLIC_EXPONENT, kExponent);
        if (extras != Extras::none) {
            publicKey.flag(CKA_ENCRYPT, false);
            privateKey.flag(CKA_DECRYPT, false);
        }
        if (extras == Extras::wraps) {
            publicKey.flag(CKA_WRAP, true);
            privateKey.flag(CKA_UNWRAP, true);
        }
        return;
    }
    const bool isSm2 = algorithm == KeyAlgorithm::sm2;
    const Bytes own = isSm2 ? token.sm2()->curveParameters : Bytes{};
    publicKey.bytes(CKA_EC_PARAMS, own.empty() ? curveParameters(algorithm) : own);
    if (isSm2 && token.sm2()->keyType != 0) {
        const auto type = static_cast<CK_ULONG>(token.sm2()->keyType);
        publicKey.number(CKA_KEY_TYPE, type);
        privateKey.number(CKA_KEY_TYPE, type);
    }
}

std::pair<CK_OBJECT_HANDLE, CK_OBJECT_HANDLE> generate(TokenSession& token, KeyAlgorithm algorithm,
                                                       const KeyRef& ref) {
    CK_MECHANISM mechanism{generationMechanism(token, algorithm), nullptr, 0};
    CK_RV value = CKR_OK;
    for (const auto extras : {Extras::wraps, Extras::uses, Extras::none}) {
        Template publicKey;
        Template privateKey;
        describeNewPair(token, algorithm, ref, extras, publicKey, privateKey);
        CK_OBJECT_HANDLE publicHandle = CK_INVALID_HANDLE;
        CK_OBJECT_HANDLE privateHandle = CK_INVALID_HANDLE;
        value = token.module().attempt(fn::generateKeyPair, token.session(), &mechanism, publicKey.data(),
                                       publicKey.size(), privateKey.data(), privateKey.size(), &publicHandle,
                                       &privateHandle);
        if (value == CKR_OK) return {publicHandle, privateHandle};
        // Those of the other algorithms have no extras.
        if (!token::isRsa(algorithm) || !mayBeTheTemplate(value) || !token.isAlive()) break;
    }
    throw errorOf(fn::generateKeyPair.name, value);
}

/// Unwraps; what the token cannot open is a mismatch between the answer of the key centre and this token.
CK_OBJECT_HANDLE unwrap(TokenSession& token, CK_MECHANISM mechanism, CK_OBJECT_HANDLE key,
                        const Bytes& wrapped, Template& attributes) {
    Bytes input = wrapped;
    CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
    const CK_RV value = token.module().attempt(fn::unwrapKey, token.session(), &mechanism, key, input.data(),
                                               static_cast<CK_ULONG>(input.size()), attributes.data(),
                                               attributes.size(), &handle);
    if (value == CKR_OK) return handle;
    Error error = errorOf(fn::unwrapKey.name, value);
    if (error.code() != ErrorCode::driverError || refusesTemplate(value) || !token.isAlive()) throw error;
    Error mismatch(ErrorCode::certificateMismatch, error.what());
    mismatch.withDriverCode(value);
    throw mismatch;
}

CK_OBJECT_HANDLE unwrapSymmetricKey(TokenSession& token, CK_OBJECT_HANDLE signingKey, const Bytes& wrapped) {
    const CK_MECHANISM mechanism{CKM_RSA_PKCS, nullptr, 0};
    // Modules differ in whether they want to be told the length.
    for (const CK_ULONG length : {0UL, 16UL, 32UL}) {
        Template attributes;
        attributes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_AES).flag(CKA_TOKEN, false);
        attributes.flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false).flag(CKA_UNWRAP, true);
        if (length != 0) attributes.number(CKA_VALUE_LEN, length);
        try {
            return unwrap(token, mechanism, signingKey, wrapped, attributes);
        } catch (const Error& error) {
            if (!refusesTemplate(static_cast<CK_RV>(error.driverCode()))) throw;
        }
    }
    throw Error(ErrorCode::unsupported, "the module takes no template for the wrapped key");
}

CK_MECHANISM unwrapMechanism(const token::WrappedKeyPair& wrapped, Bytes& iv) {
    if (wrapped.symmetricAlgorithm == token::kAesCbcPad) {
        if (wrapped.iv.size() != 16) throw Error(ErrorCode::badRequest, "AES-CBC wants an IV of 16 octets");
        iv = wrapped.iv;
        return {CKM_AES_CBC_PAD, iv.data(), static_cast<CK_ULONG>(iv.size())};
    }
    if (wrapped.symmetricAlgorithm == token::kAesKeyWrapPad) return {CKM_AES_KEY_WRAP_PAD, nullptr, 0};
    throw Error(ErrorCode::unsupported, "keys wrapped with this algorithm are not for PKCS#11");
}

CK_OBJECT_HANDLE unwrapPrivateKey(TokenSession& token, CK_OBJECT_HANDLE symmetricKey,
                                  const token::WrappedKeyPair& wrapped, const KeyRef& ref) {
    const bool rsa = token::isRsa(wrapped.algorithm);
    if (!rsa && wrapped.algorithm == KeyAlgorithm::sm2) {
        throw Error(ErrorCode::unsupported, "SM2 encryption pairs are not imported by C_UnwrapKey");
    }
    Template attributes;
    attributes.number(CKA_CLASS, CKO_PRIVATE_KEY).number(CKA_KEY_TYPE, rsa ? CKK_RSA : CKK_EC);
    attributes.flag(CKA_TOKEN, true)
        .flag(CKA_PRIVATE, true)
        .flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, false);
    attributes.flag(CKA_SIGN, false).bytes(CKA_ID, idOf(ref)).text(CKA_LABEL, ref.container);
    if (rsa)
        attributes.flag(CKA_DECRYPT, true).flag(CKA_UNWRAP, true);
    else
        attributes.flag(CKA_DERIVE, true);
    Bytes iv;
    return unwrap(token, unwrapMechanism(wrapped, iv), symmetricKey, wrapped.encryptedPrivateKey, attributes);
}

/// Throws certificate-mismatch when the private key says that it belongs to another public key.
void requirePair(TokenSession& token, CK_OBJECT_HANDLE privateKey, const token::PublicKey& expected) {
    static constexpr std::array kTypes{CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_PUBLIC_KEY_INFO};
    const Values values = readAttributes(token.module(), token.session(), privateKey, kTypes);
    auto actual = rsaKey(values.bytes(CKA_MODULUS), values.bytes(CKA_PUBLIC_EXPONENT));
    if (!actual) actual = keyOfInfo(values.bytes(CKA_PUBLIC_KEY_INFO));
    if (actual && *actual != expected) {
        throw Error(ErrorCode::certificateMismatch, "the imported private key is not that of the public key");
    }
}

/// The public key as an object, so that the pair can be seen before a login. Not every module lets one be
/// made; the certificate then says the same.
void createPublicKey(TokenSession& token, const token::PublicKey& key, const KeyRef& ref) {
    Template attributes;
    const bool rsa = token::isRsa(key.algorithm);
    attributes.number(CKA_CLASS, CKO_PUBLIC_KEY).number(CKA_KEY_TYPE, rsa ? CKK_RSA : CKK_EC);
    attributes.flag(CKA_TOKEN, true).flag(CKA_PRIVATE, false);
    attributes.bytes(CKA_ID, idOf(ref)).text(CKA_LABEL, ref.container).flag(CKA_VERIFY, false);
    if (rsa) {
        attributes.bytes(CKA_MODULUS, key.modulus).bytes(CKA_PUBLIC_EXPONENT, key.exponent);
        attributes.flag(CKA_ENCRYPT, true).flag(CKA_WRAP, true);
    } else {
        attributes.bytes(CKA_EC_PARAMS, curveParameters(key.algorithm))
            .bytes(CKA_EC_POINT, encodedPoint(key));
    }
    CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
    const CK_RV value = token.module().attempt(fn::createObject, token.session(), attributes.data(),
                                               attributes.size(), &handle);
    const Error error = errorOf(fn::createObject.name, value);
    if (value != CKR_OK &&
        (error.code() == ErrorCode::tokenFull || error.code() == ErrorCode::tokenRemoved)) {
        throw error;
    }
}

}  // namespace

token::PublicKey generateKeyPair(TokenSession& token, const token::GenerateKeyPair& request) {
    if (!isContainerName(request.container)) {
        throw Error(ErrorCode::badRequest, "not a container's name: " + toHex(asBytes(request.container)));
    }
    for (const auto& pair : freshKeys(token)) {
        if (pair.entry.ref.container == request.container) {
            throw Error(ErrorCode::badRequest, "container " + request.container + " is there already");
        }
    }
    const KeyRef ref{request.container, KeyUsage::sign};
    const auto [publicHandle, privateHandle] = generate(token, request.algorithm, ref);
    NewObject publicKey(token, publicHandle);
    NewObject privateKey(token, privateHandle);
    token.forgetKeys();
    const StoredKey* pair = exactly(token.keys(), ref);
    if (pair == nullptr || !pair->key || pair->key->algorithm != request.algorithm) {
        token.forgetKeys();
        throw Error(ErrorCode::driverError, "the generated pair cannot be found on the token");
    }
    publicKey.keep();
    privateKey.keep();
    return *pair->key;
}

void importKeyPair(TokenSession& token, const token::ImportKeyPair& request) {
    const auto* wrapped = std::get_if<token::WrappedKeyPair>(&request.key);
    if (wrapped == nullptr)
        throw Error(ErrorCode::unsupported, "PKCS#11 has no import of an enveloped SM2 key");
    if (wrapped->publicKey.algorithm != wrapped->algorithm) {
        throw Error(ErrorCode::badRequest, "the public key is of another algorithm than the wrapped key");
    }
    KeyTable& table = freshKeys(token);
    const StoredKey* signing = exactly(table, {request.container, KeyUsage::sign});
    if (signing == nullptr || signing->privateKey == CK_INVALID_HANDLE || !signing->algorithm) {
        throw Error(ErrorCode::certificateNotFound,
                    "container " + request.container + " has no signing pair");
    }
    if (!token::isRsa(*signing->algorithm)) {
        throw Error(ErrorCode::unsupported, "only an RSA signing key can open a wrapped key");
    }
    const KeyRef ref{request.container, KeyUsage::encrypt};
    std::optional<StoredKey> former;
    if (const StoredKey* found = exactly(table, ref)) former = *found;

    const NewObject symmetricKey(token, unwrapSymmetricKey(token, signing->privateKey, wrapped->wrappedKey));
    NewObject privateKey(token, unwrapPrivateKey(token, symmetricKey.handle(), *wrapped, ref));
    token.forgetKeys();
    requirePair(token, privateKey.handle(), wrapped->publicKey);
    createPublicKey(token, wrapped->publicKey, ref);
    privateKey.keep();
    if (!former) return;
    // The same pair once more (the import was repeated): its certificate stays.
    if (former->key == wrapped->publicKey) former->certificates.clear();
    destroyPair(token, *former);
}

void writeCertificate(TokenSession& token, const token::WriteCertificate& request) {
    const auto facts = certificateFacts(request.certificate);
    if (!facts || facts->der.size() != request.certificate.size()) {
        throw Error(ErrorCode::badRequest, "not a certificate in DER");
    }
    const StoredKey* key = findKey(freshKeys(token), request.key);
    if (key == nullptr || (key->privateKey == CK_INVALID_HANDLE && key->publicKey == CK_INVALID_HANDLE)) {
        throw Error(ErrorCode::certificateNotFound, "no pair in container " + request.key.container);
    }
    if (!facts->key || (key->key && *key->key != *facts->key)) {
        throw Error(ErrorCode::certificateMismatch, "the certificate is for another key");
    }
    const std::vector<StoredCertificate> former = key->certificates;
    const auto isSame = [&](const StoredCertificate& other) {
        return other.facts.der == request.certificate;
    };
    if (std::none_of(former.begin(), former.end(), isSame)) {
        Template attributes;
        attributes.number(CKA_CLASS, CKO_CERTIFICATE).number(CKA_CERTIFICATE_TYPE, CKC_X_509);
        attributes.flag(CKA_TOKEN, true).flag(CKA_PRIVATE, false);
        attributes.bytes(CKA_ID, key->id).text(CKA_LABEL, key->label);
        attributes.bytes(CKA_SUBJECT, facts->subject).bytes(CKA_ISSUER, facts->issuer);
        attributes.bytes(CKA_SERIAL_NUMBER, facts->serial).bytes(CKA_VALUE, request.certificate);
        CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
        token.module().call(fn::createObject, token.session(), attributes.data(), attributes.size(), &handle);
    }
    token.forgetKeys();
    for (const auto& certificate : former) {
        if (!isSame(certificate)) destroy(token, certificate.handle);
    }
}

void deleteContainer(TokenSession& token, const token::DeleteContainer& request) {
    const KeyTable table = freshKeys(token);
    token.forgetKeys();
    for (const auto& pair : table) {
        if (pair.entry.ref.container == request.container) destroyPair(token, pair);
    }
}

}  // namespace ukey::pkcs11
