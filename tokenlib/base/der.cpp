#include "tokenlib/base/der.hpp"

#include <algorithm>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::der {
namespace {

struct Header {
    std::uint8_t tag = 0;
    bool indefinite = false;
    bool minimal = true;
    std::size_t headerLength = 0;
    std::size_t contentLength = 0;
};

/// Nothing when the octets do not begin with a tag and length of single-octet tag form that fit the input.
std::optional<Header> parseHeader(ByteView input) {
    if (input.size() < 2 || (input[0] & 0x1FU) == 0x1FU) return std::nullopt;
    Header header;
    header.tag = input[0];
    const std::uint8_t first = input[1];
    header.headerLength = 2;
    if (first < 0x80U) {
        header.contentLength = first;
    } else if (first == 0x80U) {
        header.indefinite = true;
        return header;
    } else {
        const std::size_t count = first & 0x7FU;
        if (count > 4 || input.size() < 2 + count) return std::nullopt;
        std::size_t length = 0;
        for (std::size_t i = 0; i < count; ++i) length = (length << 8U) | input[2 + i];
        header.headerLength += count;
        header.contentLength = length;
        header.minimal = input[2] != 0 && length >= 0x80U;
    }
    if (header.contentLength > input.size() - header.headerLength) return std::nullopt;
    return header;
}

void appendLength(Bytes& out, std::size_t length) {
    if (length < 0x80U) {
        out.push_back(static_cast<std::uint8_t>(length));
        return;
    }
    unsigned octets = 0;
    for (std::size_t rest = length; rest != 0; rest >>= 8U) ++octets;
    out.push_back(static_cast<std::uint8_t>(0x80U | octets));
    for (unsigned i = octets; i-- > 0;) out.push_back(static_cast<std::uint8_t>(length >> (8U * i)));
}

[[noreturn]] void failBer(const char* what) {
    throw Error(ErrorCode::badRequest, std::string(what) + ": malformed BER");
}

constexpr int kMaxDepth = 32;

/// Appends the DER form of the first element of `input`; returns how much of the input it took.
std::size_t normalise(ByteView input, Bytes& out, int depth, const char* what);

/// The inside of a constructed element, as one run of DER elements. Returns how much of the input it took,
/// with the end-of-contents mark where there is one.
std::size_t normaliseContent(ByteView input, bool indefinite, Bytes& out, int depth, const char* what) {
    std::size_t used = 0;
    for (;;) {
        const ByteView rest = input.subspan(used);
        if (indefinite) {
            if (rest.size() >= 2 && rest[0] == 0 && rest[1] == 0) return used + 2;
            if (rest.empty()) failBer(what);
        } else if (rest.empty()) {
            return used;
        }
        used += normalise(rest, out, depth + 1, what);
    }
}

std::size_t normalise(ByteView input, Bytes& out, int depth, const char* what) {
    const auto header = parseHeader(input);
    if (!header || depth > kMaxDepth) failBer(what);
    const bool isConstructed = (header->tag & 0x20U) != 0;
    if (header->indefinite && !isConstructed) failBer(what);
    const ByteView content = header->indefinite ? input.subspan(header->headerLength)
                                                : input.subspan(header->headerLength, header->contentLength);
    if (!isConstructed) {
        out.push_back(header->tag);
        appendLength(out, content.size());
        out.insert(out.end(), content.begin(), content.end());
        return header->headerLength + content.size();
    }
    Bytes inner;
    const std::size_t used = normaliseContent(content, header->indefinite, inner, depth, what);
    std::uint8_t tag = header->tag;
    if (tag == (0x20U | kOctetString)) {
        Bytes flat;
        Reader pieces(inner, what);
        while (!pieces.atEnd()) {
            const ByteView piece = pieces.octetString();
            flat.insert(flat.end(), piece.begin(), piece.end());
        }
        inner = std::move(flat);
        tag = kOctetString;
    }
    out.push_back(tag);
    appendLength(out, inner.size());
    out.insert(out.end(), inner.begin(), inner.end());
    return header->headerLength + used;
}

/// Big-endian units of two or four octets; nothing when they do not come out even.
std::optional<std::u32string> unitsOf(ByteView content, std::size_t width) {
    if (content.size() % width != 0) return std::nullopt;
    std::u32string units;
    for (std::size_t at = 0; at < content.size(); at += width) {
        char32_t unit = 0;
        for (std::size_t i = 0; i < width; ++i) unit = (unit << 8U) | content[at + i];
        units.push_back(unit);
    }
    return units;
}

/// Surrogates only as pairs.
std::optional<std::string> utf8FromUtf16(ByteView content) {
    const auto units = unitsOf(content, 2);
    if (!units) return std::nullopt;
    std::u32string characters;
    for (std::size_t at = 0; at < units->size(); ++at) {
        char32_t code = (*units)[at];
        if (code >= 0xD800U && code <= 0xDFFFU) {
            if (code >= 0xDC00U || at + 1 >= units->size()) return std::nullopt;
            const char32_t low = (*units)[++at];
            if (low < 0xDC00U || low > 0xDFFFU) return std::nullopt;
            code = 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U);
        }
        characters.push_back(code);
    }
    return utf8From(characters);
}

}  // namespace

void Reader::fail(const std::string& why) const {
    throw Error(ErrorCode::badRequest, std::string(what_) + ": " + why);
}

Element Reader::next() {
    const auto header = parseHeader(rest_);
    if (!header || header->indefinite || !header->minimal) fail("malformed DER");
    const std::size_t whole = header->headerLength + header->contentLength;
    Element element{header->tag, rest_.subspan(header->headerLength, header->contentLength),
                    rest_.first(whole)};
    rest_ = rest_.subspan(whole);
    return element;
}

Element Reader::next(std::uint8_t tag) {
    if (peek() != tag || rest_.empty()) {
        const std::uint8_t found = peek();
        fail("expected tag " + toHex({&tag, 1}) + ", found " +
             (rest_.empty() ? std::string("the end") : toHex({&found, 1})));
    }
    return next();
}

std::optional<Element> Reader::nextIf(std::uint8_t tag) {
    if (rest_.empty() || peek() != tag) return std::nullopt;
    return next();
}

std::string Reader::oid() {
    auto text = oidText(next(kOid).content);
    if (!text) fail("malformed object identifier");
    return *std::move(text);
}

ByteView Reader::unsignedInteger() {
    const ByteView content = next(kInteger).content;
    if (content.empty() || (content[0] & 0x80U) != 0) fail("integer is empty or negative");
    if (content[0] != 0) return content;
    if (content.size() > 1 && (content[1] & 0x80U) == 0) fail("integer is not minimal");
    return content.subspan(1);
}

ByteView Reader::fixedInteger() {
    ByteView content = next(kInteger).content;
    if (content.empty()) fail("integer is empty");
    while (!content.empty() && content.front() == 0) content = content.subspan(1);
    return content;
}

std::uint32_t Reader::smallInteger() {
    const ByteView magnitude = unsignedInteger();
    if (magnitude.size() > 4) fail("integer is too large");
    std::uint32_t value = 0;
    for (const std::uint8_t octet : magnitude) value = (value << 8U) | octet;
    return value;
}

ByteView Reader::bitString() {
    const ByteView content = next(kBitString).content;
    if (content.empty() || content[0] != 0) fail("bit string has unused bits");
    return content.subspan(1);
}

Bytes Reader::shortenedBitString() {
    const ByteView content = next(kBitString).content;
    if (content.empty() || content[0] > 7 || (content.size() == 1 && content[0] != 0)) {
        fail("malformed bit string");
    }
    Bytes octets(content.begin() + 1, content.end());
    if (!octets.empty()) octets.back() = static_cast<std::uint8_t>(octets.back() & (0xFFU << content[0]));
    return octets;
}

void Reader::end() const {
    if (!rest_.empty()) fail("trailing octets");
}

std::optional<std::string> oidText(ByteView content) {
    if (content.empty() || content.size() > 64 || (content.back() & 0x80U) != 0) return std::nullopt;
    std::string text;
    std::uint64_t arc = 0;
    bool first = true;
    bool fresh = true;
    for (const std::uint8_t octet : content) {
        if ((fresh && octet == 0x80U) || arc > (UINT64_MAX >> 7U)) return std::nullopt;
        arc = (arc << 7U) | (octet & 0x7FU);
        fresh = (octet & 0x80U) == 0;
        if (!fresh) continue;
        if (first) {
            const std::uint64_t root = std::min<std::uint64_t>(arc / 40, 2);
            text = std::to_string(root) + "." + std::to_string(arc - root * 40);
            first = false;
        } else {
            text += "." + std::to_string(arc);
        }
        arc = 0;
    }
    return text;
}

std::optional<std::string> stringText(const Element& element) {
    switch (element.tag) {
        case kBmpString:
            if (auto text = utf8FromUtf16(element.content)) return text;
            return decodeText(element.content);
        case kUniversalString:
            if (const auto characters = unitsOf(element.content, 4)) return utf8From(*characters);
            return decodeText(element.content);
        case kUtf8String:
        case kPrintableString:
        case kIa5String:
        case kVisibleString:
        case kNumericString:
        case kT61String:
        case kGraphicString:
        case kGeneralString:
            return decodeText(element.content);
        default:
            return std::nullopt;
    }
}

Bytes fromBer(ByteView input, const char* what) {
    Bytes out;
    if (normalise(input, out, 0, what) != input.size()) {
        throw Error(ErrorCode::badRequest, std::string(what) + ": trailing octets");
    }
    return out;
}

Bytes firstFromBer(ByteView input, const char* what) {
    Bytes out;
    normalise(input, out, 0, what);
    return out;
}

std::optional<std::size_t> lengthOfFirst(ByteView input) {
    const auto header = parseHeader(input);
    if (!header) return std::nullopt;
    return header->indefinite ? input.size() : header->headerLength + header->contentLength;
}

Bytes tlv(std::uint8_t tag, ByteView content) {
    Bytes out;
    out.reserve(content.size() + 6);
    appendHeader(out, tag, content.size());
    out.insert(out.end(), content.begin(), content.end());
    return out;
}

void appendHeader(Bytes& out, std::uint8_t tag, std::size_t contentLength) {
    out.push_back(tag);
    appendLength(out, contentLength);
}

Bytes join(std::initializer_list<ByteView> parts) {
    Bytes out;
    for (const ByteView part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
}

Bytes sequence(std::initializer_list<ByteView> parts) { return tlv(kSequence, join(parts)); }

Bytes setOf(std::vector<Bytes> elements, std::uint8_t tag) {
    std::sort(elements.begin(), elements.end());
    Bytes content;
    for (const Bytes& element : elements) content.insert(content.end(), element.begin(), element.end());
    return tlv(tag, content);
}

Bytes explicitTag(unsigned n, ByteView element) { return tlv(constructed(n), element); }

Bytes integer(ByteView magnitude) {
    while (!magnitude.empty() && magnitude.front() == 0) magnitude = magnitude.subspan(1);
    Bytes content;
    if (magnitude.empty() || (magnitude.front() & 0x80U) != 0) content.push_back(0);
    content.insert(content.end(), magnitude.begin(), magnitude.end());
    return tlv(kInteger, content);
}

Bytes integer(std::uint32_t value) {
    const Bytes magnitude{static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
                          static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
    return integer(ByteView(magnitude));
}

Bytes oid(std::string_view dotted) {
    std::vector<std::uint64_t> arcs(1, 0);
    for (const char c : dotted) {
        if (c == '.') {
            arcs.push_back(0);
        } else {
            arcs.back() = arcs.back() * 10 + static_cast<std::uint64_t>(c - '0');
        }
    }
    if (arcs.size() < 2) throw Error(ErrorCode::internal, "object identifier with one arc");
    Bytes content;
    arcs[1] += arcs[0] * 40;
    for (std::size_t i = 1; i < arcs.size(); ++i) {
        unsigned groups = 1;
        while (groups < 9 && (arcs[i] >> (7U * groups)) != 0) ++groups;
        for (unsigned group = groups; group-- > 0;) {
            const auto bits = static_cast<std::uint8_t>((arcs[i] >> (7U * group)) & 0x7FU);
            content.push_back(group == 0 ? bits : static_cast<std::uint8_t>(bits | 0x80U));
        }
    }
    return tlv(kOid, content);
}

Bytes octetString(ByteView content) { return tlv(kOctetString, content); }

Bytes bitString(ByteView content) {
    const std::uint8_t noUnusedBits = 0;
    return tlv(kBitString, join({ByteView(&noUnusedBits, 1), content}));
}

Bytes null() { return tlv(kNull, {}); }

Bytes algorithmIdentifier(std::string_view dotted, ByteView parameters) {
    return sequence({oid(dotted), parameters});
}

}  // namespace ukey::der
