#include "tokenlib/enrolment/own_key.hpp"

#include <algorithm>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::enrolment {

boost::asio::awaitable<bool> holdsKeyOf(TokenAccess& token, Record record) {
    if (record.signingKey.empty()) co_return false;
    const token::PublicKey key = pki::fromSubjectPublicKeyInfo(record.signingKey);
    const token::KeyRef ref{record.container, token::KeyUsage::sign};
    token::ListKeys operation;
    operation.token = token.token();
    const std::vector<token::KeyEntry> entries = co_await token.call(std::move(operation));
    co_return std::any_of(entries.begin(), entries.end(), [&](const token::KeyEntry& entry) {
        return entry.ref == ref && entry.publicKey == key;
    });
}

boost::asio::awaitable<void> requireKeyOf(TokenAccess& token, Record record) {
    const bool isThere = co_await holdsKeyOf(token, std::move(record));
    if (!isThere)
        throw Error(ErrorCode::tokenNotFound,
                    "the enrolment's key is not on this token: another one has the same serial number, or it "
                    "was made anew (then: ukeyctl enrolments forget)");
}

}  // namespace ukey::enrolment
