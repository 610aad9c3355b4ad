#include "tokenlib/pipe/messages.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tokenlib/pipe/cbor.hpp"
#include "tokenlib/pipe/frames.hpp"

namespace ukey::pipe {
namespace {

ByteView payload(const Bytes& frame) { return ByteView(frame).subspan(kLengthOctets); }

token::Sm2Cipher cipher() { return {Bytes(32, 1), Bytes(32, 2), Bytes(32, 3), Bytes(16, 4)}; }

token::PublicKey rsaKey() { return {token::KeyAlgorithm::rsa2048, {}, Bytes(256, 9), {1, 0, 1}}; }

token::TokenInfo tokenInfo() {
    token::TokenInfo info;
    info.id = std::string("dev\xb0\xa1\0x", 7);  // Opaque octets, not UTF-8.
    info.model = "型号";
    info.label = "标签";
    info.serial = "0123";
    info.manufacturer = "M";
    info.state = token::TokenState::locked;
    info.pin = {token::PinStatus::locked, 0U, 6U, 6, 16, true};
    info.algorithms = {token::KeyAlgorithm::sm2, token::KeyAlgorithm::p384};
    info.room = 3U;
    info.protectedAuthenticationPath = true;
    info.deliveries = {token::KeyDelivery::envelopedSm2, token::KeyDelivery::wrapped};
    info.hidesCertificates = true;
    info.remoteUnlock = true;
    info.connection = 7;
    return info;
}

token::KeyEntry keyEntry() {
    token::KeyEntry entry;
    entry.ref = {"c\xff", token::KeyUsage::encrypt};
    entry.publicKey = rsaKey();
    entry.certificate = Bytes(1000, 0x30);
    entry.decrypt = token::DecryptMeans::session;
    entry.alwaysAuthenticate = true;
    return entry;
}

token::PromptContext context() {
    return {"zh-CN", "https://a.example", "operation.login", "CN=某某", 60, "登录", "111111"};
}

template <class... Commands>
std::vector<Command> listOf(Commands&&... commands) {
    std::vector<Command> all;
    (all.emplace_back(std::forward<Commands>(commands)), ...);
    return all;
}

std::vector<Command> everyCommand() {
    const token::KeyRef key{"c1", token::KeyUsage::encrypt};
    return listOf(
        Cancel{}, token::ListTokens{}, token::DescribeToken{"t"}, token::ListKeys{"t"}, token::Logout{"t"},
        token::Sign{"t", key, token::DigestAlgorithm::sha384, Bytes(48, 1), Bytes{1, 2}},
        token::Sign{"t", key, token::DigestAlgorithm::sm3, Bytes(32, 1), std::nullopt, 3},
        token::GenerateKeyPair{"t", "c", token::KeyAlgorithm::p256},
        token::ImportKeyPair{"t", "c", token::EnvelopedSm2Key{0x401, Bytes(64, 1), Bytes(65, 4), cipher()}},
        token::ImportKeyPair{"t", "c",
                             token::WrappedKeyPair{token::KeyAlgorithm::rsa2048, 0x1001, Bytes(16, 1),
                                                   Bytes(256, 2), Bytes(1200, 3), rsaKey()}},
        token::WriteCertificate{"t", key, Bytes(1500, 0x30)}, token::DeleteContainer{"t", "c"},
        token::Decrypt{"t", key, cipher()}, token::Decrypt{"t", key, Bytes(256, 5)},
        token::Decrypt{"t", key,
                       token::OaepCipher{Bytes(256, 5), token::KeyDigest::sha256, token::KeyDigest::sha512,
                                         Bytes(3, 1)}},
        token::Decrypt{"t", key, token::BareRsaCipher{Bytes(512, 5)}},
        token::Decrypt{"t", key, token::KeyAgreement{Bytes(97, 4)}},
        token::OpenSession{"t", key, cipher(), 0x402, Bytes(16, 6)},
        token::OpenSession{"t", key, Bytes(256, 7), 0x402, {}},
        token::SessionDecrypt{"t", "s", Bytes(65536, 8)}, token::CloseSession{"t", "s"},
        token::Random{"t", 1024}, token::UnlockChallenge{"t"}, token::UnlockResponse{"t", Bytes(100, 9)},
        token::VerifyPin{"t", context(), true}, token::ChangePin{"t", context()},
        token::UnlockPin{"t", context()}, token::UnlockPinWith{"t", context(), Secret::copyOf("so-pin-1")});
}

std::vector<HostMessage> everyHostMessage() {
    Error error(ErrorCode::pinIncorrect, "SKF_VerifyPIN: 0x0A000024");
    error.withTriesLeft(3U).withDriverCode(0x0A000024).withAdministratorPin();
    return {Reply{1, Result(token::Nothing{})},
            Reply{2, Result(tokenInfo())},
            Reply{3, Result(std::vector{keyEntry(), token::KeyEntry{}})},
            Reply{4, Result(Bytes(64, 1))},
            Reply{5, Result(rsaKey())},
            Reply{6, Result(std::string("session \xff"))},
            Reply{std::uint64_t(-1), Result(std::vector{tokenInfo()})},
            Reply{8, error},
            Ready{},
            Failed{{ErrorCode::driverMissing, "no file"}},
            NoEvents{},
            Changed{{tokenInfo(), token::TokenInfo{}}},
            Updated{tokenInfo()},
            Prompt{9, Dialog::open},
            Prompt{9, Dialog::onToken},
            Prompt{9, Dialog::closed},
            Prompt{9, Dialog::over},
            Prompt{9, Dialog::overlooked},
            PinChanged{10}};
}

// What decodes and encodes to the same octets lost nothing on the way: every field is in the octets.
TEST(PipeMessages, everyCommand_decodesToWhatWasSent) {
    std::uint64_t id = 0;
    for (const Command& command : everyCommand()) {
        Bytes frame;
        encode(frame, ++id, command);
        const Request request = decodeRequest(payload(frame));
        EXPECT_EQ(request.id, id);
        EXPECT_EQ(request.command.index(), command.index());
        Bytes again;
        encode(again, request);
        EXPECT_EQ(frame, again) << command.index();
    }
}

TEST(PipeMessages, signRequest_keepsItsFields) {
    Bytes frame;
    encode(frame, 7,
           token::Sign{
               "t\xff", {"c", token::KeyUsage::sign}, token::DigestAlgorithm::sm3, {1, 2}, Bytes{3}, 15});
    const auto sign = std::get<token::Sign>(decodeRequest(payload(frame)).command);
    EXPECT_EQ(sign.token, "t\xff");
    EXPECT_EQ(sign.key, (token::KeyRef{"c", token::KeyUsage::sign}));
    EXPECT_EQ(sign.digestAlgorithm, token::DigestAlgorithm::sm3);
    EXPECT_EQ(sign.digest, (Bytes{1, 2}));
    EXPECT_EQ(sign.message, Bytes{3});
    EXPECT_EQ(sign.attempt, 15U);
}

TEST(PipeMessages, everyHostMessage_decodesToWhatWasSent) {
    for (const HostMessage& message : everyHostMessage()) {
        Bytes frame;
        encode(frame, message);
        const HostMessage decoded = decodeHostMessage(payload(frame));
        EXPECT_EQ(decoded.index(), message.index());
        Bytes again;
        encode(again, decoded);
        EXPECT_EQ(frame, again) << message.index();
    }
}

TEST(PipeMessages, resultsAndErrors_keepTheirFields) {
    Bytes frame;
    encode(frame, HostMessage(Reply{2, Result(tokenInfo())}));
    const auto reply = std::get<Reply>(decodeHostMessage(payload(frame)));
    EXPECT_EQ(std::get<token::TokenInfo>(std::get<Result>(reply.outcome)), tokenInfo());

    encode(frame, everyHostMessage()[7]);
    const auto failed = std::get<Error>(std::get<Reply>(decodeHostMessage(payload(frame))).outcome);
    EXPECT_EQ(failed.code(), ErrorCode::pinIncorrect);
    EXPECT_EQ(failed.triesLeft(), 3U);
    EXPECT_EQ(failed.driverCode(), 0x0A000024U);
    EXPECT_STREQ(failed.what(), "SKF_VerifyPIN: 0x0A000024");
}

TEST(PipeMessages, textThatIsNotUtf8OrTooLong_isMendedForSending) {
    token::TokenInfo info = tokenInfo();
    info.label = "\xb0\xa1";
    info.model = std::string(100000, 'x');
    Bytes frame;
    encode(frame, HostMessage(Updated{info}));
    const auto updated = std::get<Updated>(decodeHostMessage(payload(frame)));
    EXPECT_EQ(updated.token.label, "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_LE(updated.token.model.size(), 4096U);
}

TEST(PipeMessages, listsAndOctetsBeyondTheLimits_areNotSent) {
    Bytes frame;
    EXPECT_THROW(encode(frame, HostMessage(Changed{std::vector<token::TokenInfo>(300)})), Error);
    EXPECT_THROW(encode(frame, HostMessage(Reply{1, Result(Bytes((std::size_t{16} << 20) + 1))})), Error);
    EXPECT_THROW(encode(frame, 1, token::WriteCertificate{"t", {}, Bytes(70000)}), Error);
    token::OaepCipher oaep;
    oaep.label.resize(5000);
    EXPECT_THROW(encode(frame, 1, token::Decrypt{"t", {}, oaep}), Error);
    EXPECT_THROW(encode(frame, 1, token::Decrypt{"t", {}, token::BareRsaCipher{Bytes(5000)}}), Error);
    EXPECT_THROW(encode(frame, 1, token::Decrypt{"t", {}, token::KeyAgreement{Bytes(5000)}}), Error);
}

// {"id": 1, "op": "logout", "args": {"token": h'74'}} and what a broken daemon could make of it.
constexpr const char* kLogout = "a362696401626f70666c6f676f75746461726773a165746f6b656e4174";

ErrorCode refusalOf(std::string_view hex) {
    try {
        (void)decodeRequest(fromHex(hex).value());
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

TEST(PipeMessages, requestOctets_areThoseOfTheFormat) {
    Bytes frame;
    encode(frame, 1, token::Logout{"t"});
    EXPECT_EQ(toHex(frame), std::string("0000001d") + kLogout);
}

TEST(PipeMessages, malformedRequests_areRefused_S45) {
    EXPECT_EQ(std::get<token::Logout>(decodeRequest(fromHex(kLogout).value()).command).token, "t");
    const char* const malformed[] = {
        "",
        "00",
        "a0",
        "a162696401",
        "a362696401626f70666c6f676f75746461726773a165746f6b656e4174ff",      // octets behind
        "a462696401626f70666c6f676f75746461726773a165746f6b656e41746178f5",  // unknown key
        "a362696401626f70666c6f676f75746461726773a265746f6b656e41746178f5",  // unknown key inside
        "a26269640162"
        "6f70666c6f676f7574",                                          // args missing
        "a3626964016461726773a165746f6b656e4174626f70666c6f676f7574",  // other order
        "a3626964016270706"
        "66c6f676f75746461726773a165746f6b656e4174",  // wrong key
        "a362696401626f706665786365637574"
        "6461726773a165746f6b656e4174",  // unknown operation
        "a3626964206"
        "26f70666c6f676f75746461726773a165746f6b656e4174",             // negative id
        "a362696401626f70666c6f676f75746461726773a165746f6b656e6174",  // text for octets
    };
    for (const char* hex : malformed) {
        ASSERT_TRUE(fromHex(hex)) << hex;
        EXPECT_EQ(refusalOf(hex), ErrorCode::driverError) << hex;
    }
}

TEST(PipeMessages, pinInARequest_isRefused_S10) {
    Bytes frame;
    encode(frame, 1, token::VerifyPin{"t", context()});
    Bytes message(payload(frame).begin(), payload(frame).end());
    // args is the last map, of three entries; make it four and append "pin": "123456".
    const Bytes args = fromHex("6461726773a3").value();
    const auto at = std::search(message.begin(), message.end(), args.begin(), args.end());
    ASSERT_NE(at, message.end());
    *(at + static_cast<std::ptrdiff_t>(args.size()) - 1) = 0xa4;
    CborWriter writer(message);
    writer.text("pin");
    writer.text("123456");
    EXPECT_THROW((void)decodeRequest(message), Error);
}

TEST(PipeMessages, commandWithASecret_isKnownAsSuchAndWiped_S21) {
    for (Command& command : everyCommand()) {
        EXPECT_EQ(carriesSecret(command), std::holds_alternative<token::UnlockPinWith>(command));
        wipeSecret(command);
        if (const auto* unlock = std::get_if<token::UnlockPinWith>(&command)) {
            EXPECT_TRUE(unlock->administratorPin.empty());
            EXPECT_EQ(unlock->token, "t");
        }
    }
}

TEST(PipeMessages, frameWithASecret_isWrittenWithoutMoving_S21) {
    const Command command =
        token::UnlockPinWith{std::string(1024, 't'), context(), Secret::copyOf(std::string(255, '9'))};
    Bytes frame;
    encode(frame, 1, command);
    const std::size_t room = frame.capacity();
    EXPECT_GE(room, frame.size() + 4 * 4096) << "whatever the dialog's texts are, nothing has to move";
}

TEST(PipeMessages, mutatedMessages_areDecodedOrRefusedButNothingElse_S32) {
    std::vector<Bytes> seeds;
    for (const Command& command : everyCommand()) encode(seeds.emplace_back(), 1, command);
    for (const HostMessage& message : everyHostMessage()) encode(seeds.emplace_back(), message);
    std::mt19937 random(20260101);
    std::size_t refused = 0;
    std::size_t taken = 0;
    for (int round = 0; round < 200; ++round) {
        for (const Bytes& seed : seeds) {
            Bytes message(payload(seed).begin(), payload(seed).end());
            if (message.size() > 4096) continue;
            for (std::size_t i = 0, n = 1 + random() % 3; i < n; ++i) {
                message[random() % message.size()] = static_cast<std::uint8_t>(random());
            }
            if (random() % 4 == 0) message.resize(random() % message.size());
            const auto tried = [&](auto decode) {
                try {
                    (void)decode(ByteView(message));
                    ++taken;
                } catch (const Error& error) {
                    EXPECT_EQ(error.code(), ErrorCode::driverError);
                    ++refused;
                }
            };
            tried([](ByteView m) { return decodeRequest(m); });
            tried([](ByteView m) { return decodeHostMessage(m); });
        }
    }
    EXPECT_GT(refused, 0U);
    EXPECT_GT(taken, 0U);
}

TEST(PipeMessages, deepNesting_costsNoStack_S31) {
    // A million arrays in each other, where a result is expected.
    Bytes message = fromHex(
                        "a2626964016672657375"
                        "6c74")
                        .value();
    message.insert(message.end(), 1'000'000, 0x81);
    EXPECT_THROW((void)decodeHostMessage(message), Error);
}

}  // namespace
}  // namespace ukey::pipe
