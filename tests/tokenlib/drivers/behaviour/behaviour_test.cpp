// What token::Driver promises its callers, held against each library that there is: callers need not know
// which standard a token speaks.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "libraries.hpp"
#include "openssl_helpers.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::test {
namespace {

using token::KeyUsage;
using token::PinRole;

class DriverBehaviour : public testing::TestWithParam<NamedLibrary> {
  protected:
    void SetUp() override {
        library_ = GetParam().make();
        if (!library_) GTEST_SKIP() << GetParam().name << " is not installed";
        token_ = library_->token();
    }
    token::Driver& driver() { return library_->driver(); }
    LibraryUnderTest& library() { return *library_; }
    const std::string& token() const { return token_; }

    void loginWith(const std::string& pin) { driver().login(token_, PinRole::user, Secret::copyOf(pin)); }
    void login() { loginWith(library_->userPin()); }
    token::PublicKey generate(const std::string& container) {
        return driver().generateKeyPair({token_, container, library_->algorithm()});
    }
    token::DigestAlgorithm digestAlgorithm() const {
        return library_->algorithm() == token::KeyAlgorithm::sm2 ? token::DigestAlgorithm::sm3
                                                                 : token::DigestAlgorithm::sha256;
    }
    token::Sign signing(const std::string& container) const {
        return {token_, {container, KeyUsage::sign}, digestAlgorithm(), Bytes(32, 0x77), {}};
    }
    std::optional<token::KeyEntry> entry(const std::string& container) {
        for (auto& one : driver().listKeys({token_})) {
            if (one.ref == token::KeyRef{container, KeyUsage::sign}) return std::move(one);
        }
        return std::nullopt;
    }
    /// What the call fails with.
    static std::optional<Error> failureOf(const std::function<void()>& call) {
        try {
            call();
        } catch (const Error& error) {
            return error;
        }
        return std::nullopt;
    }
    static std::optional<ErrorCode> refusalOf(const std::function<void()>& call) {
        const auto failure = failureOf(call);
        return failure ? std::optional(failure->code()) : std::nullopt;
    }

  private:
    std::unique_ptr<LibraryUnderTest> library_;
    std::string token_;
};

std::string libraryName(const testing::TestParamInfo<NamedLibrary>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(OfEachLibrary, DriverBehaviour, testing::ValuesIn(librariesUnderTest()),
                         libraryName);

}  // namespace

TEST_P(DriverBehaviour, pluggedInToken_isListedReadyAndDescribedTheSame) {
    const auto tokens = driver().listTokens({});
    const auto listed =
        std::find_if(tokens.begin(), tokens.end(), [&](const auto& one) { return one.id == token(); });
    ASSERT_NE(listed, tokens.end());
    EXPECT_EQ(listed->state, token::TokenState::ready);
    EXPECT_FALSE(listed->serial.empty());
    EXPECT_EQ(driver().describeToken({token()}), *listed);
    EXPECT_EQ(std::count(listed->algorithms.begin(), listed->algorithms.end(), library().algorithm()), 1);
    EXPECT_TRUE(token::isSameConnection(*listed, driver().describeToken({token()})));
}

TEST_P(DriverBehaviour, unknownToken_isNotFoundWhateverIsAskedOfIt) {
    const std::string none = "none such";
    const std::vector<std::function<void()>> calls{
        [&] { driver().describeToken({none}); },
        [&] { driver().listKeys({none}); },
        [&] { driver().login(none, PinRole::user, Secret::copyOf(library().userPin())); },
        [&] {
            driver().sign({none, {"c", KeyUsage::sign}, digestAlgorithm(), Bytes(32), {}});
        },
        [&] {
            driver().generateKeyPair({none, "c", library().algorithm()});
        },
        [&] {
            driver().deleteContainer({none, "c"});
        },
        [&] {
            driver().random({none, 8});
        },
        [&] { driver().administratorPin(none); }};
    for (std::size_t i = 0; i < calls.size(); ++i)
        EXPECT_EQ(refusalOf(calls[i]), ErrorCode::tokenNotFound) << i;
}

TEST_P(DriverBehaviour, whatChangesOrSigns_needsThePin) {
    login();
    (void)generate("made");
    driver().logout({token()});
    EXPECT_EQ(refusalOf([&] { driver().sign(signing("made")); }), ErrorCode::pinRequired);
    EXPECT_EQ(refusalOf([&] { generate("other"); }), ErrorCode::pinRequired);
    EXPECT_EQ(refusalOf([&] { driver().deleteContainer({token(), "made"}); }), ErrorCode::pinRequired);
    login();
    EXPECT_TRUE(entry("made"));
    EXPECT_NO_THROW(driver().sign(signing("made")));
}

TEST_P(DriverBehaviour, pin_isReallyCheckedAlsoWhileLoggedIn) {
    EXPECT_EQ(refusalOf([&] { loginWith("000000"); }), ErrorCode::pinIncorrect);
    EXPECT_EQ(refusalOf([&] { login(); }), std::nullopt);
    EXPECT_EQ(refusalOf([&] { loginWith("000000"); }), ErrorCode::pinIncorrect);
    EXPECT_EQ(refusalOf([&] { login(); }), std::nullopt);
    EXPECT_EQ(refusalOf([&] { loginWith(""); }), ErrorCode::pinTooShort);
}

TEST_P(DriverBehaviour, generatedPair_isListedAndSigns) {
    login();
    const token::PublicKey key = generate("MADE-1_a");
    EXPECT_EQ(key.algorithm, library().algorithm());
    const auto listed = entry("MADE-1_a");
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->publicKey, key);
    EXPECT_TRUE(listed->certificate.empty());
    EXPECT_EQ(listed->decrypt, token::DecryptMeans::none);
    const Bytes signature = driver().sign(signing("MADE-1_a"));
    EXPECT_EQ(signature.size(), token::signatureLength(key.algorithm));
    if (library().isReal()) {
        EXPECT_TRUE(verifies(key, digestAlgorithm(), Bytes(32, 0x77), signature));
        EXPECT_FALSE(verifies(key, digestAlgorithm(), Bytes(32, 0x78), signature));
    }
}

TEST_P(DriverBehaviour, containerThatIsThere_isNeverOverwritten) {
    login();
    const token::PublicKey key = generate("once");
    EXPECT_EQ(refusalOf([&] { generate("once"); }), ErrorCode::badRequest);
    ASSERT_TRUE(entry("once"));
    EXPECT_EQ(entry("once")->publicKey, key);
}

TEST_P(DriverBehaviour, namesThatNotEveryTokenTakes_areRefused) {
    login();
    for (const std::string& name :
         {std::string(), std::string(40, 'x'), std::string("a/b"), std::string("a b"),
          std::string("\xe8\xaf\x81"), std::string("a\0b", 3), std::string("../a")}) {
        EXPECT_EQ(refusalOf([&] { generate(name); }), ErrorCode::badRequest) << name;
    }
}

TEST_P(DriverBehaviour, digestOfAWrongLength_isRefused) {
    login();
    (void)generate("made");
    for (const std::size_t length : {0U, 20U, 31U, 33U, 64U}) {
        token::Sign request = signing("made");
        request.digest = Bytes(length, 1);
        EXPECT_EQ(refusalOf([&] { driver().sign(request); }), ErrorCode::badRequest) << length;
    }
}

TEST_P(DriverBehaviour, wayToSignThatIsNotThere_isUnsupported) {
    login();
    (void)generate("made");
    token::Sign request = signing("made");
    for (const unsigned attempt : {2U, 0xffffU}) {
        request.attempt = attempt;
        EXPECT_EQ(refusalOf([&] { driver().sign(request); }), ErrorCode::unsupported) << attempt;
    }
}

TEST_P(DriverBehaviour, keyThatIsNotThere_isNotFound) {
    login();
    EXPECT_EQ(refusalOf([&] { driver().sign(signing("absent")); }), ErrorCode::certificateNotFound);
}

TEST_P(DriverBehaviour, certificate_isKeptReplacedAndReadBack) {
    login();
    const token::PublicKey key = generate("made");
    const bool real = library().isReal();
    const auto issued = [&](long serial) {
        // A fake's key may be no point of its curve; what it stores is stored all the same.
        return certificateFor(real ? key : publicKeyOf(newKey(library().algorithm()).get()),
                              {.serial = serial});
    };
    for (const long serial : {1L, 2L, 2L}) {
        const Bytes certificate = issued(serial);
        driver().writeCertificate({token(), {"made", KeyUsage::sign}, certificate});
        ASSERT_TRUE(entry("made"));
        EXPECT_EQ(entry("made")->certificate, certificate);
    }
    const auto keys = driver().listKeys({token()});
    EXPECT_EQ(
        std::count_if(keys.begin(), keys.end(), [](const auto& one) { return one.ref.container == "made"; }),
        1);
    for (const Bytes& none : {Bytes{}, Bytes{1, 2, 3}, Bytes(5000, 0x30)}) {
        EXPECT_EQ(refusalOf([&] {
                      driver().writeCertificate({token(), {"made", KeyUsage::sign}, none});
                  }),
                  ErrorCode::badRequest);
    }
}

TEST_P(DriverBehaviour, deletedContainer_isGoneAndDeletingAgainIsNoError) {
    login();
    (void)generate("made");
    (void)generate("kept");
    EXPECT_EQ(refusalOf([&] { driver().deleteContainer({token(), "made"}); }), std::nullopt);
    EXPECT_FALSE(entry("made"));
    EXPECT_TRUE(entry("kept"));
    EXPECT_EQ(refusalOf([&] { driver().deleteContainer({token(), "made"}); }), std::nullopt);
    EXPECT_EQ(refusalOf([&] { driver().sign(signing("made")); }), ErrorCode::certificateNotFound);
    EXPECT_NO_THROW(generate("made"));
}

TEST_P(DriverBehaviour, changedPin_servesAndTheOldOneDoesNot) {
    const auto change = [&](const std::string& from, const std::string& to) {
        return refusalOf(
            [&] { driver().changePin(token(), PinRole::user, Secret::copyOf(from), Secret::copyOf(to)); });
    };
    EXPECT_EQ(change("000000", "739164"), ErrorCode::pinIncorrect);
    EXPECT_NE(change(library().userPin(), ""), std::nullopt) << "none is no PIN";
    EXPECT_EQ(change(library().userPin(), "739164"), std::nullopt);
    EXPECT_EQ(refusalOf([&] { login(); }), ErrorCode::pinIncorrect);
    EXPECT_EQ(refusalOf([&] { loginWith("739164"); }), std::nullopt);
}

TEST_P(DriverBehaviour, administratorPin_unlocksAndAWrongOneIsToldAsThatOne) {
    const auto unlock = [&](const std::string& administrator) {
        return failureOf(
            [&] { driver().unlockPin(token(), Secret::copyOf(administrator), Secret::copyOf("739164")); });
    };
    const auto wrong = unlock("00000000");
    ASSERT_TRUE(wrong);
    EXPECT_EQ(wrong->code(), ErrorCode::pinIncorrect);
    EXPECT_TRUE(wrong->ofAdministratorPin());
    EXPECT_EQ(refusalOf([&] { login(); }), std::nullopt) << "nothing has changed";
    driver().logout({token()});
    EXPECT_FALSE(unlock(library().administratorPin()));
    EXPECT_EQ(refusalOf([&] { loginWith("739164"); }), std::nullopt);
}

TEST_P(DriverBehaviour, randomOctets_areGivenByOneToAThousand) {
    for (const std::uint32_t length : {1U, 31U, 1024U})
        EXPECT_EQ(driver().random({token(), length}).size(), length);
    for (const std::uint32_t length : {0U, 1025U, 0xffffffffU}) {
        EXPECT_EQ(refusalOf([&] { driver().random({token(), length}); }), ErrorCode::badRequest) << length;
    }
}

TEST_P(DriverBehaviour, encryptionKeyThatIsNoneOrASigningKey_doesNotDecrypt) {
    login();
    (void)generate("made");
    token::Decrypt request{token(), {"made", KeyUsage::sign}, Bytes(256, 1)};
    const auto refused = refusalOf([&] { driver().decrypt(request); });
    ASSERT_TRUE(refused);
    EXPECT_NE(*refused, ErrorCode::internal);
    EXPECT_NE(*refused, ErrorCode::tokenRemoved);
    EXPECT_NO_THROW(driver().sign(signing("made"))) << "and leaves the token as it was";
}

TEST_P(DriverBehaviour, pulledToken_isGoneAndItsLoginWithIt) {
    login();
    (void)generate("made");
    const token::TokenInfo before = driver().describeToken({token()});
    if (!library().pull()) GTEST_SKIP() << "it cannot be pulled";
    const auto gone = refusalOf([&] { driver().sign(signing("made")); });
    EXPECT_TRUE(gone == ErrorCode::tokenRemoved || gone == ErrorCode::tokenNotFound);
    for (const auto& one : driver().listTokens({})) EXPECT_NE(one.id, token());
    EXPECT_EQ(refusalOf([&] { login(); }), ErrorCode::tokenNotFound);
    library().plug();
    const auto tokens = driver().listTokens({});
    const auto back =
        std::find_if(tokens.begin(), tokens.end(), [&](const auto& one) { return one.id == token(); });
    ASSERT_NE(back, tokens.end());
    EXPECT_FALSE(token::isSameConnection(before, *back));
    EXPECT_EQ(refusalOf([&] { driver().sign(signing("made")); }), ErrorCode::pinRequired);
    login();
    EXPECT_NO_THROW(driver().sign(signing("made")));
}

TEST_P(DriverBehaviour, waitForChange_endsWhenItIsStopped) {
    std::thread waiting([&] {
        try {
            driver().waitForChange();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::unsupported);
        }
    });
    driver().stopWaiting();
    waiting.join();
}

}  // namespace ukey::test
