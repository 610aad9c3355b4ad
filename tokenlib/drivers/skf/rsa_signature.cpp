#include "tokenlib/drivers/skf/rsa_signature.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace ukey::skf {
namespace {

/// Little-endian limbs.
using Number = std::vector<std::uint32_t>;
constexpr std::size_t kLimbOctets = 4;
constexpr unsigned kLimbBits = 32;

Number numberOf(ByteView octets, std::size_t limbs) {
    Number number(limbs);
    for (std::size_t i = 0; i < octets.size() && i / kLimbOctets < limbs; ++i) {
        const std::uint32_t octet = octets[octets.size() - 1 - i];
        number[i / kLimbOctets] |= octet << (8 * (i % kLimbOctets));
    }
    return number;
}

Bytes octetsOf(const Number& number, std::size_t size) {
    Bytes octets(size);
    for (std::size_t i = 0; i < size && i / kLimbOctets < number.size(); ++i) {
        octets[size - 1 - i] =
            static_cast<std::uint8_t>(number[i / kLimbOctets] >> (8 * (i % kLimbOctets)) & 0xFF);
    }
    return octets;
}

bool isLess(const Number& a, const Number& b) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

void subtract(Number& a, const Number& b) {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const std::uint64_t difference = std::uint64_t{a[i]} - b[i] - borrow;
        a[i] = static_cast<std::uint32_t>(difference);
        borrow = difference >> 63;
    }
}

/// Multiplication modulo one odd number, after Montgomery.
class Montgomery {
  public:
    explicit Montgomery(Number modulus) : modulus_(std::move(modulus)) {
        // Newton's iteration doubles the number of right bits: 1, 2, …, 32.
        std::uint32_t inverse = 1;
        for (int i = 0; i < 5; ++i) inverse *= 2 - modulus_[0] * inverse;
        negativeInverse_ = 0U - inverse;
    }

    /// a b / R mod n, where R = 2^(32 × limbs).
    Number multiply(const Number& a, const Number& b) const {
        const std::size_t limbs = modulus_.size();
        Number sum(limbs + 2);
        for (std::size_t i = 0; i < limbs; ++i) {
            addProduct(sum, a[i], b);
            addProduct(sum, sum[0] * negativeInverse_, modulus_);
            std::rotate(sum.begin(), sum.begin() + 1, sum.end());  // The lowest limb is zero: divide by 2^32.
        }
        return reduced(std::move(sum));
    }

    /// R² mod n, by doubling.
    Number squareOfR() const {
        const std::size_t limbs = modulus_.size();
        Number number(limbs);
        number[0] = 1;
        for (std::size_t i = 0; i < 2 * limbs * kLimbBits; ++i) {
            Number doubled(limbs + 2);
            for (std::size_t j = 0; j < limbs; ++j) {
                doubled[j] |= number[j] << 1;
                doubled[j + 1] = number[j] >> (kLimbBits - 1);
            }
            number = reduced(std::move(doubled));
        }
        return number;
    }

  private:
    static void addProduct(Number& sum, std::uint32_t factor, const Number& b) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < b.size(); ++j) {
            carry += std::uint64_t{factor} * b[j] + sum[j];
            sum[j] = static_cast<std::uint32_t>(carry);
            carry >>= kLimbBits;
        }
        for (std::size_t j = b.size(); j < sum.size(); ++j) {
            carry += sum[j];
            sum[j] = static_cast<std::uint32_t>(carry);
            carry >>= kLimbBits;
        }
    }

    Number reduced(Number number) const {
        Number wide = modulus_;
        wide.resize(number.size());
        if (!isLess(number, wide)) subtract(number, wide);
        number.resize(modulus_.size());
        return number;
    }

    Number modulus_;
    std::uint32_t negativeInverse_ = 0;
};

}  // namespace

Bytes rsaPublicOperation(ByteView modulus, ByteView exponent, ByteView input) {
    const std::size_t limbs = (modulus.size() + kLimbOctets - 1) / kLimbOctets;
    const Montgomery montgomery(numberOf(modulus, limbs));
    const Number base = montgomery.multiply(numberOf(input, limbs), montgomery.squareOfR());
    Number one(limbs);
    one[0] = 1;
    // Starts at the exponent's highest bit: 65537 costs sixteen squarings and one product.
    const std::uint32_t power = numberOf(exponent, 1)[0];
    Number result = base;
    for (unsigned bit = static_cast<unsigned>(std::bit_width(power)) - 1; bit-- > 0;) {
        result = montgomery.multiply(result, result);
        if ((power >> bit & 1) != 0) result = montgomery.multiply(result, base);
    }
    return octetsOf(montgomery.multiply(result, one), modulus.size());
}

bool isRsaSignature(const token::PublicKey& key, ByteView signedInfo, ByteView signature) {
    constexpr std::size_t kPadding = 11;  // 00 01 FF…FF (at least eight) 00
    if (signature.size() != key.modulus.size() || signedInfo.size() + kPadding > signature.size())
        return false;
    Bytes expected(signature.size(), 0xFF);
    expected[0] = 0;
    expected[1] = 1;
    const auto infoAt = expected.end() - static_cast<std::ptrdiff_t>(signedInfo.size());
    *(infoAt - 1) = 0;
    std::copy(signedInfo.begin(), signedInfo.end(), infoAt);
    return rsaPublicOperation(key.modulus, key.exponent, signature) == expected;
}

}  // namespace ukey::skf
