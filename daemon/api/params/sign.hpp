// What auth.*, sign.* and signature.* take. Certificates are as PEM.
#pragma once

#include <optional>
#include <vector>

#include "daemon/api/params/choices.hpp"
#include "daemon/api/params/field.hpp"
#include "daemon/stream/streams.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::api {

struct AuthSignParams {
    std::string certificate;
    std::string challenge;
    std::optional<pki::AuthFormat> format;

    static constexpr auto fields() {
        return std::tuple(Field{"certificate", &AuthSignParams::certificate},
                          Field{"challenge", &AuthSignParams::challenge},
                          Field{"format", &AuthSignParams::format});
    }
};

struct SignDataParams {
    std::string certificate;
    SignatureFormat format{};
    std::optional<Bytes> data;
    std::optional<stream::StreamId> stream;
    std::optional<bool> detached;
    std::optional<std::string> description;
    std::optional<cms::Family> family;
    std::optional<bool> attributes;
    std::optional<bool> signingTime;
    std::optional<bool> chain;
    std::optional<std::vector<std::string>> issuers;
    std::optional<Bytes> add;
    std::optional<Output> output;

    static constexpr auto fields() {
        return std::tuple(
            Field{"certificate", &SignDataParams::certificate}, Field{"format", &SignDataParams::format},
            Field{"data", &SignDataParams::data}, Field{"stream", &SignDataParams::stream},
            Field{"detached", &SignDataParams::detached}, Field{"description", &SignDataParams::description},
            Field{"family", &SignDataParams::family}, Field{"attributes", &SignDataParams::attributes},
            Field{"signingTime", &SignDataParams::signingTime}, Field{"chain", &SignDataParams::chain},
            Field{"issuers", &SignDataParams::issuers}, Field{"add", &SignDataParams::add},
            Field{"output", &SignDataParams::output});
    }
};

struct SignDigestParams {
    std::string certificate;
    Bytes digest;
    token::DigestAlgorithm digestAlgorithm{};

    static constexpr auto fields() {
        return std::tuple(Field{"certificate", &SignDigestParams::certificate},
                          Field{"digest", &SignDigestParams::digest},
                          Field{"digestAlgorithm", &SignDigestParams::digestAlgorithm});
    }
};

struct BatchItem {
    std::string name;
    Bytes data;

    static constexpr auto fields() {
        return std::tuple(Field{"name", &BatchItem::name}, Field{"data", &BatchItem::data});
    }
};

struct SignBatchParams {
    std::string certificate;
    SignatureFormat format{};
    std::vector<BatchItem> items;
    std::optional<cms::Family> family;
    std::optional<bool> attributes;
    std::optional<bool> signingTime;
    std::optional<bool> chain;
    std::optional<std::vector<std::string>> issuers;
    std::optional<bool> detached;

    static constexpr auto fields() {
        return std::tuple(
            Field{"certificate", &SignBatchParams::certificate}, Field{"format", &SignBatchParams::format},
            Field{"items", &SignBatchParams::items}, Field{"family", &SignBatchParams::family},
            Field{"attributes", &SignBatchParams::attributes},
            Field{"signingTime", &SignBatchParams::signingTime}, Field{"chain", &SignBatchParams::chain},
            Field{"issuers", &SignBatchParams::issuers}, Field{"detached", &SignBatchParams::detached});
    }
};

struct SignTimestampParams {
    Bytes signature;
    std::optional<Bytes> response;
    std::optional<std::vector<std::string>> trusted;

    static constexpr auto fields() {
        return std::tuple(Field{"signature", &SignTimestampParams::signature},
                          Field{"response", &SignTimestampParams::response},
                          Field{"trusted", &SignTimestampParams::trusted});
    }
};

struct SignatureVerifyParams {
    SignatureFormat format{};
    Bytes signature;
    std::optional<Bytes> data;
    std::optional<stream::StreamId> stream;
    std::optional<std::string> certificate;
    std::optional<std::vector<std::string>> trusted;

    static constexpr auto fields() {
        return std::tuple(Field{"format", &SignatureVerifyParams::format},
                          Field{"signature", &SignatureVerifyParams::signature},
                          Field{"data", &SignatureVerifyParams::data},
                          Field{"stream", &SignatureVerifyParams::stream},
                          Field{"certificate", &SignatureVerifyParams::certificate},
                          Field{"trusted", &SignatureVerifyParams::trusted});
    }
};

}  // namespace ukey::api
