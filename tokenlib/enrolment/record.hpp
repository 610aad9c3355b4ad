// What the journal keeps of one enrolment: enough to go on, or to go back, after anything.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/enrolment/sealed_pair.hpp"
#include "tokenlib/token/identity.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::enrolment {

/// 新领制证, 延期, 变更, 补办.
enum class Kind : std::uint8_t { issue, renew, change, reissue };
/// Wire names: "issue", "renew", "change", "reissue".
std::string_view toString(Kind kind) noexcept;
std::optional<Kind> kindFrom(std::string_view name) noexcept;

/// Whether a new pair is made, in a container of its own, or new certificates go to the pairs that are there.
enum class Keys : std::uint8_t { fresh, kept };

/// How far an enrolment got, as it is known for sure: the next step may have been begun, or even done. Steps
/// can be repeated. Until `switched` it can be rolled back, from there on it only goes forward.
enum class Step : std::uint8_t {
    begun,        ///< The name of the new container is chosen.
    keyed,        ///< The signing pair is in it.
    waiting,      ///< The request is made; the RA has the word.
    accepted,     ///< Its answer was checked; nothing is written yet.
    imported,     ///< The encryption pair is in the container, where there is one.
    written,      ///< The certificates are on the token.
    proven,       ///< They were read back, and the keys have signed and decrypted.
    switched,     ///< The new certificates count; the old ones are to be retired.
    rollingBack,  ///< Given up; what was written is to be taken away.
};
std::string_view toString(Step step) noexcept;
std::optional<Step> stepFrom(std::string_view name) noexcept;

/// DER; empty where there is none.
struct CertificatePair {
    Bytes sign;
    Bytes encrypt;
    bool operator==(const CertificatePair&) const = default;
};

/// That a key had before a renewal which kept the key.
struct FormerCertificate {
    std::string container;
    Bytes der;
};

struct Record {
    std::string id;
    std::string origin;
    Kind kind = Kind::issue;
    token::Identity token;
    token::KeyAlgorithm algorithm = token::KeyAlgorithm::sm2;
    Keys keys = Keys::fresh;
    std::string reference;      ///< The page's own; may be empty.
    std::string container;      ///< Where the new certificates go: a new one, or with kept keys the old one.
    std::string oldContainer;   ///< What is replaced; empty: nothing.
    bool keepsHistory = false;  ///< The old container stays for the sake of its encryption key.
    /// A retired container that has to make room first; empty: none.
    std::string displaced;
    CertificatePair old;  ///< With kept keys: what is put back when the enrolment is given up.
    Step step = Step::begun;
    Bytes signingKey;                      ///< SubjectPublicKeyInfo; from `keyed` on.
    Bytes csr;                             ///< DER; from `waiting` on.
    Bytes proof;                           ///< See Begun; from `waiting` on.
    Bytes answerDigest;                    ///< Of the answer as it came; from `accepted` on.
    CertificatePair answer;                ///< From `accepted` on.
    std::optional<SealedPair> sealedPair;  ///< From `accepted` on, where an encryption pair came.
    std::chrono::sys_seconds created;
};

/// Whether it can still be rolled back.
bool mayRollBack(const Record& record) noexcept;

}  // namespace ukey::enrolment
