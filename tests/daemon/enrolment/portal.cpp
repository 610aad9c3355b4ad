#include "portal.hpp"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "tests/daemon/support/registration_authority.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::test {

using nlohmann::json;

namespace {

constexpr const char* kSerial = "S1";

std::string programFolder() {
    const char* folder = std::getenv("UKEY_BIN_DIR");
    return folder != nullptr ? folder : "bin";
}

std::string libraryFolder() {
    const char* folder = std::getenv("UKEY_LIB_DIR");
    return folder != nullptr ? folder : "lib";
}

/// SubjectPublicKeyInfo of a request in PEM, read by OpenSSL.
Bytes keyIn(const std::string& csr) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> in(
        BIO_new_mem_buf(csr.data(), static_cast<int>(csr.size())), BIO_free);
    const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(
        PEM_read_bio_X509_REQ(in.get(), nullptr, nullptr, nullptr), X509_REQ_free);
    if (!request) throw std::runtime_error("no request: " + csr);
    unsigned char* out = nullptr;
    const int length = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(request.get()), &out);
    Bytes key(out, out + length);
    OPENSSL_free(out);
    return key;
}

}  // namespace

Portal::Portal() {
    const auto tokens = folder_.path() / "tokens";
    std::filesystem::create_directory(tokens);
    ::setenv("UKEY_SOFTTOKEN_DIR", tokens.c_str(), 1);
    pinentry_.writeWrapper("UKEY_TEST_PIN=111111");
    softtoken::TokenSpec spec;
    spec.serial = kSerial;
    softtoken::createToken(spec);
    softtoken::plug(kSerial);
    const json scopes = {"tokens", "certificates", "sign", "decrypt", "manage"};
    const json configuration = {
        {"drivers",
         {{{"name", "soft"}, {"kind", "skf"}, {"library", libraryFolder() + "/libukey-softtoken.so"}}}},
        {"origins",
         {{{"origin", kPortal}, {"scopes", scopes}, {"confirm", "login"}},
          {{"origin", "https://other.example"}, {"scopes", scopes}, {"confirm", "login"}}}},
        {"pinentry", pinentry_.program()},
        {"stateDir", (folder_.path() / "state").string()},
        {"unlockAuthorities", {registrationAuthority().pem}},
        {"logLevel", "warning"}};
    std::ofstream(folder_.path() / "ukeyd.json") << configuration.dump();
    startDaemon();
}

Portal::~Portal() { stopDaemon(); }

void Portal::startDaemon() {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    const std::string program = programFolder() + "/ukeyd";
    const std::string file = (folder_.path() / "ukeyd.json").string();
    daemon_ = ::fork();
    if (daemon_ == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execl(program.c_str(), program.c_str(), "--config", file.c_str(), "--port", "0", nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string line;
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(ends[0]);
    const auto colon = line.find("127.0.0.1:");
    if (colon == std::string::npos) throw std::runtime_error("ukeyd does not listen: " + line);
    port_ = static_cast<std::uint16_t>(std::strtoul(line.c_str() + colon + 10, nullptr, 10));
}

void Portal::stopDaemon(int signal) {
    if (daemon_ <= 0) return;
    ::kill(daemon_, signal);
    int status = 0;
    ::waitpid(daemon_, &status, 0);
    daemon_ = -1;
}

void Portal::killDaemon() { stopDaemon(SIGKILL); }

std::unique_ptr<Client> Portal::pageWithoutLogin(const std::string& origin) {
    auto client = std::make_unique<Client>(port_, origin);
    client->hello();
    return client;
}

std::unique_ptr<Client> Portal::page(const std::string& origin) {
    auto client = pageWithoutLogin(origin);
    client->result("pin.verify", {{"token", tokenOf(*client)}});
    return client;
}

std::string Portal::tokenOf(Client& page) {
    const auto listed = [&] { return page.result("tokens.list").at("tokens"); };
    json tokens = listed();
    if (tokens.empty()) {
        // A list does not wait for a driver that starts yet: its tokens are told of.
        page.result("tokens.subscribe");
        for (tokens = listed(); tokens.empty(); tokens = listed()) page.notification();
        page.result("tokens.unsubscribe");
    }
    return tokens.at(0).at("id").get<std::string>();
}

json Portal::beginParams(Client& page, const std::string& kind, const std::string& keys) {
    return {{"kind", kind},
            {"token", tokenOf(page)},
            {"algorithm", "sm2"},
            {"keys", keys},
            {"reference", "20261124-7"}};
}

json Portal::answerTo(const json& begun, const std::string& keys) {
    enrolment::Record record;
    record.id = begun.at("enrolment");
    record.signingKey = keyIn(begun.at("csr"));
    if (keys == "keep") {
        record.keys = enrolment::Keys::kept;
        record.old.encrypt = issuer_.ca().issue(issuer_.encryptionKey());
    }
    const pki::RaAnswer answer = issuer_.answer(record);
    json params = {
        {"enrolment", record.id}, {"signCertificate", answer.signCertificate}, {"chain", answer.chain}};
    if (answer.encryptCertificate) params["encryptCertificate"] = *answer.encryptCertificate;
    if (answer.encryptionKey)
        params["encryptionKey"] = {{"format", "sm2-enveloped-key"}, {"data", answer.encryptionKey->data}};
    return params;
}

json Portal::enrol(Client& page, const std::string& kind, const std::string& keys) {
    const json begun = page.result("enrolment.begin", beginParams(page, kind, keys));
    return page.result("enrolment.complete", answerTo(begun, keys));
}

json Portal::certificates(Client& page) { return page.result("certificates.list").at("certificates"); }

std::string Portal::signingFault(Client& page) {
    const json all = page.result("certificates.list", {{"usage", "sign"}}).at("certificates");
    if (all.size() != 1) return "signing certificates: " + std::to_string(all.size());
    const Bytes data(64, 7);
    const json answer = page.call(
        "sign.data", {{"certificate", all.at(0).at("id")}, {"format", "raw"}, {"data", toBase64Url(data)}});
    if (!answer.contains("result")) return answer.dump();
    const auto certificate = pki::Certificate::fromPem(all.at(0).at("pem").get<std::string>());
    const token::PublicKey key = certificate.publicKey().value();
    const Bytes signature = fromBase64Url(answer.at("result").at("signature").get<std::string>()).value();
    const auto algorithm = pki::defaultDigest(key.algorithm);
    const bool isGood = pki::verify(key, algorithm, pki::messageDigest(key, algorithm, data),
                                    pki::signatureFromDer(key.algorithm, signature));
    return isGood ? "" : "the signature is not the certificate's";
}

std::set<std::string> Portal::containers() {
    std::ifstream in(tokenFolder() + "/state.json");
    const json state = json::parse(in);
    std::set<std::string> names;
    for (const json& application : state.at("applications")) {
        for (const json& container : application.at("containers")) names.insert(container.at("name"));
    }
    return names;
}

void Portal::writeFaults(const std::string& faults) { softtoken::writeFaults(kSerial, faults); }

std::string Portal::ukeyctl(const std::string& arguments) {
    const std::string command = "LC_ALL=C " + programFolder() + "/ukeyctl --config " +
                                (folder_.path() / "ukeyd.json").string() + " " + arguments + " 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    std::string output;
    char some[512];
    for (std::size_t count = 0; (count = std::fread(some, 1, sizeof some, pipe)) > 0;)
        output.append(some, count);
    ::pclose(pipe);
    return output;
}

}  // namespace ukey::test
