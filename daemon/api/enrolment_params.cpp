#include "daemon/api/enrolment_params.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "daemon/rpc/message.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/transfer_text.hpp"

namespace ukey::api {

using enrolment::Keys;
using enrolment::Kind;

namespace {

rpc::BadMessage badParams(const std::string& why) { return {rpc::kInvalidParams, why}; }

/// Octets in whatever form.
Bytes octetsIn(const std::optional<std::string>& text, const std::string& member) {
    if (!text) return {};
    // Blocks and moduli: a text that could be both hexadecimal and base64 is settled by that.
    auto octets = pki::objectFrom(*text, [](ByteView read) { return read.size() % 16 == 0; });
    if (!octets) throw badParams(member + " is in no form of octets");
    return std::move(*octets);
}

pki::EncryptionKeyText keyIn(const EncryptionKey& params) {
    pki::EncryptionKeyText key;
    key.format = params.format;
    key.data = params.data;
    key.symmetricAlgorithm = params.symmetricAlgorithm.value_or("");
    key.wrappedKey = octetsIn(params.wrappedKey, "wrappedKey");
    key.iv = octetsIn(params.iv, "iv");
    return key;
}

}  // namespace

boost::asio::awaitable<enrolment::Order> orderIn(Page& page, hosts::HostedToken token,
                                                 const EnrolmentBeginParams& params) {
    enrolment::Order order;
    order.origin = page.session->originText;
    order.kind = params.kind;
    order.token = token.identity;
    order.algorithm = params.algorithm;
    order.keys = params.keys;
    order.reference = params.reference.value_or("");
    const bool replacesNothing = order.kind == Kind::issue || order.kind == Kind::reissue;
    if (order.keys == Keys::kept && replacesNothing)
        throw badParams("keys are kept by a renewal or a change only");
    const auto& algorithms = token.info.algorithms;
    if (order.keys == Keys::fresh &&
        std::find(algorithms.begin(), algorithms.end(), order.algorithm) == algorithms.end())
        throw Error(ErrorCode::unsupported, "the token makes no keys of this algorithm");
    if (params.replaces) {
        const auto key = co_await page.names.certificate(*params.replaces);
        if (key->address != token.address())
            throw Error(ErrorCode::certificateNotFound, "the certificate is on another token");
        order.replaces = key->entry.ref.container;
    }
    co_return order;
}

std::vector<pki::NameAttribute> subjectIn(const EnrolmentBeginParams& params) {
    std::vector<pki::NameAttribute> subject;
    if (params.subject) {
        for (const DnAttribute& attribute : *params.subject)
            subject.push_back({attribute.type, attribute.value});
    }
    return subject;
}

pki::RaAnswer answerIn(const EnrolmentCompleteParams& params) {
    pki::RaAnswer answer;
    answer.signCertificate = params.signCertificate;
    answer.encryptCertificate = params.encryptCertificate;
    if (params.encryptionKey) answer.encryptionKey = keyIn(*params.encryptionKey);
    if (params.chain) answer.chain = *params.chain;
    return answer;
}

}  // namespace ukey::api
