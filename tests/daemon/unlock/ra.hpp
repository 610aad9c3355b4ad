// The RA of these tests: the sandbox's answers, in the texts that travel.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/unlock_answer/unlock_answer.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::test {

inline unlock_answer::Request requestIn(const std::string& text) {
    return unlock_answer::read(fromBase64Url(text).value());
}
inline std::string sealedAnswer(const std::string& request, std::string_view administratorPin) {
    return toBase64Url(unlock_answer::sealed(requestIn(request), administratorPin));
}
inline std::string vendorAnswer(const std::string& request, std::string_view administratorPin,
                                std::string_view newPin) {
    return toBase64Url(unlock_answer::vendor(requestIn(request), administratorPin, newPin));
}

}  // namespace ukey::test
