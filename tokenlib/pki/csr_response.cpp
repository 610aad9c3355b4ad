#include "tokenlib/pki/csr_response.hpp"

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/enveloped_key.hpp"

namespace ukey::pki {
namespace {

constexpr std::size_t kMaxInput = 256UL * 1024UL;
constexpr std::size_t kMaxCertificates = 16;

std::vector<Certificate> readCertificates(der::Reader set) {
    std::vector<Certificate> certificates;
    while (!set.atEnd()) {
        if (certificates.size() == kMaxCertificates) set.fail("too many certificates");
        certificates.push_back(Certificate::fromDer(set.next(der::kSequence).whole));
    }
    return certificates;
}

/// EXPLICIT: one SEQUENCE and nothing after it; IMPLICIT: the parts of that SEQUENCE.
token::EnvelopedSm2Key readKey(ByteView content) {
    der::Reader reader(content, "CSRResponse");
    const der::Element first = reader.next(der::kSequence);
    if (reader.atEnd()) return fromSm2EnvelopedKey(first.whole);
    return fromSm2EnvelopedKey(der::tlv(der::kSequence, content));
}

}  // namespace

CsrResponse parseCsrResponse(ByteView encoded) {
    if (encoded.size() > kMaxInput) throw Error(ErrorCode::tooLarge, "CSRResponse: more than 256 KiB");
    const Bytes normal = der::fromBer(encoded, "CSRResponse");
    der::Reader outer(normal, "CSRResponse");
    der::Reader parts = outer.sequence();
    CsrResponse response;
    response.signCertificates = readCertificates(parts.set());
    if (const auto key = parts.nextIf(der::constructed(0))) response.encryptionKey = readKey(key->content);
    if (const auto certificates = parts.nextIf(der::constructed(1))) {
        der::Reader reader(certificates->content, "CSRResponse");
        response.encryptCertificates = readCertificates(reader.peek() == der::kSet ? reader.set() : reader);
    }
    parts.end();
    if (response.signCertificates.empty()) parts.fail("no signing certificate");
    return response;
}

}  // namespace ukey::pki
