#include "sandbox/ca/authority.hpp"

#include "sandbox/ca/files.hpp"
#include "sandbox/ca/keys.hpp"
#include "sandbox/ca/signing.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ca {
namespace {

using namespace std::chrono_literals;

constexpr auto kRootLife = 20 * 365 * 24h;
constexpr auto kIssuingLife = 10 * 365 * 24h;
constexpr auto kCrlLife = 24h;
/// A list is made anew while the old one still has half its life: whoever keeps a copy is not left without.
constexpr auto kCrlRenewal = 12h;
/// Clocks of other machines may be behind.
constexpr auto kClockSlack = 5min;

std::int64_t seconds(Time time) { return std::chrono::system_clock::to_time_t(time); }

}  // namespace

Authority::Authority(Chain chain, std::filesystem::path folder, sqlite::Database& database,
                     std::string publicUrl, Clock clock)
    : chain_(std::move(chain)),
      folder_(std::move(folder)),
      database_(database),
      publicUrl_(std::move(publicUrl)),
      clock_(std::move(clock)) {
    // The database's lock keeps two processes from each making a CA.
    sqlite::Transaction lock(database_);
    if (!exists()) create();
    load();
    lock.commit();
}

std::filesystem::path Authority::file(const char* suffix) const { return folder_ / (chain_.name + suffix); }

bool Authority::exists() const { return std::filesystem::exists(file("-issuing.pem")); }

std::string Authority::crlUrl(const char* level) const {
    return publicUrl_ + "/crl/" + chain_.name + level + ".crl";
}

void Authority::create() {
    const Time now = clock_();
    const auto rootKey = generateKey(chain_.algorithm);
    Contents contents;
    contents.profile = Profile::root;
    contents.subject = {"Ukey Sandbox " + chain_.title + " Root CA", "Ukey Sandbox", "", "", ""};
    contents.publicKey = rootKey.get();
    contents.notBefore = now - kClockSlack;
    contents.notAfter = now + kRootLife;
    const auto root = makeCertificate(contents, nullptr, rootKey.get());

    const auto issuingKey = generateKey(chain_.algorithm);
    contents.profile = Profile::issuing;
    contents.subject.commonName = "Ukey Sandbox " + chain_.title + " Issuing CA";
    contents.publicKey = issuingKey.get();
    contents.notAfter = now + kIssuingLife;
    contents.crlUrl = crlUrl("-root");
    const auto issuing = makeCertificate(contents, root.get(), rootKey.get());

    writePrivateFile(file("-root.key"), privateKeyToPem(rootKey.get()));
    writePrivateFile(file("-issuing.key"), privateKeyToPem(issuingKey.get()));
    writePrivateFile(file("-root.pem"), toPem(root.get()));
    // Last: it stands for the whole being there.
    writePrivateFile(file("-issuing.pem"), toPem(issuing.get()));
}

void Authority::load() {
    root_ = certificateFromPem(readFile(file("-root.pem")));
    issuing_ = certificateFromPem(readFile(file("-issuing.pem")));
    rootKey_ = privateKeyFromPem(readFile(file("-root.key")));
    issuingKey_ = privateKeyFromPem(readFile(file("-issuing.key")));
}

CertificatePtr Authority::issue(const IssueOrder& order) {
    if (order.subject.commonName.empty()) throw Error(ErrorCode::badRequest, "a certificate needs a name");
    Contents contents;
    contents.profile = order.usage == token::KeyUsage::sign ? Profile::sign : Profile::encrypt;
    contents.subject = order.subject;
    contents.publicKey = order.publicKey;
    contents.notBefore = order.notBefore;
    contents.notAfter = order.notAfter;
    contents.organisationCode = order.organisationCode;
    contents.crlUrl = crlUrl("");
    auto certificate = makeCertificate(contents, issuing_.get(), issuingKey_.get());
    const auto serial = serialOf(certificate.get());
    database_.run(
        "INSERT INTO certificate (serial, chain, usage, subject, token, not_before, not_after, der) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        serial, chain_.name, token::toString(order.usage), subjectTextOf(certificate.get()),
        order.tokenSerial, seconds(order.notBefore), seconds(order.notAfter),
        ByteView(toDer(i2d_X509, certificate.get())));
    database_.run("INSERT OR IGNORE INTO certified_key (digest) VALUES (?)", keyDigestOf(order.publicKey));
    return certificate;
}

CertificatePtr Authority::certifyRegistrationAuthority(EVP_PKEY* key) {
    Contents contents;
    contents.profile = Profile::registrationAuthority;
    contents.subject.commonName = "Ukey Sandbox " + chain_.title + " RA";
    contents.publicKey = key;
    contents.notBefore = clock_() - std::chrono::hours(1);
    contents.notAfter = clock_() + std::chrono::hours(24 * 365);
    contents.crlUrl = crlUrl("");
    return makeCertificate(contents, issuing_.get(), issuingKey_.get());
}

Bytes Authority::crl() { return currentCrl(""); }

Bytes Authority::rootCrl() { return currentCrl("-root"); }

Bytes Authority::currentCrl(const char* level) {
    const Time now = clock_();
    const std::string name = chain_.name + level;
    {
        auto stored =
            database_.query("SELECT der FROM crl WHERE name = ? AND fresh = 1 AND made BETWEEN ? AND ?", name,
                            seconds(now - kCrlRenewal), seconds(now));
        if (stored.step()) return stored.blob(0);
    }
    sqlite::Transaction transaction(database_);
    std::int64_t number = 1;
    {
        auto last = database_.query("SELECT number FROM crl WHERE name = ?", name);
        if (last.step()) number = last.number(0) + 1;
    }
    auto der = makeCrl(level, number, now);
    database_.run("INSERT OR REPLACE INTO crl (name, number, made, fresh, der) VALUES (?, ?, ?, 1, ?)", name,
                  number, seconds(now), ByteView(der));
    transaction.commit();
    return der;
}

Bytes Authority::makeCrl(const char* level, std::int64_t number, Time now) {
    const bool ofRoot = *level != '\0';
    X509* const issuer = ofRoot ? root_.get() : issuing_.get();
    CrlPtr list(requirePointer(X509_CRL_new(), "memory"));
    require(X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
                X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer)) == 1 &&
                X509_CRL_set1_lastUpdate(list.get(), toAsn1Time(now).get()) == 1 &&
                X509_CRL_set1_nextUpdate(list.get(), toAsn1Time(now + kCrlLife).get()) == 1,
            "a revocation list");
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, nullptr, nullptr, list.get(), 0);
    const ExtensionPtr keyId(
        requirePointer(X509V3_EXT_nconf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"),
                       "an extension"));
    require(X509_CRL_add_ext(list.get(), keyId.get(), -1) == 1, "an extension");
    const IntegerPtr serial(requirePointer(ASN1_INTEGER_new(), "memory"));
    require(ASN1_INTEGER_set_int64(serial.get(), number) == 1 &&
                X509_CRL_add1_ext_i2d(list.get(), NID_crl_number, serial.get(), 0, 0) == 1,
            "an extension");
    if (!ofRoot) addRevoked(list.get());
    X509_CRL_sort(list.get());
    signCrl(list.get(), ofRoot ? rootKey_.get() : issuingKey_.get());
    return toDer(i2d_X509_CRL, list.get());
}

void Authority::addRevoked(X509_CRL* list) {
    auto rows = database_.query(
        "SELECT der, revoked, reason FROM certificate WHERE chain = ? AND revoked IS NOT NULL", chain_.name);
    while (rows.step()) {
        const auto certificate = certificateFromDer(rows.blob(0));
        RevokedPtr entry(requirePointer(X509_REVOKED_new(), "memory"));
        const auto when = toAsn1Time(std::chrono::system_clock::from_time_t(rows.number(1)));
        require(X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(certificate.get())) == 1 &&
                    X509_REVOKED_set_revocationDate(entry.get(), when.get()) == 1,
                "a revocation");
        if (rows.number(2) != 0) {
            const std::unique_ptr<ASN1_ENUMERATED, Freer<ASN1_ENUMERATED_free>> reason(
                requirePointer(ASN1_ENUMERATED_new(), "memory"));
            require(ASN1_ENUMERATED_set_int64(reason.get(), rows.number(2)) == 1 &&
                        X509_REVOKED_add1_ext_i2d(entry.get(), NID_crl_reason, reason.get(), 0, 0) == 1,
                    "a revocation");
        }
        require(X509_CRL_add0_revoked(list, entry.get()) == 1, "a revocation");
        static_cast<void>(entry.release());
    }
}

}  // namespace ukey::ca
