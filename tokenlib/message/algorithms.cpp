#include "tokenlib/message/algorithms.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tokenlib/base/der.hpp"

namespace ukey::cms {
namespace {

using token::DigestAlgorithm;
using token::KeyAlgorithm;

constexpr std::array<std::pair<DigestAlgorithm, std::string_view>, 4> kDigests{{
    {DigestAlgorithm::sm3, oids::kSm3},
    {DigestAlgorithm::sha256, oids::kSha256},
    {DigestAlgorithm::sha384, oids::kSha384},
    {DigestAlgorithm::sha512, oids::kSha512},
}};

constexpr std::array kSm2Signatures{oids::kSm2Sign, oids::kSm2WithSm3, oids::kCurveSm2};
constexpr std::array kRsaSignatures{oids::kRsaEncryption, oids::kSha256WithRsa, oids::kSha384WithRsa,
                                    oids::kSha512WithRsa};
constexpr std::array kEcdsaSignatures{oids::kEcPublicKey, oids::kEcdsaWithSha256, oids::kEcdsaWithSha384,
                                      oids::kEcdsaWithSha512};

std::string_view ecdsaOid(DigestAlgorithm digest) {
    switch (digest) {
        case DigestAlgorithm::sha384:
            return oids::kEcdsaWithSha384;
        case DigestAlgorithm::sha512:
            return oids::kEcdsaWithSha512;
        default:
            return oids::kEcdsaWithSha256;
    }
}

bool isOneOf(const auto& list, std::string_view oid) {
    return std::find(list.begin(), list.end(), oid) != list.end();
}

}  // namespace

std::string contentType(Family family, unsigned n) {
    return std::string(family == Family::gm ? oids::kGmMessages : oids::kPkcs7Messages) + std::to_string(n);
}

std::optional<KnownContentType> contentTypeFrom(std::string_view oid) {
    for (const Family family : {Family::gm, Family::cms}) {
        for (unsigned n = 1; n <= 6; ++n) {
            if (contentType(family, n) == oid) return KnownContentType{family, n};
        }
    }
    return std::nullopt;
}

std::string_view digestOid(DigestAlgorithm algorithm) {
    const auto* found = std::find_if(kDigests.begin(), kDigests.end(),
                                     [&](const auto& entry) { return entry.first == algorithm; });
    return found->second;
}

std::optional<DigestAlgorithm> digestFrom(std::string_view oid) {
    const auto* found = std::find_if(kDigests.begin(), kDigests.end(),
                                     [&](const auto& entry) { return entry.second == oid; });
    if (found == kDigests.end()) return std::nullopt;
    return found->first;
}

Bytes signatureAlgorithm(Family family, KeyAlgorithm key, DigestAlgorithm digest) {
    if (key == KeyAlgorithm::sm2) {
        return der::algorithmIdentifier(family == Family::gm ? oids::kSm2Sign : oids::kSm2WithSm3);
    }
    if (token::isRsa(key)) return der::algorithmIdentifier(oids::kRsaEncryption, der::null());
    return der::algorithmIdentifier(ecdsaOid(digest));
}

bool isSignatureOf(std::string_view oid, KeyAlgorithm key) {
    if (key == KeyAlgorithm::sm2) return isOneOf(kSm2Signatures, oid);
    return token::isRsa(key) ? isOneOf(kRsaSignatures, oid) : isOneOf(kEcdsaSignatures, oid);
}

}  // namespace ukey::cms
