// A signature asked of a token and checked: the one place that knows what to do with one that does not
// verify.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <exception>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/signature.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::signing {

/// Ways of a driver that are tried at most: drivers say themselves where they end, but are not believed.
inline constexpr unsigned kMostAttempts = 16;

/// How one key signs, as far as it is known.
struct Way {
    unsigned attempt = 0;  ///< token::Sign::attempt.
    bool isKnown = false;  ///< It gave a signature when it was tried last.
};

/// Asks for the signature, in one of the driver's ways after another (token::Sign::attempt), until `take`
/// takes it.
///
/// `call`: awaitable<Bytes>(token::Sign). `take`: void(const Bytes& raw); throws for what is no signature,
/// and has done nothing then. `way`: where to begin; left at the one that was taken, for the next signature
/// of the key. Throws what `call` throws; what `take` threw when no way is left.
template <class Call, class Take>
boost::asio::awaitable<void> askForSignature(Call call, token::Sign operation, Way& way, Take take) {
    const unsigned first = way.attempt;
    std::exception_ptr refused;
    for (unsigned turn = 0; turn < kMostAttempts; ++turn) {
        // The one that is known to be good, then the others in their order.
        const unsigned tried = turn == 0 ? first : (turn <= first ? turn - 1 : turn);
        operation.attempt = tried;
        way.attempt = tried;
        Bytes raw;
        try {
            auto calling = call(operation);
            raw = co_await std::move(calling);
        } catch (const Error& error) {
            const bool hasNoSuchWay = error.code() == ErrorCode::unsupported && tried != 0;
            if (!hasNoSuchWay) throw;
            if (turn > 0) break;  // Nor any after it, and those before it were tried.
            continue;
        }
        try {
            take(raw);
            way.isKnown = true;
            co_return;
        } catch (const Error&) {
            refused = std::current_exception();
        }
    }
    way = {};
    if (refused) std::rethrow_exception(refused);
    throw Error(ErrorCode::driverError, "the driver knows no way to sign");
}

/// As askForSignature, for a signature of the operation's digest by `key`. The raw signature.
template <class Call>
boost::asio::awaitable<Bytes> signatureOfToken(Call call, token::Sign operation, token::PublicKey key,
                                               Way& way) {
    Bytes signature;
    const token::DigestAlgorithm algorithm = operation.digestAlgorithm;
    const Bytes digest = operation.digest;
    const auto take = [&](const Bytes& raw) {
        pki::requireSignature(key, algorithm, digest, raw);
        signature = raw;
    };
    auto asking = askForSignature(std::move(call), std::move(operation), way, take);
    co_await std::move(asking);
    co_return signature;
}

}  // namespace ukey::signing
