// The driver on the soft token, checked with OpenSSL.
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <filesystem>
#include <future>
#include <memory>

#include "tests/support/environment.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/skf/skf_driver.hpp"
#include "tokenlib/softtoken/admin.hpp"
#include "tokenlib/token/key_forms.hpp"

namespace ukey::skf {
namespace {

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
    void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
    void operator()(BIGNUM* number) const { BN_free(number); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

void must(int result) {
    if (result <= 0) throw std::runtime_error("OpenSSL failed");
}

/// What an RSA signature is of, without its padding (RFC 8017 8.2.2).
Bytes signedByRsa(const token::PublicKey& key, const Bytes& signature) {
    const auto number = [](const Bytes& octets) {
        return Owned<BIGNUM>(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
    };
    const auto n = number(key.modulus);
    const auto e = number(key.exponent);
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const Owned<EVP_PKEY_CTX> from(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    must(EVP_PKEY_fromdata_init(from.get()));
    EVP_PKEY* raw = nullptr;
    must(EVP_PKEY_fromdata(from.get(), &raw, EVP_PKEY_PUBLIC_KEY, parameters.get()));
    const Owned<EVP_PKEY> pkey(raw);
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(pkey.get(), nullptr));
    must(EVP_PKEY_verify_recover_init(context.get()));
    std::size_t size = signature.size();
    Bytes info(size);
    must(EVP_PKEY_verify_recover(context.get(), info.data(), &size, signature.data(), signature.size()));
    info.resize(size);
    return info;
}

Owned<EVP_PKEY> sm2PublicKey(const Bytes& point) {
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
    EVP_PKEY* key = nullptr;
    must(EVP_PKEY_fromdata_init(context.get()));
    must(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()));
    return Owned<EVP_PKEY>(key);
}

Bytes derLength(std::size_t length) {
    if (length < 0x80) return {static_cast<std::uint8_t>(length)};
    return {0x81, static_cast<std::uint8_t>(length)};
}

Bytes derInteger(ByteView number) {
    while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
    Bytes der{0x02};
    const bool pads = number.front() >= 0x80;
    der.push_back(static_cast<std::uint8_t>(number.size() + (pads ? 1 : 0)));
    if (pads) der.push_back(0);
    der.insert(der.end(), number.begin(), number.end());
    return der;
}

bool verifiesSm2(const token::PublicKey& key, const Bytes& e, const Bytes& signature) {
    Bytes body = derInteger(ByteView(signature).first(32));
    const Bytes s = derInteger(ByteView(signature).last(32));
    body.insert(body.end(), s.begin(), s.end());
    Bytes der{0x30};
    const Bytes length = derLength(body.size());
    der.insert(der.end(), length.begin(), length.end());
    der.insert(der.end(), body.begin(), body.end());
    const auto pkey = sm2PublicKey(key.point);
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(pkey.get(), nullptr));
    must(EVP_PKEY_verify_init(context.get()));
    return EVP_PKEY_verify(context.get(), der.data(), der.size(), e.data(), e.size()) == 1;
}

/// The next value of DER; moves on.
Bytes nextDer(ByteView& der) {
    std::size_t length = der[1];
    std::size_t head = 2;
    if (length >= 0x80) length = der[head++];
    const ByteView value = der.subspan(head, length);
    der = der.subspan(head + length);
    return {value.begin(), value.end()};
}

Bytes number32(Bytes number) {
    while (number.size() > 32) number.erase(number.begin());
    number.insert(number.begin(), 32 - number.size(), 0);
    return number;
}

token::Sm2Cipher encryptSm2(const Bytes& point, const Bytes& plain) {
    const auto key = sm2PublicKey(point);
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key.get(), nullptr));
    must(EVP_PKEY_encrypt_init(context.get()));
    std::size_t size = 0;
    must(EVP_PKEY_encrypt(context.get(), nullptr, &size, plain.data(), plain.size()));
    Bytes der(size);
    must(EVP_PKEY_encrypt(context.get(), der.data(), &size, plain.data(), plain.size()));
    ByteView outer(der);
    const Bytes body = nextDer(outer);
    ByteView rest(body);
    token::Sm2Cipher cipher;
    cipher.x = number32(nextDer(rest));
    cipher.y = number32(nextDer(rest));
    cipher.hash = nextDer(rest);
    cipher.cipher = nextDer(rest);
    return cipher;
}

Bytes encryptSm4(const EVP_CIPHER* cipher, const Bytes& key, const Bytes& iv, const Bytes& plain) {
    const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
    must(EVP_EncryptInit_ex(context.get(), cipher, nullptr, key.data(), iv.empty() ? nullptr : iv.data()));
    must(EVP_CIPHER_CTX_set_padding(context.get(), 0));
    Bytes out(plain.size());
    int length = 0;
    must(EVP_EncryptUpdate(context.get(), out.data(), &length, plain.data(), static_cast<int>(plain.size())));
    return out;
}

/// An encryption pair as a key centre makes it.
struct EncryptionPair {
    EncryptionPair() : key(EVP_EC_gen("SM2")) {
        BIGNUM* raw = nullptr;
        must(EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &raw));
        const Owned<BIGNUM> number(raw);
        must(BN_bn2binpad(raw, d.data(), static_cast<int>(d.size())));
        std::size_t size = 0;
        must(EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(),
                                             &size));
    }
    token::EnvelopedSm2Key envelopeFor(const token::PublicKey& signing) const {
        const Bytes symmetric(16, 0x6B);
        Bytes field(32);
        field.insert(field.end(), d.begin(), d.end());
        token::EnvelopedSm2Key envelope;
        envelope.encryptedPrivateKey = encryptSm4(EVP_sm4_ecb(), symmetric, {}, field);
        envelope.publicKey = point;
        envelope.wrappedKey = encryptSm2(signing.point, symmetric);
        return envelope;
    }
    Owned<EVP_PKEY> key;
    Bytes d = Bytes(32);
    Bytes point = Bytes(65);
};

constexpr const char* kSerial = "SOFT-1";

class SoftToken : public testing::Test {
  protected:
    SoftToken() {
        test::setEnvironment("UKEY_SOFTTOKEN_DIR", scratch_.path().string());
        softtoken::TokenSpec spec;
        spec.serial = kSerial;
        spec.model = "Ukey Test";
        softtoken::createToken(spec);
        softtoken::plug(kSerial);
        options.library = test::builtLibrary("ukey-softtoken").string();
        options.events = true;
        options.maxContainers = 8;
        options.quirks.issuerIsModel = true;
        driver_ = loadDriver(options);
    }
    token::Driver& driver() { return *driver_; }
    void useExtensions() {
        options.quirks.sm2Decrypt = Sm2DecryptForm::blob;
        options.quirks.rsaDecrypt = RsaDecryptForm::plain;
        options.quirks.remoteUnblock = RemoteUnblockForm::lengthInOut;
        driver_ = loadDriver(options);
    }
    void login(const std::string& pin = "111111") {
        driver().login(kSerial, token::PinRole::user, Secret::copyOf(pin));
    }
    template <class Call>
    static ErrorCode codeOf(Call call) {
        try {
            (void)call();
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    }
    Bytes signE(const std::string& container, const Bytes& e) {
        token::Sign op;
        op.token = kSerial;
        op.key.container = container;
        op.digest = e;
        return driver().sign(op);
    }

    SkfOptions options;

  private:
    test::ScratchFolder scratch_;
    std::unique_ptr<token::Driver> driver_;
};

TEST_F(SoftToken, listTokens_plugged_isDescribed) {
    const auto tokens = driver().listTokens({});
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0].id, kSerial);
    EXPECT_EQ(tokens[0].serial, kSerial);
    EXPECT_EQ(tokens[0].model, "Ukey Test");
    EXPECT_EQ(tokens[0].label, "Ukey");
    EXPECT_EQ(tokens[0].state, token::TokenState::ready);
    EXPECT_EQ(tokens[0].pin.status, token::PinStatus::defaultPin);
    EXPECT_EQ(tokens[0].room, 8U);
    EXPECT_EQ(tokens[0].algorithms, (std::vector{token::KeyAlgorithm::sm2, token::KeyAlgorithm::rsa2048}));
}

TEST_F(SoftToken, login_wrongPin_tellsTriesLeft) {
    try {
        login("999999");
        FAIL() << "the PIN was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::pinIncorrect);
        ASSERT_TRUE(error.triesLeft());
        EXPECT_EQ(error.triesLeft(), driver().describeToken({kSerial}).pin.triesLeft);
    }
}

TEST_F(SoftToken, sign_sm2_verifiesWithOpenSsl) {
    login();
    const auto key = driver().generateKeyPair({kSerial, "new", token::KeyAlgorithm::sm2});
    for (std::uint8_t i = 0; i < 20; ++i) {
        const Bytes e(32, i);
        EXPECT_TRUE(verifiesSm2(key, e, signE("new", e)));
    }
    EXPECT_EQ(driver().listTokens({})[0].room, 7U);
}

TEST_F(SoftToken, sign_rsa_verifies) {
    login();
    const auto key = driver().generateKeyPair({kSerial, "new", token::KeyAlgorithm::rsa2048});
    token::Sign op;
    op.token = kSerial;
    op.key.container = "new";
    for (const auto algorithm :
         {token::DigestAlgorithm::sha256, token::DigestAlgorithm::sha512, token::DigestAlgorithm::sm3}) {
        op.digestAlgorithm = algorithm;
        op.digest.assign(token::digestLength(algorithm), 0x42);
        EXPECT_EQ(signedByRsa(key, driver().sign(op)), token::digestInfo(algorithm, op.digest));
    }
}

TEST_F(SoftToken, sign_beforeLoginAndAfterLogout_needsPin) {
    login();
    (void)driver().generateKeyPair({kSerial, "new", token::KeyAlgorithm::sm2});
    driver().logout({kSerial});
    EXPECT_EQ(codeOf([&] { return signE("new", Bytes(32, 1)); }), ErrorCode::pinRequired);
}

TEST_F(SoftToken, envelopedKey_imported_decryptsContent) {
    login();
    const auto signing = driver().generateKeyPair({kSerial, "new", token::KeyAlgorithm::sm2});
    const EncryptionPair pair;
    driver().importKeyPair({kSerial, "new", pair.envelopeFor(signing)});
    const auto keys = driver().listKeys({kSerial});
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[1].ref.usage, token::KeyUsage::encrypt);
    EXPECT_EQ(keys[1].publicKey->point, pair.point);
    EXPECT_EQ(keys[1].decrypt, token::DecryptMeans::session);

    const Bytes contentKey(16, 0x11);
    const Bytes iv(16, 0x22);
    Bytes plain(200000);
    for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<std::uint8_t>(i * 31);
    token::OpenSession open;
    open.token = kSerial;
    open.key = {"new", token::KeyUsage::encrypt};
    open.wrappedKey = encryptSm2(pair.point, contentKey);
    open.iv = iv;
    const auto session = driver().openSession(open);
    EXPECT_EQ(driver().sessionDecrypt({kSerial, session, encryptSm4(EVP_sm4_cbc(), contentKey, iv, plain)}),
              plain);

    useExtensions();
    login();
    EXPECT_EQ(driver().listKeys({kSerial})[1].decrypt, token::DecryptMeans::direct);
    EXPECT_EQ(
        driver().decrypt({kSerial, {"new", token::KeyUsage::encrypt}, encryptSm2(pair.point, contentKey)}),
        contentKey);
}

TEST_F(SoftToken, envelopedKey_forAnotherContainer_isMismatch) {
    login();
    const auto first = driver().generateKeyPair({kSerial, "first", token::KeyAlgorithm::sm2});
    (void)driver().generateKeyPair({kSerial, "second", token::KeyAlgorithm::sm2});
    const EncryptionPair pair;
    EXPECT_EQ(codeOf([&] {
                  return driver().importKeyPair({kSerial, "second", pair.envelopeFor(first)});
              }),
              ErrorCode::certificateMismatch);
    EXPECT_EQ(driver().listKeys({kSerial}).size(), 2U);
}

TEST_F(SoftToken, deleteContainer_twice_isNoError) {
    login();
    (void)driver().generateKeyPair({kSerial, "new", token::KeyAlgorithm::sm2});
    driver().deleteContainer({kSerial, "new"});
    EXPECT_NO_THROW(driver().deleteContainer({kSerial, "new"}));
    EXPECT_TRUE(driver().listKeys({kSerial}).empty());
}

TEST_F(SoftToken, changePin_thenUnlock_serves) {
    driver().changePin(kSerial, token::PinRole::user, Secret::copyOf("111111"), Secret::copyOf("246810"));
    EXPECT_EQ(driver().describeToken({kSerial}).pin.status, token::PinStatus::ok);
    while (driver().describeToken({kSerial}).state != token::TokenState::locked) {
        EXPECT_NE(codeOf([&] {
                      login("999999");
                      return 0;
                  }),
                  ErrorCode::internal);
    }
    EXPECT_EQ(codeOf([&] {
                  login("246810");
                  return 0;
              }),
              ErrorCode::pinLocked);
    driver().unlockPin(kSerial, Secret::copyOf(softtoken::kDefaultAdminPin), Secret::copyOf("135791"));
    EXPECT_NO_THROW(login("135791"));
}

TEST_F(SoftToken, unplugged_isRemovedAndThePinIsNeededAgain) {
    login();
    (void)driver().generateKeyPair({kSerial, "new", token::KeyAlgorithm::sm2});
    softtoken::unplug(kSerial);
    EXPECT_EQ(codeOf([&] { return signE("new", Bytes(32, 1)); }), ErrorCode::tokenRemoved);
    EXPECT_EQ(codeOf([&] { return signE("new", Bytes(32, 1)); }), ErrorCode::tokenNotFound);
    EXPECT_TRUE(driver().listTokens({}).empty());
    softtoken::plug(kSerial);
    EXPECT_EQ(driver().listTokens({}).size(), 1U);
    EXPECT_EQ(codeOf([&] { return signE("new", Bytes(32, 1)); }), ErrorCode::pinRequired);
}

TEST_F(SoftToken, random_isNotTwiceTheSame) {
    EXPECT_NE(driver().random({kSerial, 32}), driver().random({kSerial, 32}));
}

TEST_F(SoftToken, waitForChange_plugging_returns) {
    auto waiting = std::async(std::launch::async, [&] { driver().waitForChange(); });
    bool isOut = false;
    while (waiting.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
        isOut ? softtoken::plug(kSerial) : softtoken::unplug(kSerial);
        isOut = !isOut;
    }
    EXPECT_NO_THROW(waiting.get());
}

TEST_F(SoftToken, waitForChange_stopped_returns) {
    auto waiting = std::async(std::launch::async, [&] { driver().waitForChange(); });
    while (waiting.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready)
        driver().stopWaiting();
    EXPECT_NO_THROW(waiting.get());
}

TEST_F(SoftToken, faults_eachIsADriverErrorAndTheTokenGoesOn) {
    login();
    (void)driver().generateKeyPair({kSerial, "new", token::KeyAlgorithm::sm2});
    (void)signE("new", Bytes(32, 1));
    for (const char* fault : {R"([{"function": "ECCSignData", "action": "wrong-code"}])",
                              R"([{"function": "ECCSignData", "action": "garbage"}])"}) {
        softtoken::writeFaults(kSerial, fault);
        EXPECT_EQ(codeOf([&] { return signE("new", Bytes(32, 1)); }), ErrorCode::driverError) << fault;
        EXPECT_EQ(signE("new", Bytes(32, 1)).size(), 64U) << fault;
    }
    softtoken::writeFaults(kSerial, R"([{"function": "EnumContainer", "action": "huge-length"}])");
    EXPECT_EQ(codeOf([&] { return driver().listKeys({kSerial}); }), ErrorCode::driverError);
    EXPECT_EQ(driver().listKeys({kSerial}).size(), 1U);
}

TEST_F(SoftToken, containerListWithAWrongCount_isADriverError) {
    login();
    (void)driver().generateKeyPair({kSerial, "new", token::KeyAlgorithm::sm2});
    softtoken::writeFaults(kSerial,
                           R"([{"function": "EnumContainer", "action": "wrong-count", "once": false}])");
    EXPECT_EQ(codeOf([&] { return driver().listKeys({kSerial}); }), ErrorCode::driverError);
    softtoken::writeFaults(kSerial, "[]");
    EXPECT_EQ(driver().listKeys({kSerial}).size(), 1U);
}

}  // namespace
}  // namespace ukey::skf
