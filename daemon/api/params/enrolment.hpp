// What enrolment.* takes.
#pragma once

#include <optional>
#include <vector>

#include "daemon/api/params/choices.hpp"
#include "daemon/api/params/field.hpp"

namespace ukey::api {

/// One attribute of a name.
struct DnAttribute {
    std::string type;
    std::string value;

    static constexpr auto fields() {
        return std::tuple(Field{"type", &DnAttribute::type}, Field{"value", &DnAttribute::value});
    }
};

struct EnrolmentBeginParams {
    enrolment::Kind kind{};
    std::string token;
    token::KeyAlgorithm algorithm{};
    enrolment::Keys keys{};
    std::optional<std::string> replaces;
    std::optional<std::string> reference;
    std::optional<std::vector<DnAttribute>> subject;

    static constexpr auto fields() {
        return std::tuple(
            Field{"kind", &EnrolmentBeginParams::kind}, Field{"token", &EnrolmentBeginParams::token},
            Field{"algorithm", &EnrolmentBeginParams::algorithm}, Field{"keys", &EnrolmentBeginParams::keys},
            Field{"replaces", &EnrolmentBeginParams::replaces},
            Field{"reference", &EnrolmentBeginParams::reference},
            Field{"subject", &EnrolmentBeginParams::subject});
    }
};

/// As the RA sent it: octets in whatever form.
struct EncryptionKey {
    pki::EncryptionKeyFormat format{};
    std::string data;
    std::optional<std::string> symmetricAlgorithm;
    std::optional<std::string> wrappedKey;
    std::optional<std::string> iv;

    static constexpr auto fields() {
        return std::tuple(Field{"format", &EncryptionKey::format}, Field{"data", &EncryptionKey::data},
                          Field{"symmetricAlgorithm", &EncryptionKey::symmetricAlgorithm},
                          Field{"wrappedKey", &EncryptionKey::wrappedKey}, Field{"iv", &EncryptionKey::iv});
    }
};

/// Certificates are in whatever form.
struct EnrolmentCompleteParams {
    std::string enrolment;
    std::string signCertificate;
    std::optional<std::string> encryptCertificate;
    std::optional<EncryptionKey> encryptionKey;
    std::optional<std::vector<std::string>> chain;

    static constexpr auto fields() {
        return std::tuple(Field{"enrolment", &EnrolmentCompleteParams::enrolment},
                          Field{"signCertificate", &EnrolmentCompleteParams::signCertificate},
                          Field{"encryptCertificate", &EnrolmentCompleteParams::encryptCertificate},
                          Field{"encryptionKey", &EnrolmentCompleteParams::encryptionKey},
                          Field{"chain", &EnrolmentCompleteParams::chain});
    }
};

struct EnrolmentAbortParams {
    std::string enrolment;

    static constexpr auto fields() {
        return std::tuple(Field{"enrolment", &EnrolmentAbortParams::enrolment});
    }
};

}  // namespace ukey::api
