// Tokens in software behind a running server, for the tests of tokens.*, pin.* and signatures.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/daemon/support/bridge_under_test.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::test {

using nlohmann::json;
using token::DigestAlgorithm;
using token::KeyAlgorithm;

class Tokens : public testing::Test {
  protected:
    static std::string firstToken(Client& client) {
        return client.result("tokens.list").at("tokens").at(0).at("id");
    }
    static std::string firstCertificate(Client& client) {
        return client.result("certificates.list").at("certificates").at(0).at("id");
    }
    static json digestParams(const std::string& certificate, const std::string& algorithm = "sha256",
                             std::size_t octets = 32) {
        return {{"certificate", certificate},
                {"digest", toBase64Url(Bytes(octets, 5))},
                {"digestAlgorithm", algorithm}};
    }
    bool verifies(const hosts::TokenAddress& address, DigestAlgorithm algorithm, ByteView digest,
                  const json& result) {
        const auto der = fromBase64Url(result.at("signature").get<std::string>()).value();
        const auto key = bridge_.inLoop([&] { return bridge_.hosts().key(address).publicKey(); });
        return pki::verify(key, algorithm, digest, pki::signatureFromDer(key.algorithm, der));
    }
    unsigned count(const std::string& operation) {
        return bridge_.inLoop([&] { return bridge_.hosts().count(operation); });
    }
    BridgeUnderTest bridge_;
};

}  // namespace ukey::test
