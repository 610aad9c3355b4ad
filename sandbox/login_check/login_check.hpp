// The server's check of a login with a token: who is it, and did they really mean this site, now?
//
//     Challenges challenges(file);
//     LoginCheck check({"https://portal.example"}, trust, challenges);
//     ...
//     auto challenge = challenges.issue(visitorCookie, now);        // to the page, which calls auth.sign
//     auto result = check.check(answer, challengeFromThePage, visitorCookie, now);
//     if (auto* person = std::get_if<Person>(&result)) ...          // logged in
//     else toString(std::get<Refusal>(result));                     // told why not
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sandbox/login_check/certificate_check.hpp"
#include "sandbox/login_check/challenges.hpp"
#include "sandbox/login_check/refusal.hpp"

namespace ukey::login_check {

/// What `auth.sign` gave to the page.
struct Answer {
    std::string format;       ///< "ukey-auth:2".
    std::string algorithm;    ///< "SM2SM3", "RS256", "ES256" or "ES384".
    std::string certificate;  ///< PEM.
    std::string signature;    ///< base64url.
};

/// Who logged in, out of the certificate.
struct Person {
    std::string name;          ///< The common name.
    std::string subjectText;   ///< The whole subject, e.g. "CN=…,O=…,C=CN".
    std::string algorithm;     ///< Of the key: "sm2", "rsa2048", "p256", ….
    std::string serialNumber;  ///< Of the certificate, hexadecimal.
    std::string issuerText;
    std::string
        thumbprint;  ///< SHA-256 of the certificate, hexadecimal: what to know a certificate again by.
};

/// The same of any certificate, whose key may be of another kind: `algorithm` is empty then.
Person personIn(X509* certificate);

class LoginCheck {
  public:
    /// `origins`: the site's own, as browsers write them ("https://portal.example", no slash at the end).
    /// They come from the site's configuration, never from the request.
    LoginCheck(std::vector<std::string> origins, const Trust& trust, Challenges& challenges);

    /// Uses the challenge up, whatever the outcome. Throws std::runtime_error only when the database fails.
    std::variant<Person, Refusal> check(const Answer& answer, const std::string& challenge,
                                        const std::string& visitor, Time now);

  private:
    std::vector<std::string> origins_;
    CertificateCheck certificates_;
    Challenges& challenges_;
};

}  // namespace ukey::login_check
