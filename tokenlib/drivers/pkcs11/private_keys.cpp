#include "tokenlib/drivers/pkcs11/private_keys.hpp"

#include <array>

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

/// One use of a private key: begin, where the key wants it log in for this use, do.
template <class Begin, class Do>
Outcome useKeyOnce(TokenSession& token, const StoredKey& key, CK_MECHANISM_TYPE type, const Begin& begin,
                   const Do& perform, Bytes& input, const Secret& pin) {
    const Module& module = token.module();
    CK_MECHANISM mechanism{type, nullptr, 0};
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
Outcome useKey(TokenSession& token, StoredKey& key, CK_MECHANISM_TYPE type, const Begin& begin,
               const Do& perform, Bytes& input, const Secret& pin) {
    Outcome outcome = useKeyOnce(token, key, type, begin, perform, input, pin);
    const bool mayHelp =
        outcome.value == CKR_USER_NOT_LOGGED_IN && !key.entry.alwaysAuthenticate && !pin.empty();
    if (!mayHelp) return outcome;
    token.requireLogin();
    token.renewSession();
    key.entry.alwaysAuthenticate = true;
    outcome = useKeyOnce(token, key, type, begin, perform, input, pin);
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

/// Calls `use` with the key; once more with the objects read anew when the key's handle is no longer valid.
template <class Use>
Bytes withKey(TokenSession& token, const token::KeyRef& ref, const Use& use) {
    const Secret pin = token.takePin();
    const auto once = [&]() -> Outcome {
        StoredKey& key = token.privateKey(ref);
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
        outcome = useKey(token, key, plan.mechanism, fn::signInit, fn::sign, input, pin);
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

Outcome decryptRsa(TokenSession& token, StoredKey& key, const Bytes& block, const Secret& pin) {
    if (block.size() != token::signatureLength(algorithmOf(key))) {
        throw Error(ErrorCode::badRequest, "the RSA block is not as long as the key's modulus");
    }
    Outcome outcome = kNoMechanism;
    for (const auto type : {CKM_RSA_PKCS, CKM_RSA_X_509}) {
        if (!token.mechanisms().has(type, CKF_DECRYPT)) continue;
        Bytes input = block;
        outcome = useKey(token, key, type, fn::decryptInit, fn::decrypt, input, pin);
        if (outcome.value == CKR_OK && type == CKM_RSA_X_509) {
            const Bytes padded = std::move(outcome.answer);
            auto plain = withoutEncryptionPadding(padded, block.size());
            if (!plain) throw Error(ErrorCode::driverError, "the RSA block cannot be decrypted");
            outcome.answer = *std::move(plain);
        }
        if (!meansOtherMechanism(outcome.value)) return outcome;
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
    Outcome outcome = useKey(token, key, static_cast<CK_MECHANISM_TYPE>(token.sm2()->decrypt),
                             fn::decryptInit, fn::decrypt, input, pin);
    if (outcome.value == CKR_OK && outcome.answer.size() != cipher.cipher.size()) {
        throw Error(ErrorCode::driverError, "the module's plaintext has a wrong length");
    }
    return outcome;
}

}  // namespace

Bytes sign(TokenSession& token, const token::Sign& request) {
    return withKey(token, request.key,
                   [&](StoredKey& key, const Secret& pin) { return signWith(token, key, request, pin); });
}

Bytes decrypt(TokenSession& token, const token::Decrypt& request) {
    return withKey(token, request.key, [&](StoredKey& key, const Secret& pin) {
        const auto* sm2 = std::get_if<token::Sm2Cipher>(&request.cipher);
        if ((sm2 != nullptr) != (algorithmOf(key) == KeyAlgorithm::sm2)) {
            throw Error(ErrorCode::badRequest, "the ciphertext does not go with the key");
        }
        if (sm2 != nullptr) return decryptSm2(token, key, *sm2, pin);
        if (!token::isRsa(algorithmOf(key))) return kNoMechanism;
        return decryptRsa(token, key, std::get<Bytes>(request.cipher), pin);
    });
}

}  // namespace ukey::pkcs11
