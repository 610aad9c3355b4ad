// What tells apart the messages that one key signs. Every message that the bridge makes itself begins with
// the name of what it is for, and nothing that a page hands over is signed when it could be taken for one of
// them, for a certificate request, a certificate, a revocation list or a handshake (security.md 22, 26).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pki {

/// All names of domains begin so; data of a page must not.
inline constexpr std::string_view kReservedPrefix = "Ukey Bridge ";
inline constexpr std::string_view kAuthenticationDomain = "Ukey Bridge authentication v2";
inline constexpr std::string_view kRenewalDomain = "Ukey Bridge renewal v2";
inline constexpr std::string_view kUnlockAnswerDomain = "Ukey Bridge unlock answer v1";

/// domain || 00 || content.
Bytes inDomain(std::string_view domain, ByteView content);

/// What the key that is replaced signs to show that its holder asks for the new certificate: the domain and
/// the DER of the request.
Bytes renewalMessage(ByteView csr);

/// Looks at a message of a page as it comes, however it is cut, and keeps next to nothing of it: that which
/// decides stands at the beginning, but behind fields that may be of any length.
///
/// Reserved are: what begins with "Ukey Bridge "; what begins as a CertificationRequestInfo, a TBSCertificate
/// or a TBSCertList does, in DER or BER, and the other forms of a certificate request (CRMF, CMP, SPKAC);
/// what begins as the message of a TLS 1.3 CertificateVerify does (64 octets 0x20), or as the handshake that
/// the one of TLS 1.2 and of TLCP signs. Texts in another case, signed objects that are complete
/// (certificates, requests, lists, CMS) and keys are not.
class ReservedMessage {
  public:
    void update(ByteView piece);
    /// Whether what came so far is reserved. Once true, it stays so.
    bool found() const noexcept { return found_; }
    /// Throws reserved-message when it is.
    void refuse() const;

  private:
    enum class Place : std::uint8_t { outer, element, firstChild, inside, nowhere };
    struct Header;

    void lookAtBeginning(ByteView piece);
    void walk(ByteView piece);
    void take(const Header& header);
    void enter(const Header& header);
    void takeFirstChild(const Header& header);
    void goOnInside(const Header& header);
    void note(std::uint8_t tag, std::uint8_t child);

    std::vector<std::uint8_t> beginning_;  ///< At most the first 64 octets.
    Bytes header_;                         ///< Of the next element, as far as it came.
    std::uint64_t skip_ = 0;               ///< Octets of contents that do not matter.
    Place place_ = Place::outer;
    std::uint8_t tag_ = 0;         ///< Of the element whose first child is next,
    std::uint64_t remaining_ = 0;  ///< and what is left of its contents, where their length is definite.
    unsigned depth_ = 0;           ///< Indefinite lengths that are open from the element on.
    std::vector<std::uint16_t>
        shapes_;  ///< Of the outer SEQUENCE's elements: tag, and tag of the first child.
    bool found_ = false;
};

/// The same for a message that is there as a whole. Throws reserved-message.
void refuseReservedMessage(ByteView message);

}  // namespace ukey::pki
