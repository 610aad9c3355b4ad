#include "sandbox/ca/certificate_centre.hpp"

#include "sandbox/ca/files.hpp"
#include "sandbox/ca/keys.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ca {
namespace {

std::filesystem::path madeFolder(const std::filesystem::path& folder) {
    makePrivateFolder(folder);
    return folder;
}

sqlite::Database openRegister(const std::filesystem::path& folder) {
    sqlite::Database database(madeFolder(folder) / "ca.sqlite");
    database.execute(
        "CREATE TABLE IF NOT EXISTS certificate (serial TEXT PRIMARY KEY, chain TEXT NOT NULL, "
        "usage TEXT NOT NULL, subject TEXT NOT NULL, token TEXT NOT NULL, not_before "
        "INTEGER NOT NULL, "
        "not_after INTEGER NOT NULL, der BLOB NOT NULL, revoked INTEGER, reason INTEGER);"
        "CREATE TABLE IF NOT EXISTS certified_key (digest TEXT PRIMARY KEY) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS crl (name TEXT PRIMARY KEY, number INTEGER NOT NULL, made INTEGER NOT "
        "NULL, "
        "fresh INTEGER NOT NULL, der BLOB NOT NULL);");
    return database;
}

}  // namespace

CertificateCentre::CertificateCentre(const std::filesystem::path& folder, const std::string& publicUrl,
                                     Clock clock)
    : clock_(std::move(clock)),
      database_(openRegister(folder)),
      sm2_({"sm2", token::KeyAlgorithm::sm2, "SM2"}, folder, database_, publicUrl, clock_),
      rsa_({"rsa", token::KeyAlgorithm::rsa3072, "RSA"}, folder, database_, publicUrl, clock_) {}

Authority& CertificateCentre::authorityFor(token::KeyAlgorithm algorithm) {
    return algorithm == token::KeyAlgorithm::sm2 ? sm2_ : rsa_;
}

std::optional<RegisterEntry> CertificateCentre::find(const std::string& serial) {
    auto row = database_.query(
        "SELECT serial, chain, usage, subject, token, not_before, not_after, revoked, der FROM certificate "
        "WHERE serial = ?",
        serial);
    if (!row.step()) return std::nullopt;
    const auto time = [](std::int64_t seconds) { return std::chrono::system_clock::from_time_t(seconds); };
    RegisterEntry entry;
    entry.serial = row.text(0);
    entry.chain = row.text(1);
    entry.usage = token::keyUsageFrom(row.text(2)).value_or(token::KeyUsage::sign);
    entry.subject = row.text(3);
    entry.tokenSerial = row.text(4);
    entry.notBefore = time(row.number(5));
    entry.notAfter = time(row.number(6));
    if (const auto revoked = row.numberIfAny(7)) entry.revoked = time(*revoked);
    entry.der = row.blob(8);
    return entry;
}

void CertificateCentre::revoke(const std::string& serial, RevocationReason reason) {
    sqlite::Transaction transaction(database_);
    const auto entry = find(serial);
    if (!entry) throw Error(ErrorCode::certificateNotFound, "no certificate " + serial + " was issued here");
    if (!entry->revoked) {
        database_.run("UPDATE certificate SET revoked = ?, reason = ? WHERE serial = ?",
                      std::int64_t{std::chrono::system_clock::to_time_t(clock_())},
                      static_cast<std::int64_t>(reason), serial);
        database_.run("UPDATE crl SET fresh = 0 WHERE name = ?", entry->chain);
    }
    transaction.commit();
}

bool CertificateCentre::isKeyCertified(EVP_PKEY* key) {
    return database_.query("SELECT 1 FROM certified_key WHERE digest = ?", keyDigestOf(key)).step();
}

std::vector<std::string> CertificateCentre::rootsPem() const {
    return {toPem(sm2_.root()), toPem(rsa_.root())};
}

std::vector<std::string> CertificateCentre::issuingPem() const {
    return {toPem(sm2_.issuing()), toPem(rsa_.issuing())};
}

std::string CertificateCentre::chainPem() const {
    std::string text;
    for (const auto* list : {&sm2_, &rsa_}) text += toPem(list->root()) + toPem(list->issuing());
    return text;
}

std::vector<Bytes> CertificateCentre::revocationLists() {
    return {sm2_.crl(), sm2_.rootCrl(), rsa_.crl(), rsa_.rootCrl()};
}

std::optional<Bytes> CertificateCentre::revocationList(std::string_view name) {
    if (name == "sm2") return sm2_.crl();
    if (name == "sm2-root") return sm2_.rootCrl();
    if (name == "rsa") return rsa_.crl();
    if (name == "rsa-root") return rsa_.rootCrl();
    return std::nullopt;
}

}  // namespace ukey::ca
