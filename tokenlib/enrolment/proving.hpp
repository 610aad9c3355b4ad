// Reading back what was written, and letting the token show that it can use it.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "tokenlib/enrolment/record.hpp"
#include "tokenlib/enrolment/token_access.hpp"

namespace ukey::enrolment {

/// Signs a digest of chance and checks the signature. Throws certificate-mismatch when it is another key's.
boost::asio::awaitable<void> proveSigning(TokenAccess& token, token::KeyRef key, token::PublicKey publicKey);

/// Lets the token open something that was sealed to the key, in whichever way it can; a key that no way is
/// known for is taken as it is. Throws certificate-mismatch when it does not.
boost::asio::awaitable<void> proveDecryption(TokenAccess& token, token::KeyEntry key);

/// That the container holds these certificates (DER), each with its key, and that the keys work. Throws
/// certificate-mismatch.
boost::asio::awaitable<void> proveContainer(TokenAccess& token, std::string container,
                                            CertificatePair certificates);

}  // namespace ukey::enrolment
