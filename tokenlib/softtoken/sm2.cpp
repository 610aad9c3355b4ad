#include "tokenlib/softtoken/sm2.hpp"

#include <openssl/obj_mac.h>

#include <algorithm>
#include <utility>

#include "tokenlib/softtoken/digest.hpp"

namespace ukey::softtoken {
namespace {

constexpr std::size_t kSize = 32;

const EC_GROUP* group() {
    static const Group curve(must(EC_GROUP_new_by_curve_name(NID_sm2)));
    return curve.get();
}

const BIGNUM* order() { return EC_GROUP_get0_order(group()); }

BigNumberContext newContext() { return BigNumberContext(must(BN_CTX_secure_new())); }

BigNumber newNumber() { return BigNumber(must(BN_secure_new())); }

BigNumber numberFrom(ByteView bytes) {
    BigNumber number = newNumber();
    must(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), number.get()));
    return number;
}

BigNumber secretFrom(ByteView bytes) {
    BigNumber number = numberFrom(bytes);
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    return number;
}

void putNumber(const BIGNUM* number, std::uint8_t* out) {
    must(BN_bn2binpad(number, out, static_cast<int>(kSize)));
}

Point newPoint() { return Point(must(EC_POINT_new(group()))); }

Point pointFrom(const Sm2Public& bytes, BN_CTX* context) {
    Point point = newPoint();
    const BigNumber x = numberFrom(ByteView(bytes).first(kSize));
    const BigNumber y = numberFrom(ByteView(bytes).last(kSize));
    // Refuses coordinates off the curve or not below the prime.
    require(EC_POINT_set_affine_coordinates(group(), point.get(), x.get(), y.get(), context) == 1,
            SAR_INDATAERR);
    return point;
}

Sm2Public bytesOf(const EC_POINT* point, BN_CTX* context) {
    Sm2Public bytes{};
    const BigNumber x = newNumber();
    const BigNumber y = newNumber();
    require(EC_POINT_get_affine_coordinates(group(), point, x.get(), y.get(), context) == 1, SAR_INDATAERR);
    putNumber(x.get(), bytes.data());
    putNumber(y.get(), bytes.data() + kSize);
    return bytes;
}

// k * G for a secret k; OpenSSL takes its constant-time ladder for one scalar.
Sm2Public timesGenerator(const BIGNUM* k, BN_CTX* context) {
    const Point point = newPoint();
    must(EC_POINT_mul(group(), point.get(), k, nullptr, nullptr, context));
    return bytesOf(point.get(), context);
}

Sm2Public timesPoint(const EC_POINT* base, const BIGNUM* k, BN_CTX* context) {
    const Point point = newPoint();
    must(EC_POINT_mul(group(), point.get(), nullptr, base, k, context));
    return bytesOf(point.get(), context);
}

// 1 <= k < n
BigNumber randomScalar() {
    BigNumber k = newNumber();
    do {
        require(BN_priv_rand_range(k.get(), order()) == 1, SAR_GENRANDERR);
    } while (BN_is_zero(k.get()));
    BN_set_flags(k.get(), BN_FLG_CONSTTIME);
    return k;
}

bool allZero(ByteView bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t octet) { return octet == 0; });
}

Secret deriveKey(std::initializer_list<ByteView> seeds, std::size_t size) {
    Secret key(size);
    for (std::uint32_t counter = 1; key.size() < size; ++counter) {
        const std::array<std::uint8_t, 4> number{
            static_cast<std::uint8_t>(counter >> 24), static_cast<std::uint8_t>(counter >> 16),
            static_cast<std::uint8_t>(counter >> 8), static_cast<std::uint8_t>(counter)};
        Hasher hasher(HashKind::sm3);
        for (const ByteView seed : seeds) hasher.update(seed);
        hasher.update(number);
        Bytes block = hasher.finish();
        key.append(ByteView(block).first(std::min(block.size(), size - key.size())));
        wipe(block);
    }
    return key;
}

bool isBelowOrder(const BIGNUM* number) { return !BN_is_zero(number) && BN_cmp(number, order()) < 0; }

// x with its upper half replaced by 2^127 (GB/T 32918.3, w = 127).
BigNumber reduced(ByteView x) {
    Bytes low(x.begin() + kSize / 2, x.end());
    low[0] |= 0x80;
    return numberFrom(low);
}

}  // namespace

Sm2Private::Sm2Private(Secret scalar, Sm2Public publicKey, BigNumber inverse)
    : scalar_(std::move(scalar)), public_(publicKey), inverse_(std::move(inverse)) {}

Sm2Private Sm2Private::generate() {
    for (;;) {
        const BigNumber d = randomScalar();
        Secret bytes(kSize);
        bytes.resize(kSize);
        putNumber(d.get(), bytes.data());
        const BigNumber next = newNumber();
        must(BN_copy(next.get(), d.get()));
        must(BN_add_word(next.get(), 1));
        if (BN_cmp(next.get(), order()) < 0) return fromScalar(bytes.view());
    }
}

Sm2Private Sm2Private::fromScalar(ByteView d) {
    require(d.size() == kSize, SAR_INDATALENERR);
    const BigNumberContext context = newContext();
    const BigNumber number = secretFrom(d);
    BigNumber inverse = secretFrom(d);
    must(BN_add_word(inverse.get(), 1));
    require(isBelowOrder(number.get()) && isBelowOrder(inverse.get()), SAR_INDATAERR);
    must(BN_mod_inverse(inverse.get(), inverse.get(), order(), context.get()));
    BN_set_flags(inverse.get(), BN_FLG_CONSTTIME);
    return {Secret::copyOf(d), timesGenerator(number.get(), context.get()), std::move(inverse)};
}

Sm2Signature Sm2Private::sign(ByteView e) const {
    require(e.size() == kSize, SAR_INDATALENERR);
    const BigNumberContext context = newContext();
    const BigNumber hash = numberFrom(e);
    const BigNumber d = secretFrom(scalar_.view());
    const BigNumber r = newNumber();
    const BigNumber s = newNumber();
    for (;;) {
        const BigNumber k = randomScalar();
        const Sm2Public point = timesGenerator(k.get(), context.get());
        const BigNumber x = numberFrom(ByteView(point).first(kSize));
        must(BN_mod_add(r.get(), hash.get(), x.get(), order(), context.get()));
        if (BN_is_zero(r.get())) continue;
        must(BN_mod_add(s.get(), r.get(), k.get(), order(), context.get()));
        if (BN_is_zero(s.get())) continue;
        // s = (1 + d)^-1 (k - r d)
        must(BN_mod_mul(s.get(), r.get(), d.get(), order(), context.get()));
        must(BN_mod_sub(s.get(), k.get(), s.get(), order(), context.get()));
        must(BN_mod_mul(s.get(), s.get(), inverse_.get(), order(), context.get()));
        if (BN_is_zero(s.get())) continue;
        Sm2Signature signature{};
        putNumber(r.get(), signature.data());
        putNumber(s.get(), signature.data() + kSize);
        return signature;
    }
}

Secret Sm2Private::decrypt(const Sm2Cipher& cipher) const {
    const BigNumberContext context = newContext();
    const Point c1 = pointFrom(cipher.point, context.get());
    const BigNumber d = secretFrom(scalar_.view());
    Sm2Public shared = timesPoint(c1.get(), d.get(), context.get());
    Secret plain = deriveKey({shared}, cipher.cipher.size());
    require(!allZero(plain.view()), SAR_INDATAERR);
    for (std::size_t i = 0; i < plain.size(); ++i) plain.data()[i] ^= cipher.cipher[i];
    const Bytes check =
        hash(HashKind::sm3, {ByteView(shared).first(kSize), plain.view(), ByteView(shared).last(kSize)});
    wipe(shared);
    require(equalInConstantTime(check, cipher.hash), SAR_INDATAERR);
    return plain;
}

bool isSm2Point(const Sm2Public& point) {
    try {
        const BigNumberContext context = newContext();
        return pointFrom(point, context.get()) != nullptr;
    } catch (const SarError&) {
        return false;
    }
}

bool verifySm2(const Sm2Public& publicKey, ByteView e, const Sm2Signature& signature) {
    require(e.size() == kSize, SAR_INDATALENERR);
    const BigNumberContext context = newContext();
    const Point base = pointFrom(publicKey, context.get());
    const BigNumber r = numberFrom(ByteView(signature).first(kSize));
    const BigNumber s = numberFrom(ByteView(signature).last(kSize));
    if (!isBelowOrder(r.get()) || !isBelowOrder(s.get())) return false;
    const BigNumber t = newNumber();
    must(BN_mod_add(t.get(), r.get(), s.get(), order(), context.get()));
    if (BN_is_zero(t.get())) return false;
    const Point sum = newPoint();
    must(EC_POINT_mul(group(), sum.get(), s.get(), base.get(), t.get(), context.get()));
    if (EC_POINT_is_at_infinity(group(), sum.get())) return false;
    const Sm2Public point = bytesOf(sum.get(), context.get());
    const BigNumber expected = newNumber();
    const BigNumber hash = numberFrom(e);
    const BigNumber x = numberFrom(ByteView(point).first(kSize));
    must(BN_mod_add(expected.get(), hash.get(), x.get(), order(), context.get()));
    return BN_cmp(expected.get(), r.get()) == 0;
}

Sm2Cipher encryptSm2(const Sm2Public& publicKey, ByteView plain) {
    const BigNumberContext context = newContext();
    const Point base = pointFrom(publicKey, context.get());
    for (;;) {
        const BigNumber k = randomScalar();
        Sm2Cipher cipher;
        cipher.point = timesGenerator(k.get(), context.get());
        Sm2Public shared = timesPoint(base.get(), k.get(), context.get());
        const Secret mask = deriveKey({shared}, plain.size());
        if (allZero(mask.view())) continue;
        cipher.cipher.assign(plain.begin(), plain.end());
        for (std::size_t i = 0; i < plain.size(); ++i) cipher.cipher[i] ^= mask.data()[i];
        const Bytes check =
            hash(HashKind::sm3, {ByteView(shared).first(kSize), plain, ByteView(shared).last(kSize)});
        std::copy(check.begin(), check.end(), cipher.hash.begin());
        wipe(shared);
        return cipher;
    }
}

Bytes sm2Z(const Sm2Public& publicKey, ByteView id) {
    require(id.size() < 8192, SAR_INDATALENERR);
    const BigNumberContext context = newContext();
    const BigNumber a = newNumber();
    const BigNumber b = newNumber();
    must(EC_GROUP_get_curve(group(), nullptr, a.get(), b.get(), context.get()));
    std::array<std::uint8_t, 2 * kSize> curve{};
    putNumber(a.get(), curve.data());
    putNumber(b.get(), curve.data() + kSize);
    const Sm2Public generator = bytesOf(EC_GROUP_get0_generator(group()), context.get());
    const std::size_t bits = id.size() * 8;
    const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(bits >> 8),
                                             static_cast<std::uint8_t>(bits)};
    return hash(HashKind::sm3, {length, id, curve, generator, publicKey});
}

Secret agreeSm2(const Sm2Private& key, const Sm2Private& temporary, const Sm2AgreementSide& ours,
                const Sm2AgreementSide& theirs, bool sponsor, std::size_t keySize) {
    const BigNumberContext context = newContext();
    const Point theirKey = pointFrom(theirs.publicKey, context.get());
    const Point theirTemporary = pointFrom(theirs.temporary, context.get());
    // t = d + x1 r
    const BigNumber t = secretFrom(temporary.scalar().view());
    const BigNumber d = secretFrom(key.scalar().view());
    const BigNumber x1 = reduced(ByteView(ours.temporary).first(kSize));
    must(BN_mod_mul(t.get(), t.get(), x1.get(), order(), context.get()));
    must(BN_mod_add(t.get(), t.get(), d.get(), order(), context.get()));
    // U = t (P + x2 R); the cofactor is 1
    const BigNumber x2 = reduced(ByteView(theirs.temporary).first(kSize));
    const Point sum = newPoint();
    must(EC_POINT_mul(group(), sum.get(), nullptr, theirTemporary.get(), x2.get(), context.get()));
    must(EC_POINT_add(group(), sum.get(), sum.get(), theirKey.get(), context.get()));
    Sm2Public shared = timesPoint(sum.get(), t.get(), context.get());
    const Bytes ourZ = sm2Z(ours.publicKey, ours.id);
    const Bytes theirZ = sm2Z(theirs.publicKey, theirs.id);
    Secret agreed = deriveKey({shared, sponsor ? ourZ : theirZ, sponsor ? theirZ : ourZ}, keySize);
    wipe(shared);
    return agreed;
}

}  // namespace ukey::softtoken
