#include "tokenlib/enrolment/plan.hpp"

#include <algorithm>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/sm4.hpp"

namespace ukey::enrolment {
namespace {

using token::KeyEntry;
using token::KeyUsage;

/// Octets of chance in a name: enough that none comes twice.
constexpr std::size_t kNameOctets = 12;

std::string randomName() {
    Bytes octets(kNameOctets);
    pki::fillRandom(octets);
    return toHex(octets);
}

const KeyEntry* find(const std::vector<KeyEntry>& keys, const std::string& container, KeyUsage usage) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const KeyEntry& entry) {
        return entry.ref.container == container && entry.ref.usage == usage;
    });
    return found == keys.end() ? nullptr : &*found;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The container that is replaced; empty for none.
std::string replacedContainer(const Order& order, const std::vector<KeyEntry>& keys,
                              const std::vector<std::string>& history) {
    if (order.replaces) {
        const KeyEntry* entry = find(keys, *order.replaces, KeyUsage::sign);
        if (entry == nullptr || entry->certificate.empty() || contains(history, *order.replaces))
            throw Error(ErrorCode::certificateNotFound,
                        "the certificate that is to be replaced is not there");
        return *order.replaces;
    }
    if (order.kind == Kind::issue || order.kind == Kind::reissue) return {};
    std::vector<std::string> candidates;
    for (const KeyEntry& entry : keys) {
        // A key may have several certificates.
        if (entry.ref.usage == KeyUsage::sign && !entry.certificate.empty() &&
            !contains(history, entry.ref.container) && !contains(candidates, entry.ref.container))
            candidates.push_back(entry.ref.container);
    }
    if (candidates.empty()) throw Error(ErrorCode::certificateNotFound, "the token has no certificate");
    if (candidates.size() > 1)
        throw Error(ErrorCode::badRequest, "the token has several certificates: `replaces` is needed");
    return candidates.front();
}

void planKept(Record& record, const std::vector<KeyEntry>& keys) {
    if (record.oldContainer.empty())
        throw Error(ErrorCode::badRequest,
                    "there are no keys to keep without a certificate that is replaced");
    const KeyEntry* sign = find(keys, record.oldContainer, KeyUsage::sign);
    if (!sign->publicKey || sign->publicKey->algorithm != record.algorithm)
        throw Error(ErrorCode::badRequest, "the key that is kept is of another algorithm");
    record.container = record.oldContainer;
    record.old.sign = sign->certificate;
    if (const KeyEntry* encrypt = find(keys, record.oldContainer, KeyUsage::encrypt))
        record.old.encrypt = encrypt->certificate;
}

/// One container more, and one left for the next renewal where the old one stays.
void planFresh(Record& record, const Order& order, const token::TokenInfo& token,
               const std::vector<KeyEntry>& keys, std::vector<std::string> history) {
    record.container = "ukey-enrol-" + randomName();
    const KeyEntry* encrypt = find(keys, record.oldContainer, KeyUsage::encrypt);
    const bool hasHistory = !record.oldContainer.empty() && encrypt != nullptr && encrypt->publicKey;
    std::optional<unsigned> room = token.room;
    if (order.isFull) room = 0;
    record.keepsHistory = hasHistory;
    if (!room) return;
    std::erase_if(history, [&](const std::string& container) {
        return std::none_of(keys.begin(), keys.end(),
                            [&](const KeyEntry& entry) { return entry.ref.container == container; });
    });
    if (*room < (hasHistory ? 2U : 1U) && !history.empty()) {
        record.displaced = history.front();
        ++*room;
    }
    if (*room == 0) throw Error(ErrorCode::tokenFull, "the token has no room for a second container");
    record.keepsHistory = hasHistory && (*room > 1 || order.isFull);
}

}  // namespace

Record plan(const Order& order, const token::TokenInfo& token, const std::vector<KeyEntry>& keys,
            std::vector<std::string> history, std::chrono::sys_seconds now) {
    Record record;
    record.id = randomName() + randomName();
    record.origin = order.origin;
    record.kind = order.kind;
    record.token = order.token;
    record.algorithm = order.algorithm;
    record.keys = order.keys;
    record.reference = order.reference;
    record.created = now;
    record.oldContainer = replacedContainer(order, keys, history);
    if (order.keys == Keys::kept)
        planKept(record, keys);
    else
        planFresh(record, order, token, keys, std::move(history));
    return record;
}

}  // namespace ukey::enrolment
