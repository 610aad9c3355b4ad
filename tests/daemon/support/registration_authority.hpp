// The RA that the bridges of tests take answers from.
#pragma once

#include <string>

#include "tests/tokenlib/pki/test_ca.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::test {

struct RegistrationAuthority {
    pki::test::TestKey key;
    Bytes certificate;  ///< DER.
    std::string pem;    ///< The same, for `unlockAuthorities` of the configuration.
};

/// One and the same in the whole program.
const RegistrationAuthority& registrationAuthority();

}  // namespace ukey::test
