#include "tokenlib/drivers/pkcs11/private_keys.hpp"

#include <array>

#include "tokenlib/drivers/pkcs11/attributes.hpp"
#include "tokenlib/drivers/pkcs11/padding.hpp"
#include "tokenlib/drivers/pkcs11/stored_forms.hpp"
#include "tokenlib/drivers/pkcs11/token_info.hpp"

namespace ukey::pkcs11 {
namespace {

using token::KeyAlgorithm;

/// Room for the answer of any signature, also in DER, and of any decryption.
constexpr std::size_t kAnswerRoom = 2048;

struct Outcome {
    CK_RV value = CKR_OK;
    const char* function = "";
    Bytes answer;
};

CK_MECHANISM bare(CK_MECHANISM_TYPE type) { return {type, nullptr, 0}; }

/// One use of a private key: begin, where the key wants it log in for this use, do.
template <class Begin, class Do>
Outcome useKeyOnce(TokenSession& token, const StoredKey& key, CK_MECHANISM mechanism, const Begin& begin,
                   const Do& perform, Bytes& input, const Secret& pin) {
    const Module& module = token.module();
    CK_RV value = module.attempt(begin, token.session(), &mechanism, key.privateKey);
    if (value == CKR_OPERATION_ACTIVE) {
        token.renewSession();
        value = module.attempt(begin, token.session(), &mechanism, key.privateKey);
    }
    if (value == CKR_USER_NOT_LOGGED_IN && key.entry.alwaysAuthenticate) {
        // Some modules want it before they begin.
        token.authenticateUse(pin);
        value = module.attempt(begin, token.session(), &mechanism, key.privateKey);
        if (value != CKR_OK) return {value, begin.name, {}};
    } else if (value != CKR_OK) {
        return {value, begin.name, {}};
    } else if (key.entry.alwaysAuthenticate)
        token.authenticateUse(pin);

    std::array<CK_BYTE, kAnswerRoom>
        answer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written by the module
    CK_ULONG length = answer.size();
    value = module.attempt(perform, token.session(), input.data(), static_cast<CK_ULONG>(input.size()),
                           answer.data(), &length);
    if (value != CKR_OK) return {value, perform.name, {}};
    if (length > answer.size())
        throw Error(ErrorCode::driverError, std::string(perform.name) + " claims too much");
    Outcome outcome{CKR_OK, perform.name,
                    Bytes(answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(length))};
    wipe(std::span{answer}.first(length));
    return outcome;
}

/// As useKeyOnce; once more with a login for this use where the module says that there is none, though there
/// is: keys that want it do not always say so (CKA_ALWAYS_AUTHENTICATE).
template <class Begin, class Do>
Outcome useKey(TokenSession& token, StoredKey& key, const CK_MECHANISM& mechanism, const Begin& begin,
               const Do& perform, Bytes& input, const Secret& pin) {
    Outcome outcome = useKeyOnce(token, key, mechanism, begin, perform, input, pin);
    const bool mayHelp =
        outcome.value == CKR_USER_NOT_LOGGED_IN && !key.entry.alwaysAuthenticate && !pin.empty();
    if (!mayHelp) return outcome;
    token.requireLogin();
    token.renewSession();
    key.entry.alwaysAuthenticate = true;
    outcome = useKeyOnce(token, key, mechanism, begin, perform, input, pin);
    if (outcome.value != CKR_OK) key.entry.alwaysAuthenticate = false;
    return outcome;
}

/// Fails before anything is begun when the key wants a PIN that is not there.
void requirePinForUse(const TokenSession& token, const StoredKey& key, const Secret& pin) {
    if (!key.entry.alwaysAuthenticate || !pin.empty()) return;
    if ((token.info().flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0) return;
    throw Error(ErrorCode::pinRequired, "the key wants the PIN for each use");
}

KeyAlgorithm algorithmOf(const StoredKey& key) {
    if (!key.algorithm) throw Error(ErrorCode::unsupported, "the key's algorithm is not known");
    return *key.algorithm;
}

/// Calls `use` with the key that `find` finds; once more with the objects read anew when the key's handle is
/// no longer valid.
template <class Find, class Use>
Bytes withKey(TokenSession& token, const Find& find, const Use& use) {
    const Secret pin = token.takePin();
    const auto once = [&]() -> Outcome {
        StoredKey& key = find();
        requirePinForUse(token, key, pin);
        return use(key, pin);
    };
    Outcome outcome = once();
    if (meansStaleHandle(outcome.value)) {
        token.forgetKeys();
        outcome = once();
    }
    if (outcome.value != CKR_OK) throw errorOf(outcome.function, outcome.value);
    return std::move(outcome.answer);
}

const Outcome kNoMechanism{CKR_MECHANISM_INVALID, "(no mechanism for this key)", {}};

Outcome signWith(TokenSession& token, StoredKey& key, const token::Sign& request, const Secret& pin) {
    const KeyAlgorithm algorithm = algorithmOf(key);
    requireDigest(algorithm, request);
    auto& known = key.plans.at(static_cast<std::size_t>(request.digestAlgorithm));
    const bool usable = known && (known->input != SignInput::message || request.message);
    const auto plans =
        usable ? std::vector{*known} : signPlans(algorithm, request, token.mechanisms(), token.sm2());
    Outcome outcome = kNoMechanism;
    for (const auto& plan : plans) {
        Bytes input = signInput(plan, algorithm, request);
        outcome = useKey(token, key, bare(plan.mechanism), fn::signInit, fn::sign, input, pin);
        if (outcome.value == CKR_OK) {
            const bool isDer = algorithm == KeyAlgorithm::sm2 && token.sm2() != nullptr &&
                               token.sm2()->signature == Sm2Mechanisms::SignatureForm::der;
            outcome.answer = rawSignature(algorithm, outcome.answer, isDer);
            known = plan;
            return outcome;
        }
        if (!meansOtherMechanism(outcome.value)) return outcome;
    }
    return outcome;
}

void requireBlock(const StoredKey& key, const Bytes& block) {
    if (!token::isRsa(algorithmOf(key)) || block.size() != token::signatureLength(*key.algorithm)) {
        throw Error(ErrorCode::badRequest, "the RSA block is not as long as the key's modulus");
    }
}

/// The padded block, as long as the modulus: modules may leave out the zeros in front.
Outcome decryptBare(TokenSession& token, StoredKey& key, const Bytes& block, const Secret& pin) {
    if (!token.mechanisms().has(CKM_RSA_X_509, CKF_DECRYPT)) return kNoMechanism;
    Bytes input = block;
    Outcome outcome = useKey(token, key, bare(CKM_RSA_X_509), fn::decryptInit, fn::decrypt, input, pin);
    if (outcome.value != CKR_OK) return outcome;
    if (outcome.answer.size() > block.size()) {
        throw Error(ErrorCode::driverError, "the module's plaintext has a wrong length");
    }
    outcome.answer.insert(outcome.answer.begin(), block.size() - outcome.answer.size(), 0);
    return outcome;
}

Outcome decryptRsa(TokenSession& token, StoredKey& key, const Bytes& block, const Secret& pin) {
    Outcome outcome = kNoMechanism;
    if (token.mechanisms().has(CKM_RSA_PKCS, CKF_DECRYPT)) {
        Bytes input = block;
        outcome = useKey(token, key, bare(CKM_RSA_PKCS), fn::decryptInit, fn::decrypt, input, pin);
        if (!meansOtherMechanism(outcome.value)) return outcome;
    }
    outcome = decryptBare(token, key, block, pin);
    if (outcome.value == CKR_OK) {
        const Bytes padded = std::move(outcome.answer);
        auto plain = withoutEncryptionPadding(padded, block.size());
        if (!plain) throw Error(ErrorCode::driverError, "the RSA block cannot be decrypted");
        outcome.answer = *std::move(plain);
    }
    return outcome;
}

struct OaepDigest {
    CK_MECHANISM_TYPE digest;
    CK_RSA_PKCS_MGF_TYPE mask;
};
/// By token::KeyDigest.
constexpr std::array kOaepDigests{
    OaepDigest{CKM_SHA_1, CKG_MGF1_SHA1}, OaepDigest{CKM_SHA256, CKG_MGF1_SHA256},
    OaepDigest{CKM_SHA384, CKG_MGF1_SHA384}, OaepDigest{CKM_SHA512, CKG_MGF1_SHA512}};

Outcome decryptOaep(TokenSession& token, StoredKey& key, const token::OaepCipher& cipher, const Secret& pin) {
    if (!token.mechanisms().has(CKM_RSA_PKCS_OAEP, CKF_DECRYPT)) {
        throw Error(ErrorCode::unsupported, "the token does not list CKM_RSA_PKCS_OAEP");
    }
    Bytes label = cipher.label;
    CK_RSA_PKCS_OAEP_PARAMS parameters{kOaepDigests.at(static_cast<std::size_t>(cipher.digest)).digest,
                                       kOaepDigests.at(static_cast<std::size_t>(cipher.maskDigest)).mask,
                                       CKZ_DATA_SPECIFIED, label.empty() ? nullptr : label.data(),
                                       static_cast<CK_ULONG>(label.size())};
    const CK_MECHANISM mechanism{CKM_RSA_PKCS_OAEP, &parameters, sizeof(parameters)};
    Bytes input = cipher.block;
    Outcome outcome = useKey(token, key, mechanism, fn::decryptInit, fn::decrypt, input, pin);
    // The list does not say which digests and labels a module knows; some call another one an argument.
    const bool isRefused = meansOtherMechanism(outcome.value) || outcome.value == CKR_ARGUMENTS_BAD;
    if (isRefused && outcome.function == fn::decryptInit.name) {
        throw Error(ErrorCode::unsupported, "the module's OAEP does not know these digests, or the label")
            .withDriverCode(outcome.value);
    }
    return outcome;
}

Bytes joined(const token::Sm2Cipher& cipher, Sm2Mechanisms::CipherForm form) {
    if (cipher.x.size() != 32 || cipher.y.size() != 32 || cipher.hash.size() != 32 || cipher.cipher.empty() ||
        cipher.cipher.size() > kAnswerRoom) {
        throw Error(ErrorCode::badRequest, "an SM2 ciphertext with parts of wrong lengths");
    }
    Bytes out;
    const auto append = [&](const Bytes& part) { out.insert(out.end(), part.begin(), part.end()); };
    if (form == Sm2Mechanisms::CipherForm::der) {
        append(der::encodeUnsigned(cipher.x));
        append(der::encodeUnsigned(cipher.y));
        append(der::encode(der::kOctetString, cipher.hash));
        append(der::encode(der::kOctetString, cipher.cipher));
        return der::encode(der::kSequence, out);
    }
    const bool hashFirst = form == Sm2Mechanisms::CipherForm::c1c3c2;
    out.push_back(0x04);
    append(cipher.x);
    append(cipher.y);
    append(hashFirst ? cipher.hash : cipher.cipher);
    append(hashFirst ? cipher.cipher : cipher.hash);
    return out;
}

Outcome decryptSm2(TokenSession& token, StoredKey& key, const token::Sm2Cipher& cipher, const Secret& pin) {
    if (token.sm2() == nullptr || token.sm2()->decrypt == 0) return kNoMechanism;
    Bytes input = joined(cipher, token.sm2()->cipher);
    Outcome outcome = useKey(token, key, bare(static_cast<CK_MECHANISM_TYPE>(token.sm2()->decrypt)),
                             fn::decryptInit, fn::decrypt, input, pin);
    if (outcome.value == CKR_OK && outcome.answer.size() != cipher.cipher.size()) {
        throw Error(ErrorCode::driverError, "the module's plaintext has a wrong length");
    }
    return outcome;
}

/// CKM_ECDH1_DERIVE without a derivation of its own: an object of the session that is read and destroyed.
struct SharedSecret {
    CK_RV value = CKR_OK;
    CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
};

SharedSecret derive(TokenSession& token, const StoredKey& key, Bytes point) {
    CK_ECDH1_DERIVE_PARAMS parameters{CKD_NULL, 0, nullptr, static_cast<CK_ULONG>(point.size()),
                                      point.data()};
    CK_MECHANISM mechanism{CKM_ECDH1_DERIVE, &parameters, sizeof(parameters)};
    Template wanted;
    wanted.number(CKA_CLASS, CKO_SECRET_KEY)
        .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        .flag(CKA_TOKEN, false)
        .flag(CKA_SENSITIVE, false)
        .flag(CKA_EXTRACTABLE, true)
        .number(CKA_VALUE_LEN, static_cast<CK_ULONG>(token::coordinateLength(algorithmOf(key))));
    SharedSecret shared;
    shared.value = token.module().attempt(fn::deriveKey, token.session(), &mechanism, key.privateKey,
                                          wanted.data(), wanted.size(), &shared.object);
    return shared;
}

/// Points go in as they are (PKCS#11 2.40); older modules want them as an OCTET STRING.
SharedSecret deriveFrom(TokenSession& token, const StoredKey& key, const Bytes& point) {
    const SharedSecret shared = derive(token, key, point);
    const bool dislikesPoint =
        shared.value == CKR_MECHANISM_PARAM_INVALID || shared.value == CKR_ARGUMENTS_BAD;
    return dislikesPoint ? derive(token, key, der::encode(der::kOctetString, point)) : shared;
}

Outcome agree(TokenSession& token, StoredKey& key, const Bytes& point, const Secret& pin) {
    const std::size_t length = token::coordinateLength(algorithmOf(key));
    if (!token::isNistCurve(algorithmOf(key)) || point.size() != 1 + 2 * length || point.front() != 0x04) {
        throw Error(ErrorCode::badRequest, "the point does not go with the key");
    }
    if (!token.mechanisms().has(CKM_ECDH1_DERIVE, CKF_DERIVE)) {
        throw Error(ErrorCode::unsupported, "the token does not list CKM_ECDH1_DERIVE");
    }
    SharedSecret shared = deriveFrom(token, key, point);
    if (shared.value == CKR_USER_NOT_LOGGED_IN && !pin.empty()) {
        token.authenticateUse(pin);
        shared = deriveFrom(token, key, point);
    }
    if (shared.value != CKR_OK) return {shared.value, fn::deriveKey.name, {}};
    std::array<CK_BYTE, 64> room{};
    CK_ATTRIBUTE value{CKA_VALUE, room.data(), static_cast<CK_ULONG>(room.size())};
    const CK_RV read =
        token.module().attempt(fn::getAttributeValue, token.session(), shared.object, &value, CK_ULONG{1});
    (void)token.module().attempt(fn::destroyObject, token.session(), shared.object);
    if (read == CKR_ATTRIBUTE_SENSITIVE) {
        throw Error(ErrorCode::unsupported, "the token keeps what was agreed on to itself");
    }
    if (read != CKR_OK) return {read, fn::getAttributeValue.name, {}};
    if (value.ulValueLen == 0 || value.ulValueLen > length) {
        throw Error(ErrorCode::driverError, "the module's shared secret has a wrong length");
    }
    // Some leave out the zeros in front.
    Bytes secret(length - value.ulValueLen, 0);
    secret.insert(secret.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(value.ulValueLen));
    wipe(std::span{room});
    return {CKR_OK, fn::deriveKey.name, std::move(secret)};
}

/// The way of each kind of ciphertext.
struct Decryption {
    TokenSession& token;
    StoredKey& key;
    const Secret& pin;

    Outcome operator()(const token::Sm2Cipher& cipher) const {
        if (algorithmOf(key) != KeyAlgorithm::sm2) {
            throw Error(ErrorCode::badRequest, "the ciphertext does not go with the key");
        }
        return decryptSm2(token, key, cipher, pin);
    }
    Outcome operator()(const Bytes& block) const {
        requireBlock(key, block);
        return decryptRsa(token, key, block, pin);
    }
    Outcome operator()(const token::OaepCipher& cipher) const {
        requireBlock(key, cipher.block);
        return decryptOaep(token, key, cipher, pin);
    }
    Outcome operator()(const token::BareRsaCipher& cipher) const {
        requireBlock(key, cipher.block);
        return decryptBare(token, key, cipher.block, pin);
    }
    Outcome operator()(const token::KeyAgreement& agreement) const {
        return agree(token, key, agreement.point, pin);
    }
};

}  // namespace

Bytes sign(TokenSession& token, const token::Sign& request) {
    const auto find = [&]() -> StoredKey& { return token.signingKey(request.key, request.attempt); };
    return withKey(token, find,
                   [&](StoredKey& key, const Secret& pin) { return signWith(token, key, request, pin); });
}

Bytes decrypt(TokenSession& token, const token::Decrypt& request) {
    const auto find = [&]() -> StoredKey& { return token.privateKey(request.key); };
    return withKey(token, find, [&](StoredKey& key, const Secret& pin) {
        return std::visit(Decryption{token, key, pin}, request.cipher);
    });
}

}  // namespace ukey::pkcs11
