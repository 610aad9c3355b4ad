// A page that works with streams: sends as it is allowed, allows as it is told to.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/daemon/support/client.hpp"

namespace ukey::test {

/// A binary message of a stream.
std::string streamMessage(std::uint32_t stream, std::string_view octets);

struct Streamed {
    std::string octets;     ///< What came out.
    nlohmann::json result;  ///< Null when it failed.
    std::string code;       ///< Of the error; empty when there is a result.
    bool wasAnswered = false;
};

struct Streaming {
    std::uint32_t stream = 1;
    std::size_t piece = 60000;   ///< At most so many octets are sent at once
    std::size_t allow = 100000;  ///< and allowed at once.
};

/// Calls the method with `input` as its stream and its output as another.
Streamed callStreaming(Client& client, const std::string& method, nlohmann::json params,
                       std::string_view input, Streaming how = {});

}  // namespace ukey::test
