#include "tokenlib/pki/message_domain.hpp"

#include <algorithm>
#include <array>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::pki {
namespace {

constexpr std::size_t kBeginning = 64;
constexpr std::uint8_t kConstructedBit = 0x20;
constexpr std::uint8_t kUtcTime = 0x17;
constexpr std::uint8_t kGeneralizedTime = 0x18;
/// Stands for a tag of several octets, which none of the structures has.
constexpr std::uint8_t kLongTag = 0x1F;

bool startsWith(ByteView message, std::string_view prefix) {
    return message.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), message.begin(), [](char wanted, std::uint8_t octet) {
               return static_cast<std::uint8_t>(wanted) == octet;
           });
}

/// 64 octets 0x20 (RFC 8446 4.4.3).
bool isTls13(ByteView beginning) {
    return beginning.size() == kBeginning &&
           std::all_of(beginning.begin(), beginning.end(), [](std::uint8_t octet) { return octet == 0x20; });
}

/// ClientHello: type 1, length, version of TLS 1.0 to 1.2 or of TLCP (GB/T 38636), 32 random octets, a
/// session identifier of at most 32.
bool isHandshake(ByteView beginning) {
    constexpr std::size_t kSessionLength = 38;
    if (beginning.size() <= kSessionLength || beginning[0] != 1 || beginning[1] != 0) return false;
    const bool tls = beginning[4] == 3 && beginning[5] >= 1 && beginning[5] <= 3;
    const bool tlcp = beginning[4] == 1 && beginning[5] == 1;
    return (tls || tlcp) && beginning[kSessionLength] <= 32;
}

/// What an element of the outer SEQUENCE may have to be. A shape is its tag and that of its first child, 0
/// where it has none.
using Kind = bool (*)(std::uint8_t tag, std::uint8_t child);

bool isTime(std::uint8_t tag) {
    const auto primitive = static_cast<std::uint8_t>(tag & ~kConstructedBit);
    return primitive == kUtcTime || primitive == kGeneralizedTime;
}
bool version(std::uint8_t tag, std::uint8_t child) {
    return tag == der::constructed(0) && child == der::kInteger;
}
bool integer(std::uint8_t tag, std::uint8_t /*child*/) { return tag == der::kInteger; }
bool algorithm(std::uint8_t tag, std::uint8_t child) { return tag == der::kSequence && child == der::kOid; }
bool name(std::uint8_t tag, std::uint8_t child) {
    return tag == der::kSequence && (child == der::kSet || child == 0);
}
bool validity(std::uint8_t tag, std::uint8_t child) { return tag == der::kSequence && isTime(child); }
bool time(std::uint8_t tag, std::uint8_t /*child*/) { return isTime(tag); }
bool publicKey(std::uint8_t tag, std::uint8_t child) {
    return tag == der::kSequence && child == der::kSequence;
}
bool certTemplate(std::uint8_t tag, std::uint8_t child) {
    return tag == der::kSequence && (child & 0xC0U) == 0x80U;
}
bool sender(std::uint8_t tag, std::uint8_t child) {
    return tag == der::constructed(0) && (child & 0xC0U) == 0x80U;
}
bool text(std::uint8_t tag, std::uint8_t /*child*/) {
    return static_cast<std::uint8_t>(tag & ~kConstructedBit) == der::kIa5String;
}
bool header(std::uint8_t tag, std::uint8_t child) { return tag == der::kSequence && child == der::kInteger; }
bool body(std::uint8_t tag, std::uint8_t /*child*/) { return (tag & 0xE0U) == 0xA0U; }

constexpr std::size_t kLongest = 4;
/// What is reserved, each as far as it takes to tell it from everything else.
constexpr std::array<std::array<Kind, kLongest>, 9> kReserved{{
    {version, integer, algorithm, name},   // TBSCertificate, v2 and v3
    {integer, algorithm, name, validity},  // TBSCertificate, v1
    {integer, name, publicKey},            // CertificationRequestInfo, with attributes or without
    {integer, algorithm, name, time},      // TBSCertList, v2
    {algorithm, name, time},               // TBSCertList, v1
    {integer, certTemplate},               // CertRequest of CRMF (RFC 4211)
    {sender, publicKey},                   // POPOSigningKeyInput of CRMF
    {header, body},                        // ProtectedPart of CMP (RFC 4210)
    {publicKey, text},                     // PublicKeyAndChallenge (SPKAC)
}};

enum class Likeness : std::uint8_t { none, begun, whole };

Likeness likeness(const std::array<Kind, kLongest>& pattern, const std::vector<std::uint16_t>& shapes) {
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        if (i == kLongest || !pattern[i]) return Likeness::whole;
        const auto tag = static_cast<std::uint8_t>(shapes[i] >> 8U);
        const auto child = static_cast<std::uint8_t>(shapes[i] & 0xFFU);
        if (!pattern[i](tag, child)) return Likeness::none;
    }
    const bool ends = shapes.size() == kLongest || !pattern[shapes.size()];
    return ends ? Likeness::whole : Likeness::begun;
}

}  // namespace

Bytes inDomain(std::string_view domain, ByteView content) {
    const std::uint8_t end = 0;
    return der::join({asBytes(domain), ByteView(&end, 1), content});
}

Bytes renewalMessage(ByteView csr) { return inDomain(kRenewalDomain, csr); }

struct ReservedMessage::Header {
    std::uint8_t tag = 0;
    std::size_t size = 0;  ///< Octets of the header itself.
    std::uint64_t length = 0;
    bool indefinite = false;

    bool isConstructed() const noexcept { return (tag & kConstructedBit) != 0; }
    bool isEnd() const noexcept { return tag == 0 && length == 0 && !indefinite; }

    enum class Outcome : std::uint8_t { complete, incomplete, malformed };
    static Outcome read(ByteView octets, Header& header);
};

/// As BER has it: lengths in any form, tags of any number.
ReservedMessage::Header::Outcome ReservedMessage::Header::read(ByteView octets, Header& header) {
    constexpr std::size_t kLongestTag = 6;
    if (octets.empty()) return Outcome::incomplete;
    std::size_t at = 1;
    header.tag = octets[0];
    if ((header.tag & 0x1FU) == 0x1FU) {
        header.tag = static_cast<std::uint8_t>((header.tag & 0xE0U) | kLongTag);
        do {
            if (at == octets.size()) return Outcome::incomplete;
            if (at > kLongestTag) return Outcome::malformed;
        } while ((octets[at++] & 0x80U) != 0);
    }
    if (at == octets.size()) return Outcome::incomplete;
    const std::uint8_t first = octets[at++];
    header.indefinite = first == 0x80;
    header.length = first & 0x7FU;
    if (header.indefinite) {
        if (!header.isConstructed()) return Outcome::malformed;
        header.length = 0;
    } else if (first > 0x80) {
        std::size_t count = first & 0x7FU;
        header.length = 0;
        for (; count > 0; --count) {
            if (at == octets.size()) return Outcome::incomplete;
            if (header.length >> 55U != 0) return Outcome::malformed;
            header.length = (header.length << 8U) | octets[at++];
        }
    }
    header.size = at;
    return Outcome::complete;
}

void ReservedMessage::update(ByteView piece) {
    if (found_ || piece.empty()) return;
    lookAtBeginning(piece);
    walk(piece);
}

void ReservedMessage::refuse() const {
    if (found_) throw Error(ErrorCode::reservedMessage, "the message is none that a page may have signed");
}

void ReservedMessage::lookAtBeginning(ByteView piece) {
    if (beginning_.size() == kBeginning) return;
    const std::size_t more = std::min(kBeginning - beginning_.size(), piece.size());
    beginning_.insert(beginning_.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(more));
    found_ = startsWith(beginning_, kReservedPrefix) || isTls13(beginning_) || isHandshake(beginning_);
}

void ReservedMessage::walk(ByteView piece) {
    while (!piece.empty() && place_ != Place::nowhere && !found_) {
        if (skip_ > 0) {
            const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, piece.size()));
            skip_ -= skipped;
            piece = piece.subspan(skipped);
            continue;
        }
        header_.push_back(piece.front());
        piece = piece.subspan(1);
        Header header;
        const auto outcome = Header::read(header_, header);
        if (outcome == Header::Outcome::incomplete) continue;
        header_.clear();
        if (outcome == Header::Outcome::malformed) {
            place_ = Place::nowhere;
        } else {
            take(header);
        }
    }
}

void ReservedMessage::take(const Header& header) {
    switch (place_) {
        case Place::outer:
            place_ = header.tag == der::kSequence ? Place::element : Place::nowhere;
            break;
        case Place::element:
            enter(header);
            break;
        case Place::firstChild:
            takeFirstChild(header);
            break;
        case Place::inside:
            goOnInside(header);
            break;
        case Place::nowhere:
            break;
    }
}

void ReservedMessage::enter(const Header& header) {
    if (header.isEnd()) {
        place_ = Place::nowhere;
        return;
    }
    tag_ = header.tag;
    remaining_ = header.length;
    depth_ = header.indefinite ? 1 : 0;
    if (header.isConstructed() && (header.indefinite || header.length > 0)) {
        place_ = Place::firstChild;
        return;
    }
    skip_ = header.length;
    note(tag_, 0);
}

void ReservedMessage::takeFirstChild(const Header& header) {
    if (depth_ > 0) {
        place_ = Place::inside;
        goOnInside(header);
        note(tag_, header.isEnd() ? std::uint8_t{0} : header.tag);
        return;
    }
    if (header.size > remaining_) {
        place_ = Place::nowhere;
        return;
    }
    skip_ = remaining_ - header.size;
    place_ = Place::element;
    note(tag_, header.tag);
}

void ReservedMessage::goOnInside(const Header& header) {
    if (header.isEnd()) {
        if (--depth_ == 0) place_ = Place::element;
    } else if (header.indefinite) {
        ++depth_;
    } else {
        skip_ = header.length;
    }
}

/// Asks whether the elements so far are those of something reserved, or can still become so.
void ReservedMessage::note(std::uint8_t tag, std::uint8_t child) {
    shapes_.push_back(static_cast<std::uint16_t>((unsigned{tag} << 8U) | child));
    bool canBecome = false;
    for (const auto& pattern : kReserved) {
        const Likeness like = likeness(pattern, shapes_);
        found_ = found_ || like == Likeness::whole;
        canBecome = canBecome || like == Likeness::begun;
    }
    if (!canBecome) place_ = Place::nowhere;
}

void refuseReservedMessage(ByteView message) {
    ReservedMessage reserved;
    reserved.update(message);
    reserved.refuse();
}

}  // namespace ukey::pki
