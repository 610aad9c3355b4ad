#include "tokenlib/softtoken/digest.hpp"

#include <openssl/rand.h>

#include <climits>

namespace ukey::softtoken {
namespace {

const EVP_MD* algorithm(HashKind kind) noexcept {
    switch (kind) {
        case HashKind::sm3:
            return EVP_sm3();
        case HashKind::sha1:
            return EVP_sha1();
        case HashKind::sha256:
            return EVP_sha256();
    }
    return nullptr;
}

}  // namespace

std::size_t sizeOf(HashKind kind) noexcept { return kind == HashKind::sha1 ? 20 : 32; }

Hasher::Hasher(HashKind kind) : kind_(kind), context_(must(EVP_MD_CTX_new())) {
    must(EVP_DigestInit_ex(context_.get(), algorithm(kind), nullptr));
}

void Hasher::update(ByteView data) { must(EVP_DigestUpdate(context_.get(), data.data(), data.size())); }

Bytes Hasher::finish() {
    Bytes out(sizeOf(kind_));
    must(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr));
    return out;
}

Bytes hash(HashKind kind, std::initializer_list<ByteView> parts) {
    Hasher hasher(kind);
    for (const ByteView part : parts) hasher.update(part);
    return hasher.finish();
}

void fillRandom(std::span<std::uint8_t> out) {
    require(out.size() <= INT_MAX, SAR_INDATALENERR);
    require(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1, SAR_GENRANDERR);
}

Bytes randomBytes(std::size_t size) {
    Bytes out(size);
    fillRandom(out);
    return out;
}

}  // namespace ukey::softtoken
