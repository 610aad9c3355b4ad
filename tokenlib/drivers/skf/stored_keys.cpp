#include "tokenlib/drivers/skf/stored_keys.hpp"

#include <algorithm>
#include <array>

#include "tokenlib/drivers/skf/sar.hpp"
#include "tokenlib/drivers/x509/certificates.hpp"

namespace ukey::skf {
namespace {

std::optional<token::PublicKey> certifiedKey(ByteView certificate) {
    const auto facts = x509::certificateFacts(certificate);
    return facts ? facts->key : std::nullopt;
}

}  // namespace

bool saysAbsent(const Error& error) noexcept {
    constexpr std::array<std::uint32_t, 3> kAbsent{sar::kKeyNotFound, sar::kCertificateNotFound,
                                                   sar::kFileNotExists};
    return std::find(kAbsent.begin(), kAbsent.end(), error.driverCode()) != kAbsent.end();
}

std::optional<token::PublicKey> publicKeyOf(Api& api, Handle container, token::KeyUsage usage,
                                            ByteView certificate, bool& isDoubtful) {
    auto certified = certifiedKey(certificate);
    try {
        if (auto key = api.exportPublicKey(container, usage)) return key;
    } catch (const Error& error) {
        const bool isNonsense = error.driverCode() == 0;
        if (isLost(error) || (isNonsense && !certified)) throw;
        if (!isNonsense && !saysAbsent(error)) isDoubtful = true;
    }
    return certified;
}

std::optional<token::PublicKey> signingKeyOf(Api& api, Handle container) {
    constexpr auto kUsage = token::KeyUsage::sign;
    std::optional<Error> nonsense;
    try {
        if (auto key = api.exportPublicKey(container, kUsage)) return key;
    } catch (const Error& error) {
        if (isLost(error)) throw;
        if (error.driverCode() == 0) nonsense = error;
    }
    try {
        if (auto key = certifiedKey(api.exportCertificate(container, kUsage))) return key;
    } catch (const Error& error) {
        if (isLost(error)) throw;
    }
    if (nonsense) throw Error(*nonsense);
    return std::nullopt;
}

}  // namespace ukey::skf
