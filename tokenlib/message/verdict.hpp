// What is said of a message's signers, and by what they are judged.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/message/family.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::cms {

struct VerifyOptions {
    /// Of signers whose certificates are not in the message.
    std::vector<pki::Certificate> certificates;
    /// Where chains have to end. Empty: only signatures are judged, and the validity of the certificates.
    std::vector<pki::Certificate> trusted;
    std::chrono::sys_seconds time;
    /// Of the content, dotted; empty: data of either family.
    std::string contentType = {};
};

/// Why a signer does not count; the names go out as they are.
namespace refusal {
inline constexpr std::string_view kNoCertificate = "certificate-missing";
inline constexpr std::string_view kContent = "content-changed";
inline constexpr std::string_view kAttributes = "attributes";
inline constexpr std::string_view kSignature = "signature";
inline constexpr std::string_view kWeakDigest = "weak-digest";
inline constexpr std::string_view kAlgorithm = "algorithm";
inline constexpr std::string_view kSigningCertificate = "signing-certificate";
inline constexpr std::string_view kUsage = "usage";
inline constexpr std::string_view kTimeStamp = "time-stamp";
}  // namespace refusal

/// A time stamp (RFC 3161) over a signature.
struct TimeStampVerdict {
    /// Empty when the stamp counts; as `refusal` of a signer.
    std::string refusal;
    std::chrono::sys_seconds time;
    std::optional<pki::Certificate> authority;
    bool isValid() const noexcept { return refusal.empty(); }
};

struct SignerVerdict {
    std::optional<pki::Certificate> certificate;
    /// Empty when the signature counts; one of `refusal`, or the reason of a certificate (`expired`, `chain`,
    /// …).
    std::string refusal;
    /// As the signer claims.
    std::optional<std::chrono::sys_seconds> signingTime;
    /// Where there is one. One that counts, and whose authority descends from a trusted one, is the time at
    /// which the signer's certificate has to have been valid.
    std::optional<TimeStampVerdict> timeStamp;
    bool isValid() const noexcept { return refusal.empty(); }
};

struct SignedDataVerdict {
    Family family = Family::cms;
    bool isDetached = false;
    std::vector<SignerVerdict> signers;
    std::vector<pki::Certificate> certificates;
    /// At least one signer, and none that does not count.
    bool isValid() const noexcept;
};

}  // namespace ukey::cms
