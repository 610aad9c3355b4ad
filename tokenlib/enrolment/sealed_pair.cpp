#include "tokenlib/enrolment/sealed_pair.hpp"

#include <limits>
#include <string>
#include <string_view>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pipe/cbor.hpp"

namespace ukey::enrolment {
namespace {

using pipe::CborReader;
using pipe::CborWriter;

/// Longer than any key.
constexpr std::size_t kLongest = 65536;
constexpr std::uint64_t kLargest = std::numeric_limits<std::uint32_t>::max();

[[noreturn]] void failStored() {
    throw Error(ErrorCode::internal, "journal of enrolments: not a key to import");
}

// The same walk writes and reads: `open` a map of so many members, then each in its order.

struct Writer {
    CborWriter& out;
    void open(std::size_t members) { out.endMap(out.beginMap(), members); }
    void key(std::string_view name) { out.text(name); }
    void octets(std::string_view name, const Bytes& value) {
        key(name);
        out.bytes(value);
    }
    void number(std::string_view name, std::uint32_t value) {
        key(name);
        out.number(value);
    }
    void algorithm(std::string_view name, token::KeyAlgorithm value) {
        key(name);
        out.text(toString(value));
    }
};

struct Reader {
    CborReader& in;
    void open(std::size_t members) {
        if (in.map(members) != members) failStored();
    }
    void key(std::string_view name) {
        if (!in.takeText(name)) failStored();
    }
    void octets(std::string_view name, Bytes& value) {
        key(name);
        const ByteView read = in.bytes(kLongest);
        value.assign(read.begin(), read.end());
    }
    void number(std::string_view name, std::uint32_t& value) {
        key(name);
        value = static_cast<std::uint32_t>(in.number(kLargest));
    }
    void algorithm(std::string_view name, token::KeyAlgorithm& value) {
        key(name);
        const auto read = token::keyAlgorithmFrom(in.text(kLongest));
        if (!read) failStored();
        value = *read;
    }
};

constexpr std::string_view kEnveloped = "enveloped";
constexpr std::string_view kWrapped = "wrapped";

template <class Walk, class Key>
void walkEnveloped(Walk& walk, Key& key) {
    walk.open(4);
    walk.number("symmetricAlgorithm", key.symmetricAlgorithm);
    walk.octets("encryptedPrivateKey", key.encryptedPrivateKey);
    walk.octets("publicKey", key.publicKey);
    walk.key("wrappedKey");
    walk.open(4);
    walk.octets("x", key.wrappedKey.x);
    walk.octets("y", key.wrappedKey.y);
    walk.octets("hash", key.wrappedKey.hash);
    walk.octets("cipher", key.wrappedKey.cipher);
}

template <class Walk, class Key>
void walkWrapped(Walk& walk, Key& key) {
    walk.open(6);
    walk.algorithm("algorithm", key.algorithm);
    walk.number("symmetricAlgorithm", key.symmetricAlgorithm);
    walk.octets("iv", key.iv);
    walk.octets("wrappedKey", key.wrappedKey);
    walk.octets("encryptedPrivateKey", key.encryptedPrivateKey);
    walk.key("publicKey");
    walk.open(4);
    walk.algorithm("algorithm", key.publicKey.algorithm);
    walk.octets("point", key.publicKey.point);
    walk.octets("modulus", key.publicKey.modulus);
    walk.octets("exponent", key.publicKey.exponent);
}

SealedPair readPair(CborReader& in) {
    Reader walk{in};
    SealedPair pair;
    if (in.takeText(kEnveloped)) {
        walkEnveloped(walk, pair.emplace<token::EnvelopedSm2Key>());
    } else {
        walk.key(kWrapped);
        walkWrapped(walk, pair.emplace<token::WrappedKeyPair>());
    }
    in.expectEnd();
    return pair;
}

}  // namespace

Bytes toStored(const SealedPair& pair) {
    Bytes stored;
    CborWriter out(stored);
    Writer walk{out};
    walk.open(1);
    if (const auto* enveloped = std::get_if<token::EnvelopedSm2Key>(&pair)) {
        walk.key(kEnveloped);
        walkEnveloped(walk, *enveloped);
    } else {
        walk.key(kWrapped);
        walkWrapped(walk, std::get<token::WrappedKeyPair>(pair));
    }
    return stored;
}

SealedPair sealedPairFrom(ByteView stored) try {
    CborReader in(stored);
    Reader{in}.open(1);
    return readPair(in);
} catch (const Error&) {
    failStored();
}

SealedPair sealedPairFromRequest(ByteView request) try {
    CborReader in(request);
    Reader walk{in};
    walk.open(3);
    walk.key("id");
    (void)in.number(kLargest);
    walk.key("op");
    walk.key("import");
    walk.key("args");
    walk.open(3);
    Bytes ignored;
    walk.octets("token", ignored);
    walk.octets("container", ignored);
    return readPair(in);
} catch (const Error&) {
    failStored();
}

}  // namespace ukey::enrolment
