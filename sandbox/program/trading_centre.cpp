#include "sandbox/program/trading_centre.hpp"

#include <memory>

#include "sandbox/ca/files.hpp"
#include "sandbox/ca/keys.hpp"
#include "sandbox/ca/signing.hpp"

namespace ukey::sandbox {
namespace {

using namespace std::chrono_literals;

struct Centre {
    ca::KeyPtr key;
    std::string certificate;
};

Centre made(ca::CertificateCentre& authority) {
    Centre centre{ca::generateKey(token::KeyAlgorithm::sm2), {}};
    ca::IssueOrder order;
    order.subject.commonName = "土地交易平台（演示）";
    order.subject.organisation = "自然资源和规划厅（演示）";
    order.publicKey = centre.key.get();
    order.notBefore = authority.now() - 5min;
    order.notAfter = authority.now() + std::chrono::years(5);
    centre.certificate = ca::toPem(authority.sm2().issue(order).get());
    return centre;
}

}  // namespace

trading::Sealer tradingCentre(const std::filesystem::path& dataFolder, ca::CertificateCentre& authority) {
    const auto keyFile = dataFolder / "trading-centre.key";
    const auto certificateFile = dataFolder / "trading-centre.pem";
    auto centre = std::make_shared<Centre>();
    // The certificate is written last: with it, there are both.
    if (std::filesystem::exists(certificateFile)) {
        *centre = {ca::privateKeyFromPem(ca::readFile(keyFile)), ca::readFile(certificateFile)};
    } else {
        *centre = made(authority);
        ca::writePrivateFile(keyFile, ca::privateKeyToPem(centre->key.get()));
        ca::writePrivateFile(certificateFile, centre->certificate);
    }
    return [centre](const std::string& document) {
        return trading::Receipt{document, ca::signData(centre->key.get(), document), centre->certificate};
    };
}

}  // namespace ukey::sandbox
