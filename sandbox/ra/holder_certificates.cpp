#include "sandbox/ra/holder_certificates.hpp"

namespace ukey::ra {
namespace {

const std::string kSelect =
    "SELECT id, account, order_id, token, algorithm, name, sign_serial, encrypt_serial, pair, not_before, "
    "not_after, "
    "state, replaces FROM holder_certificate WHERE ";

HolderCertificate read(sqlite::Statement& row) {
    HolderCertificate certificate;
    certificate.id = row.number(0);
    certificate.account = row.number(1);
    certificate.order = row.number(2);
    certificate.tokenSerial = row.text(3);
    certificate.algorithm = token::keyAlgorithmFrom(row.text(4)).value_or(token::KeyAlgorithm::sm2);
    certificate.name = row.text(5);
    certificate.signSerial = row.text(6);
    certificate.encryptSerial = row.text(7);
    certificate.pair = row.numberIfAny(8);
    certificate.notBefore = fromSeconds(row.number(9));
    certificate.notAfter = fromSeconds(row.number(10));
    certificate.state = row.text(11);
    certificate.replaces = row.numberIfAny(12);
    return certificate;
}

}  // namespace

std::int64_t HolderCertificates::add(const HolderCertificate& certificate) {
    database_.run(
        "INSERT INTO holder_certificate (account, order_id, token, algorithm, name, sign_serial, "
        "encrypt_serial, pair, "
        "not_before, not_after, state, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        certificate.account, certificate.order, certificate.tokenSerial,
        token::toString(certificate.algorithm), certificate.name, certificate.signSerial,
        certificate.encryptSerial, certificate.pair, toSeconds(certificate.notBefore),
        toSeconds(certificate.notAfter), certificate.state, certificate.replaces);
    return database_.lastId();
}

std::optional<HolderCertificate> HolderCertificates::find(std::int64_t id) {
    auto row = database_.query(kSelect + "id = ?", id);
    if (!row.step()) return std::nullopt;
    return read(row);
}

std::vector<HolderCertificate> HolderCertificates::ofAccount(std::int64_t account) {
    auto rows = database_.query(kSelect + "account = ? AND state <> 'pending' ORDER BY id DESC", account);
    std::vector<HolderCertificate> certificates;
    while (rows.step()) certificates.push_back(read(rows));
    return certificates;
}

bool HolderCertificates::isForeignToken(const std::string& tokenSerial, std::int64_t account) {
    return database_
        .query("SELECT 1 FROM holder_certificate WHERE token = ? AND account <> ? AND state = 'active'",
               tokenSerial, account)
        .step();
}

bool HolderCertificates::isInUse(const std::string& tokenSerial) {
    return database_
        .query("SELECT 1 FROM holder_certificate WHERE token = ? AND state = 'active'", tokenSerial)
        .step();
}

void HolderCertificates::setState(std::int64_t id, const std::string& state) {
    database_.run("UPDATE holder_certificate SET state = ? WHERE id = ?", state, id);
}

void HolderCertificates::revoke(const HolderCertificate& certificate, ca::RevocationReason reason) {
    centre_.revoke(certificate.signSerial, reason);
    if (!certificate.encryptSerial.empty()) centre_.revoke(certificate.encryptSerial, reason);
    setState(certificate.id, "revoked");
}

}  // namespace ukey::ra
