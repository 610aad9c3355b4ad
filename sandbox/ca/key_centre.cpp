#include "sandbox/ca/key_centre.hpp"

#include "sandbox/ca/enveloped_key.hpp"
#include "sandbox/ca/files.hpp"
#include "sandbox/ca/keys.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ca {
namespace {

constexpr std::size_t kMasterKey = 32;
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;

sqlite::Database openKeyStore(const std::filesystem::path& folder) {
    makePrivateFolder(folder);
    sqlite::Database database(folder / "key-centre.sqlite");
    database.execute(
        "CREATE TABLE IF NOT EXISTS pair (id INTEGER PRIMARY KEY, algorithm TEXT NOT NULL, owner TEXT NOT "
        "NULL, "
        "made INTEGER NOT NULL DEFAULT (unixepoch()), sealed BLOB NOT NULL)");
    return database;
}

Secret loadMasterKey(sqlite::Database& database, const std::filesystem::path& file) {
    // The lock keeps two processes from each making one.
    sqlite::Transaction lock(database);
    if (!std::filesystem::exists(file)) writePrivateFile(file, toHex(randomBytes(kMasterKey)));
    auto text = readFile(file);
    auto octets = fromHex(text);
    wipe(std::span<char>(text));
    lock.commit();
    if (!octets || octets->size() != kMasterKey) {
        throw Error(ErrorCode::internal, "the key centre's key cannot be read");
    }
    auto key = Secret::copyOf(ByteView(*octets));
    wipe(std::span<std::uint8_t>(*octets));
    return key;
}

}  // namespace

KeyCentre::KeyCentre(const std::filesystem::path& folder)
    : database_(openKeyStore(folder)), masterKey_(loadMasterKey(database_, folder / "key-centre.key")) {}

Bytes KeyCentre::seal(ByteView plain) const {
    Bytes sealed = randomBytes(kNonce);
    sealed.resize(kNonce + plain.size() + kTag);
    const CipherContextPtr context(requirePointer(EVP_CIPHER_CTX_new(), "memory"));
    int length = 0;
    require(EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), masterKey_.data(), sealed.data(),
                                nullptr) == 1 &&
                EVP_EncryptUpdate(context.get(), sealed.data() + kNonce, &length, plain.data(),
                                  static_cast<int>(plain.size())) == 1 &&
                EVP_EncryptFinal_ex(context.get(), sealed.data() + kNonce + length, &length) == 1 &&
                EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTag),
                                    sealed.data() + kNonce + plain.size()) == 1,
            "sealing a key");
    return sealed;
}

Bytes KeyCentre::open(ByteView sealed) const {
    if (sealed.size() < kNonce + kTag) throw Error(ErrorCode::internal, "the archive is damaged");
    const auto cipher = sealed.subspan(kNonce, sealed.size() - kNonce - kTag);
    Bytes tag(sealed.end() - kTag, sealed.end());
    Bytes plain(cipher.size());
    const CipherContextPtr context(requirePointer(EVP_CIPHER_CTX_new(), "memory"));
    int length = 0;
    require(EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), masterKey_.data(), sealed.data(),
                                nullptr) == 1 &&
                EVP_DecryptUpdate(context.get(), plain.data(), &length, cipher.data(),
                                  static_cast<int>(cipher.size())) == 1 &&
                EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTag),
                                    tag.data()) == 1 &&
                EVP_DecryptFinal_ex(context.get(), plain.data() + length, &length) == 1,
            "opening a key");
    return plain;
}

std::int64_t KeyCentre::make(token::KeyAlgorithm algorithm, const std::string& owner) {
    const auto pair = generateKey(algorithm);
    auto pem = privateKeyToPem(pair.get());
    const auto sealed = seal(asBytes(pem));
    wipe(std::span<char>(pem));
    database_.run("INSERT INTO pair (algorithm, owner, sealed) VALUES (?, ?, ?)", token::toString(algorithm),
                  owner, ByteView(sealed));
    return database_.lastId();
}

KeyPtr KeyCentre::load(std::int64_t pair) {
    auto row = database_.query("SELECT sealed FROM pair WHERE id = ?", pair);
    if (!row.step()) throw Error(ErrorCode::certificateNotFound, "no such pair in the archive");
    auto plain = open(row.blob(0));
    std::string pem(asText(plain));
    wipe(std::span<std::uint8_t>(plain));
    auto key = privateKeyFromPem(pem);
    wipe(std::span<char>(pem));
    return key;
}

KeyPtr KeyCentre::publicKey(std::int64_t pair) { return fromPublicKey(toPublicKey(load(pair).get())); }

EnvelopedPair KeyCentre::deliver(std::int64_t pair, EVP_PKEY* signingKey) {
    const auto key = load(pair);
    const auto algorithm = algorithmOf(key.get());
    const auto signing = algorithmOf(signingKey);
    if (algorithm == token::KeyAlgorithm::sm2 && signing == token::KeyAlgorithm::sm2) {
        return envelopeSm2(key.get(), signingKey);
    }
    if (token::isRsa(algorithm) && token::isRsa(signing)) return envelopeRsa(key.get(), signingKey);
    throw Error(ErrorCode::unsupported, "this pair cannot be delivered under that signing key");
}

}  // namespace ukey::ca
