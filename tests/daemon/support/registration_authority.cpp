#include "tests/daemon/support/registration_authority.hpp"

#include "tokenlib/pki/certificate.hpp"

namespace ukey::test {

const RegistrationAuthority& registrationAuthority() {
    static const RegistrationAuthority authority = [] {
        RegistrationAuthority made{pki::test::TestKey::generate(token::KeyAlgorithm::sm2), {}, {}};
        made.certificate =
            pki::test::TestCa(token::KeyAlgorithm::p256, "CA of the RA").issue(made.key.publicKey());
        made.pem = pki::Certificate::fromDer(made.certificate).pem();
        return made;
    }();
    return authority;
}

}  // namespace ukey::test
