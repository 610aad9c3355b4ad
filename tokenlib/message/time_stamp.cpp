#include "tokenlib/message/time_stamp.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/signed_data_parts.hpp"
#include "tokenlib/message/signed_data_reader.hpp"
#include "tokenlib/message/signer_info.hpp"
#include "tokenlib/pki/certificate_parts.hpp"
#include "tokenlib/pki/digest.hpp"

namespace ukey::cms {
namespace {

using token::DigestAlgorithm;

constexpr const char* kWhat = "time stamp";
/// PKIStatus: granted, granted with modifications.
constexpr std::uint32_t kLastGranted = 1;

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorCode::badRequest, std::string(kWhat) + ": " + why);
}

/// TSTInfo (RFC 3161 2.4.2), as far as it counts.
struct StampInfo {
    std::string digestOid;
    Bytes digest;
    std::chrono::sys_seconds time;
    Bytes nonce;  ///< Magnitude; empty when absent.
};

StampInfo readInfo(ByteView content) {
    der::Reader outer(content, kWhat);
    der::Reader info = outer.sequence();
    outer.end();
    if (info.smallInteger() != 1) info.fail("another version");
    info.oid();
    der::Reader imprint = info.sequence();
    StampInfo out;
    out.digestOid = imprint.sequence().oid();
    out.digest = toBytes(imprint.octetString());
    info.next(der::kInteger);
    const auto time = pki::timeFrom(info.next(der::kGeneralizedTime));
    if (!time) info.fail("no time");
    out.time = *time;
    info.nextIf(der::kSequence);
    info.nextIf(der::kBoolean);
    if (const auto nonce = info.nextIf(der::kInteger)) {
        der::Reader number(nonce->whole, kWhat);
        out.nonce = toBytes(number.fixedInteger());
    }
    return out;
}

struct Token {
    SignedDataParts parts;
    StampInfo info;
};

Token readToken(ByteView message) {
    Token token{readSignedData(message), {}};
    if (token.parts.contentType != oids::kTimeStampInfo || !token.parts.content) refuse("is none");
    token.info = readInfo(*token.parts.content);
    return token;
}

bool isOver(const StampInfo& info, ByteView signature) {
    const auto algorithm = digestFrom(info.digestOid);
    return algorithm && info.digest == pki::digest(*algorithm, signature);
}

DigestAlgorithm digestFor(const SignerInfo& signer) {
    return digestFrom(signer.digestOid).value_or(DigestAlgorithm::sha256);
}

Bytes magnitudeOf(Bytes number) {
    number.erase(number.begin(),
                 std::find_if(number.begin(), number.end(), [](auto octet) { return octet != 0; }));
    return number;
}

/// The token of a response in which the authority granted one.
ByteView tokenIn(ByteView response) {
    der::Reader outer(response, kWhat);
    der::Reader parts = outer.sequence();
    outer.end();
    const std::uint32_t status = parts.sequence().smallInteger();
    if (status > kLastGranted) refuse("the authority refused it, status " + std::to_string(status));
    const der::Element token = parts.next(der::kSequence);
    parts.end();
    return token.whole;
}

/// Says it as an error that pages know.
[[noreturn]] void refuseAuthority(const std::string& refusal) {
    constexpr std::array kReasons{Reason::key,   Reason::usage,     Reason::expired,  Reason::notYetValid,
                                  Reason::chain, Reason::extension, Reason::malformed};
    const auto* known = std::ranges::find(kReasons, refusal, [](Reason one) { return toString(one); });
    Error error(ErrorCode::certificateMismatch, std::string(kWhat) + ": the authority's: " + refusal);
    error.withReason(known == kReasons.end() ? Reason::malformed : *known);
    throw error;
}

}  // namespace

Bytes timeStampRequest(ByteView message, const NonceOf& nonce) {
    const SignedDataParts parts = readSignedData(message);
    for (const Bytes& element : parts.signerInfos) {
        const SignerInfo signer = readSignerInfo(element);
        if (!timeStampIn(signer.unsignedAttributes).empty()) continue;
        const DigestAlgorithm algorithm = digestFor(signer);
        const Bytes imprint = der::sequence({der::algorithmIdentifier(digestOid(algorithm), der::null()),
                                             der::octetString(pki::digest(algorithm, signer.signature))});
        const Bytes wantsCertificate = der::tlv(der::kBoolean, Bytes{0xFF});
        return der::sequence(
            {der::integer(1), imprint, der::integer(nonce(signer.signature)), wantsCertificate});
    }
    refuse("every signature has one");
}

Bytes withTimeStamp(ByteView message, ByteView response, const NonceOf& nonce,
                    const std::vector<pki::Certificate>& trusted) {
    SignedDataParts parts = readSignedData(message);
    const Bytes normal = der::fromBer(response, kWhat);
    const ByteView token = tokenIn(normal);
    const StampInfo info = readToken(token).info;
    for (Bytes& element : parts.signerInfos) {
        const SignerInfo signer = readSignerInfo(element);
        if (!isOver(info, signer.signature) || !timeStampIn(signer.unsignedAttributes).empty()) continue;
        if (info.nonce != magnitudeOf(nonce(signer.signature)))
            refuse("the answer to another question (nonce)");
        const TimeStampVerdict verdict = judgeTimeStamp(token, signer.signature, trusted);
        if (!verdict.isValid()) refuseAuthority(verdict.refusal);
        element = withUnsignedAttribute(element, oids::kSignatureTimeStamp, token);
        return writeSignedData(parts);
    }
    refuse("over something else than a signature of this message");
}

TimeStampVerdict judgeTimeStamp(ByteView token, ByteView signature,
                                const std::vector<pki::Certificate>& trusted) {
    TimeStampVerdict verdict;
    try {
        const Token read = readToken(token);
        verdict.time = read.info.time;
        SignedDataVerdict judged = verifySignedData(token, {},
                                                    {.certificates = {},
                                                     .trusted = trusted,
                                                     .time = read.info.time,
                                                     .contentType = std::string(oids::kTimeStampInfo)});
        if (judged.signers.size() != 1) refuse("not one signature");
        SignerVerdict& signer = judged.signers.front();
        verdict.authority = std::move(signer.certificate);
        verdict.refusal = std::move(signer.refusal);
        const auto attributes = readAttributes(readSignerInfo(read.parts.signerInfos.front()).attributes);
        const bool isNamed = attributes && !(attributes->signingCertificate.empty() &&
                                             attributes->signingCertificateV1.empty());
        if (verdict.refusal.empty() && !isNamed) verdict.refusal = refusal::kSigningCertificate;
        if (verdict.refusal.empty() && !verdict.authority->isForTimeStampsAlone())
            verdict.refusal = refusal::kUsage;
        if (verdict.refusal.empty() && !isOver(read.info, signature)) verdict.refusal = refusal::kContent;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::badRequest && error.code() != ErrorCode::unsupported &&
            error.code() != ErrorCode::tooLarge)
            throw;
        verdict.refusal = refusal::kTimeStamp;
    }
    return verdict;
}

}  // namespace ukey::cms
