#include "sandbox/mint/minting.hpp"

#include <algorithm>

#include "sandbox/ca/keys.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::mint {
namespace {

using namespace std::chrono_literals;
using token::KeyRef;
using token::KeyUsage;
using token::PinRole;

constexpr auto kLife = 365 * 24h;
constexpr auto kClockSlack = 5min;
constexpr std::string_view kShippedPin = "111111";

}  // namespace

token::TokenInfo findToken(token::Driver& driver, const std::function<bool(const token::TokenInfo&)>& fits) {
    std::optional<token::TokenInfo> found;
    for (auto& token : driver.listTokens({})) {
        if (!fits(token)) continue;
        if (found) throw Error(ErrorCode::badRequest, "more than one token goes by that name");
        found = std::move(token);
    }
    if (!found) throw Error(ErrorCode::tokenNotFound, "there is no such token");
    return *found;
}

Minting::Minting(token::Driver& driver, ca::CertificateCentre& centre, token::TokenInfo token,
                 const Order& order)
    : driver_(driver),
      centre_(centre),
      token_(std::move(token)),
      order_(order),
      container_("mint-" + toHex(ca::randomBytes(6))) {}

void Minting::logIn() {
    if (token_.pin.isDefault && order_.pin.text() != kShippedPin) {
        driver_.changePin(token_.id, PinRole::user, Secret::copyOf(kShippedPin), order_.pin);
    }
    driver_.login(token_.id, PinRole::user, order_.pin);
}

Minted Minting::run(ca::KeyCentre* keys) {
    try {
        auto minted = makeContainer(keys);
        driver_.logout({token_.id});
        return minted;
    } catch (const Error&) {
        takeBack();
        throw;
    }
}

Minted Minting::makeContainer(ca::KeyCentre* keys) {
    Minted minted{token_.serial, container_, "", ""};
    const auto signing =
        ca::fromPublicKey(driver_.generateKeyPair({token_.id, container_, order_.algorithm}));
    if (keys == nullptr) {
        minted.signSerial = certify(KeyUsage::sign, signing.get());
        return minted;
    }
    const auto pair = keys->make(order_.algorithm, order_.subject.commonName);
    driver_.importKeyPair({token_.id, container_, keys->deliver(pair, signing.get())});
    minted.signSerial = certify(KeyUsage::sign, signing.get());
    minted.encryptSerial = certify(KeyUsage::encrypt, keys->publicKey(pair).get());
    return minted;
}

std::string Minting::certify(KeyUsage usage, EVP_PKEY* key) {
    ca::IssueOrder order;
    order.subject = order_.subject;
    order.usage = usage;
    order.publicKey = key;
    order.notBefore = centre_.now() - kClockSlack;
    order.notAfter = centre_.now() + kLife;
    order.tokenSerial = token_.serial;
    const auto certificate = centre_.authorityFor(order_.algorithm).issue(order);
    issued_.push_back(ca::serialOf(certificate.get()));
    write(usage, ca::toDer(i2d_X509, certificate.get()));
    return issued_.back();
}

void Minting::write(KeyUsage usage, const Bytes& certificate) {
    const KeyRef ref{container_, usage};
    driver_.writeCertificate({token_.id, ref, certificate});
    const auto entries = driver_.listKeys({token_.id});
    const bool there = std::any_of(entries.begin(), entries.end(), [&](const token::KeyEntry& entry) {
        return entry.ref == ref && entry.certificate == certificate;
    });
    if (!there) throw Error(ErrorCode::driverError, "the certificate that was written cannot be read back");
}

void Minting::takeBack() noexcept {
    try {
        for (const auto& serial : issued_) {
            centre_.revoke(serial, ca::RevocationReason::cessationOfOperation);
        }
        driver_.deleteContainer({token_.id, container_});
        driver_.logout({token_.id});
    } catch (
        const std::exception&) {  // NOLINT(bugprone-empty-catch): the first failure is the one to report.
    }
}

}  // namespace ukey::mint
