#include "sandbox/sealed_check/sealed_check.hpp"

#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <map>

#include "sandbox/sealed_check/message_walk.hpp"

namespace ukey::sealed_check {
namespace {

using Octets = std::vector<std::uint8_t>;
using Path = MessageWalk::Path;

constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kSet = 0x31;
constexpr std::uint8_t kOctetString = 0x04;
/// [0]: what ContentInfo holds; the encrypted content, in one piece or several; a subject key identifier.
constexpr std::uint8_t kConstructed0 = 0xA0;
constexpr std::uint8_t kPrimitive0 = 0x80;
/// KeyAgreeRecipientInfo among the RecipientInfos.
constexpr std::uint8_t kConstructed1 = 0xA1;
/// More than a recipient's name and encrypted key take.
constexpr std::size_t kMaxKept = 64UL * 1024UL;
constexpr std::size_t kMaxRecipients = 64;

// Contents of object identifiers.
constexpr std::array<std::uint8_t, 10> kGmEnveloped{0x2A, 0x81, 0x1C, 0xCF, 0x55,
                                                    0x06, 0x01, 0x04, 0x02, 0x03};
constexpr std::array<std::uint8_t, 9> kCmsEnveloped{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03};
constexpr std::array<std::uint8_t, 11> kAuthEnveloped{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D,
                                                      0x01, 0x09, 0x10, 0x01, 0x17};

template <class A, class B>
bool equal(const A& a, const B& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void append(Octets& to, std::span<const std::uint8_t> octets) {
    to.insert(to.end(), octets.begin(), octets.end());
}

/// DER of an element with these contents.
Octets element(std::uint8_t tag, const Octets& contents) {
    Octets length;
    for (std::size_t rest = contents.size(); rest > 0; rest >>= 8U)
        length.insert(length.begin(), static_cast<std::uint8_t>(rest & 0xFFU));
    Octets out{tag};
    if (contents.size() < 0x80) {
        out.push_back(static_cast<std::uint8_t>(contents.size()));
    } else {
        out.push_back(static_cast<std::uint8_t>(0x80U | length.size()));
        append(out, length);
    }
    append(out, contents);
    return out;
}

/// What stands in a primitive element at the beginning; nothing for any other.
std::optional<Octets> firstOctetString(const Octets& contents) {
    const bool isOne = contents.size() >= 2 && contents[0] == kOctetString && contents[1] < 0x80 &&
                       contents.size() >= 2U + contents[1];
    if (!isOne) return std::nullopt;
    return Octets(contents.begin() + 2, contents.begin() + 2 + contents[1]);
}

/// How a message names a recipient: IssuerAndSerialNumber in DER, or the contents of a key identifier.
struct Name {
    bool isKeyIdentifier = false;
    Octets octets;
};

bool fits(const Name& name, const X509* certificate) {
    if (name.isKeyIdentifier) {
        // Only OpenSSL's cache is written to.
        const auto* identifier = X509_get0_subject_key_id(const_cast<X509*>(certificate));
        return identifier != nullptr &&
               equal(name.octets, std::span(ASN1_STRING_get0_data(identifier),
                                            static_cast<std::size_t>(ASN1_STRING_length(identifier))));
    }
    Octets contents;
    unsigned char* der = nullptr;
    const int nameLength = i2d_X509_NAME(X509_get_issuer_name(certificate), &der);
    if (nameLength < 0) return false;
    append(contents, {der, static_cast<std::size_t>(nameLength)});
    OPENSSL_free(der);
    der = nullptr;
    const int numberLength = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &der);
    if (numberLength < 0) return false;
    append(contents, {der, static_cast<std::size_t>(numberLength)});
    OPENSSL_free(der);
    return equal(name.octets, element(kSequence, contents));
}

bool begins(const Path& path, std::initializer_list<std::size_t> with) {
    return path.size() >= with.size() && std::equal(with.begin(), with.end(), path.begin());
}

}  // namespace

struct SealedCheck::State {
    /// An element that is kept, with those that lie in it.
    struct Kept {
        std::uint8_t tag = 0;
        Octets contents;
    };

    MessageWalk walk{{[this](const Path& path, std::uint8_t tag) { opened(path, tag); },
                      [this](const Path& path, std::span<const std::uint8_t> octets) { took(path, octets); },
                      [this](const Path& path) { closed(path); }}};
    bool good = true;
    Octets type;
    std::vector<Name> names;
    std::vector<Kept> kept;  ///< What is being kept now, the innermost last.
    std::size_t keptFrom = 0;
    std::size_t keptOctets = 0;
    /// Which element of EnvelopedData holds the recipients, the content, and in AuthEnvelopedData the MAC: an
    /// OriginatorInfo may come before them.
    std::size_t recipientsAt = 0;
    std::size_t recipients = 0;
    /// Of the RecipientInfo that is being read: whether the key is agreed on, how many sequences of it began,
    /// and whether it is for somebody.
    bool isAgreement = false;
    std::size_t sequences = 0;
    bool isForSomebody = false;
    bool hasContent = false;
    bool hasMac = false;

    bool isAuthenticated() const { return equal(type, kAuthEnveloped); }

    void require(bool what) { good = good && what; }

    void opened(const Path& path, std::uint8_t tag) {
        if (!kept.empty()) return keep(tag);
        if (path.size() == 1) return require(tag == kSequence);
        if (path == Path{0, 0}) return require(tag == 0x06);
        if (path == Path{0, 1}) return require(tag == kConstructed0 && isEnvelope());
        if (path == Path{0, 1, 0}) return require(tag == kSequence);
        if (begins(path, {0, 1, 0})) openedInside(path, tag);
    }

    bool isEnvelope() const {
        return equal(type, kGmEnveloped) || equal(type, kCmsEnveloped) || isAuthenticated();
    }

    void openedInside(const Path& path, std::uint8_t tag) {
        const std::size_t place = path[3];
        if (path.size() == 4) {
            if (recipientsAt == 0 && tag == kSet) recipientsAt = place;
            if (recipientsAt != 0 && place == recipientsAt + 1) require(tag == kSequence);
            if (recipientsAt != 0 && place > recipientsAt + 1 && tag == kOctetString) hasMac = true;
            return;
        }
        if (recipientsAt == 0) return;
        if (place == recipientsAt) {
            openedInRecipient(path, tag);
        } else if (place == recipientsAt + 1 && path.size() == 5 && path[4] == 2) {
            require(tag == kPrimitive0 || tag == kConstructed0);
            hasContent = true;
        }
    }

    void openedInRecipient(const Path& path, std::uint8_t tag) {
        if (path.size() == 5) {
            isAgreement = tag == kConstructed1;
            sequences = 0;
            isForSomebody = !isAgreement;
            require(isAgreement || tag == kSequence);
            if (!isAgreement) countRecipient();
        } else if (isAgreement) {
            openedInAgreement(path, tag);
        } else if (path.size() == 6 && path[5] == 1) {
            // The second element of KeyTransRecipientInfo names it.
            keepName(path, tag);
        }
    }

    /// The first sequence of KeyAgreeRecipientInfo is its algorithm, the second holds the recipients' keys,
    /// each behind a name.
    void openedInAgreement(const Path& path, std::uint8_t tag) {
        if (path.size() == 6 && tag == kSequence) {
            require(++sequences <= 2);
        } else if (sequences == 2 && path.size() == 7) {
            isForSomebody = true;
            require(tag == kSequence);
            countRecipient();
        } else if (sequences == 2 && path.size() == 8 && path[7] == 0) {
            keepName(path, tag);
        }
    }

    void countRecipient() { require(++recipients <= kMaxRecipients); }

    void keepName(const Path& path, std::uint8_t tag) {
        require(tag == kSequence || tag == kPrimitive0 || tag == kConstructed0);
        keptFrom = path.size();
        keptOctets = 0;
        keep(tag);
    }

    void keep(std::uint8_t tag) {
        kept.push_back({tag, {}});
        // What is empty takes place too.
        require((keptOctets += sizeof(Kept)) <= kMaxKept);
    }

    /// The whole identifier, or what it begins with: a RecipientKeyIdentifier goes on behind it.
    void nameKey(const Kept& last) {
        if (last.tag == kPrimitive0) {
            names.push_back({true, last.contents});
        } else if (auto identifier = firstOctetString(last.contents)) {
            names.push_back({true, std::move(*identifier)});
        } else {
            require(false);
        }
    }

    void took(const Path& path, std::span<const std::uint8_t> octets) {
        const bool isType = path == Path{0, 0};
        if (!isType && kept.empty()) return;
        keptOctets += octets.size();
        require(keptOctets <= kMaxKept);
        if (good) append(isType ? type : kept.back().contents, octets);
    }

    void closed(const Path& path) {
        if (kept.empty()) {
            const bool isRecipient = recipientsAt != 0 && path.size() == 5 && path[3] == recipientsAt;
            if (isRecipient && begins(path, {0, 1, 0})) require(isForSomebody);
            return;
        }
        Kept last = std::move(kept.back());
        kept.pop_back();
        if (path.size() > keptFrom) {
            append(kept.back().contents, element(last.tag, last.contents));
        } else if (last.tag == kSequence) {
            names.push_back({false, element(last.tag, last.contents)});
        } else {
            nameKey(last);
        }
    }
};

SealedCheck::SealedCheck() : state_(std::make_unique<State>()) {}
SealedCheck::~SealedCheck() = default;

void SealedCheck::feed(std::span<const std::uint8_t> octets) {
    state_->require(state_->good && state_->walk.feed(octets));
}

std::optional<Refusal> SealedCheck::finish(const std::vector<const X509*>& recipients) const {
    const State& state = *state_;
    if (!state.good || state.type.empty()) return Refusal::notSealed;
    if (!state.walk.isWhole()) return Refusal::incomplete;
    if (!state.hasContent || state.names.empty() || state.names.size() != state.recipients ||
        (state.isAuthenticated() && !state.hasMac)) {
        return Refusal::notSealed;
    }
    const auto isMeant = [&](const Name& name) {
        return std::any_of(recipients.begin(), recipients.end(),
                           [&](const X509* one) { return fits(name, one); });
    };
    const auto isNamed = [&](const X509* one) {
        return std::any_of(state.names.begin(), state.names.end(),
                           [&](const Name& name) { return fits(name, one); });
    };
    const bool right = std::all_of(state.names.begin(), state.names.end(), isMeant) &&
                       std::all_of(recipients.begin(), recipients.end(), isNamed);
    return right ? std::nullopt : std::optional(Refusal::wrongRecipients);
}

std::string_view toString(Refusal refusal) noexcept {
    switch (refusal) {
        case Refusal::notSealed:
            return "not-sealed";
        case Refusal::incomplete:
            return "incomplete";
        case Refusal::wrongRecipients:
            return "wrong-recipients";
    }
    return "not-sealed";
}

}  // namespace ukey::sealed_check
