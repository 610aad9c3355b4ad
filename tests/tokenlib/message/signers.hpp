// People who sign in tests: a key, a certificate, and the root above it.
#pragma once

#include "test_ca.hpp"
#include "tokenlib/message/signed_data_reader.hpp"
#include "tokenlib/message/signed_data_writer.hpp"

namespace ukey::cms::test {

using pki::test::CertificateSpec;
using pki::test::TestCa;
using pki::test::TestKey;

struct Signer {
    TestKey key;
    pki::Certificate certificate;
    pki::Certificate root;

    static Signer of(token::KeyAlgorithm algorithm, const CertificateSpec& spec = {});
    /// One and the same in the whole program.
    static const Signer& shared(token::KeyAlgorithm algorithm);

    SignDigest sign() const {
        return
            [this](token::DigestAlgorithm algorithm, ByteView digest) { return key.sign(algorithm, digest); };
    }
};

std::chrono::sys_seconds now();

/// Octets that do not repeat soon.
Bytes contentOf(std::size_t size);

/// What a reader says that trusts the signer's root: "" or the first refusal.
std::string refusalOf(const SignedDataVerdict& verdict);
VerifyOptions trusting(const Signer& signer);

}  // namespace ukey::cms::test
