#include <openssl/x509.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "sandbox/sealed_check/sealed_check.hpp"
#include "tests/fuzz/message_pieces.hpp"

namespace {

using ukey::ByteView;
using ukey::sealed_check::Refusal;
using ukey::sealed_check::SealedCheck;

std::optional<Refusal> checked(ByteView message, const X509* recipient, std::size_t piece) {
    SealedCheck check;
    ukey::fuzz::inPieces(message, piece, [&](ByteView octets) { check.feed(octets); });
    return check.finish({recipient});
}

}  // namespace

/// A sealed file and whom it is to be sealed to: an octet says how long the pieces are in which it comes, two
/// how long the recipient's certificate is, which stands before the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const ByteView input(data + 3, size - 3);
    const std::size_t length = std::min<std::size_t>(data[1] * 256U + data[2], input.size());
    const unsigned char* at = input.data();
    const std::unique_ptr<X509, decltype([](X509* one) { X509_free(one); })> recipient(
        d2i_X509(nullptr, &at, static_cast<long>(length)));
    if (!recipient) return 0;
    const ByteView message = input.subspan(length);
    const auto verdict = checked(message, recipient.get(), size);
    if (checked(message, recipient.get(), data[0] + std::size_t{1}) != verdict) __builtin_trap();
    // What is whole is so with its last octet and no sooner.
    if (!verdict && checked(message.first(message.size() - 1), recipient.get(), size) != Refusal::incomplete)
        __builtin_trap();
    return 0;
}
