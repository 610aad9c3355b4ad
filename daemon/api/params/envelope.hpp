// What envelope.* takes.
#pragma once

#include <optional>
#include <vector>

#include "daemon/api/params/choices.hpp"
#include "daemon/api/params/field.hpp"
#include "daemon/stream/streams.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::api {

struct EnvelopeSealParams {
    std::vector<std::vector<std::string>> layers;  ///< The recipients' certificates as PEM.
    std::optional<cms::Family> family;
    std::optional<pki::ContentCipher> cipher;
    std::optional<bool> oaep;
    std::optional<bool> keyIdentifiers;
    std::optional<Bytes> data;
    std::optional<stream::StreamId> stream;
    std::optional<Output> output;

    static constexpr auto fields() {
        return std::tuple(
            Field{"layers", &EnvelopeSealParams::layers}, Field{"family", &EnvelopeSealParams::family},
            Field{"cipher", &EnvelopeSealParams::cipher}, Field{"oaep", &EnvelopeSealParams::oaep},
            Field{"keyIdentifiers", &EnvelopeSealParams::keyIdentifiers},
            Field{"data", &EnvelopeSealParams::data}, Field{"stream", &EnvelopeSealParams::stream},
            Field{"output", &EnvelopeSealParams::output});
    }
};

struct EnvelopeInspectParams {
    std::optional<Bytes> envelope;
    std::optional<stream::StreamId> stream;

    static constexpr auto fields() {
        return std::tuple(Field{"envelope", &EnvelopeInspectParams::envelope},
                          Field{"stream", &EnvelopeInspectParams::stream});
    }
};

struct EnvelopeOpenParams {
    std::optional<std::string> token;
    std::optional<Bytes> envelope;
    std::optional<stream::StreamId> stream;
    std::optional<Output> output;
    std::optional<std::string> description;
    std::optional<std::uint64_t> size;
    std::optional<std::string> signer;                ///< The certificate of who signed it, as PEM.
    std::optional<std::vector<std::string>> trusted;  ///< Where the signers' chains have to end, as PEM.

    static constexpr auto fields() {
        return std::tuple(
            Field{"token", &EnvelopeOpenParams::token}, Field{"envelope", &EnvelopeOpenParams::envelope},
            Field{"stream", &EnvelopeOpenParams::stream}, Field{"output", &EnvelopeOpenParams::output},
            Field{"description", &EnvelopeOpenParams::description}, Field{"size", &EnvelopeOpenParams::size},
            Field{"signer", &EnvelopeOpenParams::signer}, Field{"trusted", &EnvelopeOpenParams::trusted});
    }
};

}  // namespace ukey::api
