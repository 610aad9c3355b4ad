#include "tokenlib/drivers/pkcs11/signing.hpp"

#include <algorithm>
#include <array>

#include "tokenlib/drivers/pkcs11/stored_forms.hpp"
#include "tokenlib/token/key_forms.hpp"

namespace ukey::pkcs11 {
namespace {

using token::DigestAlgorithm;
using token::KeyAlgorithm;

constexpr CK_ULONG kMaxMechanisms = 4096;

CK_MECHANISM_TYPE hashingRsa(DigestAlgorithm digest) {
    switch (digest) {
        case DigestAlgorithm::sha256:
            return CKM_SHA256_RSA_PKCS;
        case DigestAlgorithm::sha384:
            return CKM_SHA384_RSA_PKCS;
        case DigestAlgorithm::sha512:
            return CKM_SHA512_RSA_PKCS;
        case DigestAlgorithm::sm3:
            break;
    }
    return CK_UNAVAILABLE_INFORMATION;
}

CK_MECHANISM_TYPE hashingEcdsa(DigestAlgorithm digest) {
    switch (digest) {
        case DigestAlgorithm::sha256:
            return CKM_ECDSA_SHA256;
        case DigestAlgorithm::sha384:
            return CKM_ECDSA_SHA384;
        case DigestAlgorithm::sha512:
            return CKM_ECDSA_SHA512;
        case DigestAlgorithm::sm3:
            break;
    }
    return CK_UNAVAILABLE_INFORMATION;
}

/// EMSA-PKCS1-v1_5, RFC 8017 9.2.
Bytes paddedBlock(ByteView info, std::size_t size) {
    Bytes block(size, 0xff);
    block[0] = 0x00;
    block[1] = 0x01;
    const std::size_t start = size - info.size();
    block[start - 1] = 0x00;
    std::copy(info.begin(), info.end(), block.begin() + static_cast<std::ptrdiff_t>(start));
    return block;
}

/// A number of at most `size` octets, right-aligned.
void place(ByteView number, Bytes& out, std::size_t offset, std::size_t size) {
    if (number.size() > size)
        throw Error(ErrorCode::driverError, "the module's signature has numbers too large");
    std::copy(number.begin(), number.end(),
              out.begin() + static_cast<std::ptrdiff_t>(offset + size - number.size()));
}

/// r || s of SEQUENCE { r, s }; nothing when it is not such.
std::optional<Bytes> fromDer(ByteView answer, std::size_t coordinate) {
    der::Reader outer(answer);
    const auto sequence = outer.next(der::kSequence);
    if (!sequence || !outer.atEnd()) return std::nullopt;
    der::Reader numbers(sequence->content);
    const auto r = numbers.next(der::kInteger);
    const auto s = numbers.next(der::kInteger);
    if (!r || !s || !numbers.atEnd()) return std::nullopt;
    const auto rOctets = der::magnitude(r->content);
    const auto sOctets = der::magnitude(s->content);
    if (!rOctets || !sOctets) return std::nullopt;
    Bytes raw(2 * coordinate);
    place(*rOctets, raw, 0, coordinate);
    place(*sOctets, raw, coordinate, coordinate);
    return raw;
}

Bytes rawPair(std::size_t coordinate, ByteView answer, bool isDer) {
    if (!isDer && answer.size() == 2 * coordinate) return {answer.begin(), answer.end()};
    if (auto raw = fromDer(answer, coordinate)) return *std::move(raw);
    const bool halves = !isDer && !answer.empty() && answer.size() < 2 * coordinate && answer.size() % 2 == 0;
    if (!halves) throw Error(ErrorCode::driverError, "the module's signature has a wrong length");
    Bytes raw(2 * coordinate);
    place(answer.first(answer.size() / 2), raw, 0, coordinate);
    place(answer.subspan(answer.size() / 2), raw, coordinate, coordinate);
    return raw;
}

}  // namespace

Mechanisms Mechanisms::read(const Module& module, CK_SLOT_ID slot) {
    Mechanisms mechanisms;
    CK_ULONG count = 0;
    if (module.attempt(fn::getMechanismList, slot, static_cast<CK_MECHANISM_TYPE*>(nullptr), &count) !=
            CKR_OK ||
        count == 0 || count > kMaxMechanisms) {
        return mechanisms;
    }
    std::vector<CK_MECHANISM_TYPE> types(count);
    if (module.attempt(fn::getMechanismList, slot, types.data(), &count) != CKR_OK || count > types.size()) {
        return mechanisms;
    }
    types.resize(count);
    mechanisms.known_ = true;
    for (const auto type : types) {
        CK_MECHANISM_INFO info{};
        if (module.attempt(fn::getMechanismInfo, slot, type, &info) != CKR_OK) info = {};
        mechanisms.types_.emplace(type, info);
    }
    return mechanisms;
}

bool Mechanisms::has(CK_MECHANISM_TYPE type, CK_FLAGS flag) const {
    if (!known_) return true;
    const auto found = types_.find(type);
    if (found == types_.end()) return false;
    // Modules that fill nothing in are many.
    return found->second.flags == 0 || (found->second.flags & flag) != 0;
}

bool Mechanisms::hasForSize(CK_MECHANISM_TYPE type, CK_FLAGS flag, CK_ULONG bits) const {
    if (!has(type, flag)) return false;
    if (!known_) return true;
    const CK_MECHANISM_INFO& info = types_.find(type)->second;
    CK_ULONG least = info.ulMinKeySize;
    CK_ULONG most = info.ulMaxKeySize;
    if (most == 0 || most == CK_UNAVAILABLE_INFORMATION) return true;
    // Some modules count octets.
    if (type == CKM_RSA_PKCS_KEY_PAIR_GEN && most <= 1024) {
        least *= 8;
        most *= 8;
    }
    return least <= bits && bits <= most;
}

void requireDigest(KeyAlgorithm algorithm, const token::Sign& request) {
    if (request.digest.size() != token::digestLength(request.digestAlgorithm)) {
        throw Error(ErrorCode::badRequest, "the digest has a wrong length");
    }
    const bool isSm3 = request.digestAlgorithm == DigestAlgorithm::sm3;
    const bool fits = token::isRsa(algorithm) || isSm3 == (algorithm == KeyAlgorithm::sm2);
    if (!fits) throw Error(ErrorCode::badRequest, "this digest does not go with the key");
}

std::vector<SignPlan> signPlans(KeyAlgorithm algorithm, const token::Sign& request,
                                const Mechanisms& mechanisms, const Sm2Mechanisms* sm2) {
    std::vector<SignPlan> plans;
    const auto offer = [&](CK_MECHANISM_TYPE type, SignInput input) {
        if (type == CK_UNAVAILABLE_INFORMATION || !mechanisms.has(type, CKF_SIGN)) return;
        if (input == SignInput::message && !request.message) return;
        plans.push_back({type, input});
    };
    if (token::isRsa(algorithm)) {
        offer(CKM_RSA_PKCS, SignInput::digestInfo);
        offer(hashingRsa(request.digestAlgorithm), SignInput::message);
        offer(CKM_RSA_X_509, SignInput::paddedBlock);
    } else if (algorithm != KeyAlgorithm::sm2) {
        offer(CKM_ECDSA, SignInput::digest);
        offer(hashingEcdsa(request.digestAlgorithm), SignInput::message);
    } else if (sm2 != nullptr && sm2->sign != 0) {
        // Never CKM_ECDSA: a module signs with it on the SM2 curve as well, but that is no SM2 signature.
        offer(static_cast<CK_MECHANISM_TYPE>(sm2->sign),
              sm2->signsMessage ? SignInput::message : SignInput::digest);
    }
    return plans;
}

Bytes signInput(const SignPlan& plan, KeyAlgorithm algorithm, const token::Sign& request) {
    switch (plan.input) {
        case SignInput::digestInfo:
            return token::digestInfo(request.digestAlgorithm, request.digest);
        case SignInput::paddedBlock:
            return paddedBlock(token::digestInfo(request.digestAlgorithm, request.digest),
                               token::signatureLength(algorithm));
        case SignInput::message:
            return request.message.value_or(Bytes{});
        case SignInput::digest:
            break;
    }
    // ECDSA takes the leftmost bits of a digest longer than the curve's order; not every module cuts it.
    Bytes digest = request.digest;
    digest.resize(std::min(digest.size(), token::coordinateLength(algorithm)));
    return digest;
}

Bytes rawSignature(KeyAlgorithm algorithm, ByteView answer, bool isDer) {
    const std::size_t size = token::signatureLength(algorithm);
    if (!token::isRsa(algorithm)) return rawPair(token::coordinateLength(algorithm), answer, isDer);
    if (answer.empty() || answer.size() > size) {
        throw Error(ErrorCode::driverError, "the module's signature has a wrong length");
    }
    Bytes raw(size);
    place(answer, raw, 0, size);
    return raw;
}

}  // namespace ukey::pkcs11
