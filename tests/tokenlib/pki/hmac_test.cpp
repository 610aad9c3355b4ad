#include "tokenlib/pki/hmac.hpp"

#include <botan/mac.h>
#include <gtest/gtest.h>

namespace ukey::pki {
namespace {

TEST(Hmac, ofEveryDigestAndKeyLength_isBotans) {
    using token::DigestAlgorithm;
    for (const auto& [algorithm, name] : {std::pair{DigestAlgorithm::sha256, "HMAC(SHA-256)"},
                                          {DigestAlgorithm::sha384, "HMAC(SHA-384)"},
                                          {DigestAlgorithm::sha512, "HMAC(SHA-512)"},
                                          {DigestAlgorithm::sm3, "HMAC(SM3)"}}) {
        for (const std::size_t length :
             {std::size_t{1}, std::size_t{32}, std::size_t{64}, std::size_t{200}}) {
            const Bytes key(length, 0x5C);
            const auto botan = Botan::MessageAuthenticationCode::create_or_throw(name);
            botan->set_key(key.data(), key.size());
            botan->update("one");
            botan->update("two");
            const auto expected = botan->final();
            EXPECT_EQ(Hmac(algorithm, key).update(asBytes("one")).update(asBytes("two")).finish(),
                      Bytes(expected.begin(), expected.end()))
                << name << length;
        }
    }
}

}  // namespace
}  // namespace ukey::pki
