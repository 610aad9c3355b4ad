// The RA of these tests: the sandbox's answers, in the texts that travel.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/unlock_answer/unlock_answer.hpp"
#include "tests/daemon/support/registration_authority.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::test {

inline unlock_answer::Request requestIn(const std::string& text) {
    return unlock_answer::read(fromBase64Url(text).value());
}
inline Bytes signedAnswer(const unlock_answer::Request& request, const Bytes& answer) {
    const RegistrationAuthority& authority = registrationAuthority();
    return unlock_answer::signedBy({authority.key.handle(), {authority.certificate}}, request, answer);
}
inline std::string sealedAnswer(const std::string& request, std::string_view administratorPin) {
    const auto asked = requestIn(request);
    return toBase64Url(signedAnswer(asked, unlock_answer::sealed(asked, administratorPin)));
}
inline std::string vendorAnswer(const std::string& request, std::string_view administratorPin,
                                std::string_view newPin) {
    const auto asked = requestIn(request);
    return toBase64Url(signedAnswer(asked, unlock_answer::vendor(asked, administratorPin, newPin)));
}

}  // namespace ukey::test
