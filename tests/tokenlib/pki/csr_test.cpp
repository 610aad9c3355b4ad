#include "tokenlib/pki/csr.hpp"

#include <botan/ber_dec.h>
#include <botan/data_src.h>
#include <botan/pkcs10.h>
#include <botan/pkix_types.h>
#include <botan/pubkey.h>
#include <botan/sm2.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "test_ca.hpp"
#include "test_ra.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::pki {
namespace {

using test::TestKey;
using token::KeyAlgorithm;

const std::vector<NameAttribute> kSubject{
    {"C", "CN"}, {"ST", "浙江省"}, {"O", "测试单位"}, {"2.5.4.5", "91330100MA27X"}, {"CN", "张三"}};

/// Standard output and error of a command, which has to succeed.
std::string outputOf(const std::string& command) {
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string text;
    char buffer[4096];
    for (std::size_t count; (count = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
        text.append(buffer, count);
    }
    EXPECT_EQ(::pclose(pipe), 0) << command << "\n" << text;
    return text;
}

/// Botan 2 checks every request itself while it reads it, but knows SM2 only as a bare algorithm: there the
/// signature is handed to it in pieces.
void expectBotanAccepts(const Bytes& der, const UnsignedRequest& request) {
    if (request.key.algorithm != KeyAlgorithm::sm2) {
        Botan::DataSource_Memory source(der.data(), der.size());
        const Botan::PKCS10_Request botan(source);
        EXPECT_EQ(botan.subject_dn().get_first_attribute("X520.CommonName"), "张三");
        return;
    }
    std::vector<std::uint8_t> info;
    Botan::AlgorithmIdentifier algorithm;
    std::vector<std::uint8_t> signature;
    Botan::BER_Decoder(der.data(), der.size())
        .start_cons(Botan::SEQUENCE)
        .start_cons(Botan::SEQUENCE)
        .raw_bytes(info)
        .end_cons()
        .decode(algorithm)
        .decode(signature, Botan::BIT_STRING)
        .end_cons();
    EXPECT_EQ(algorithm.get_oid().to_string(), "1.2.156.10197.1.501");
    const ByteView point(request.key.point);
    const Botan::EC_Group group("sm2p256v1");
    const Botan::SM2_PublicKey key(group, group.OS2ECP(point.data(), point.size()));
    Botan::PK_Verifier verifier(key, "1234567812345678,SM3", Botan::DER_SEQUENCE);
    EXPECT_TRUE(verifier.verify_message(request.info.data(), request.info.size(), signature.data(),
                                        signature.size()));
    EXPECT_TRUE(
        std::equal(info.begin(), info.end(), request.info.end() - static_cast<std::ptrdiff_t>(info.size())));
}

class RequestOfEachKey : public testing::TestWithParam<KeyAlgorithm> {
  protected:
    void SetUp() override {
        file_ =
            std::filesystem::path(testing::TempDir()) / ("ukey-csr-" + std::to_string(::getpid()) + ".pem");
    }
    void TearDown() override { std::filesystem::remove(file_); }

    std::filesystem::path file_;
};

TEST_P(RequestOfEachKey, signedByTheToken_checksOutWithOpenSslAndBotan_S26) {
    const TestKey& key = TestKey::shared(GetParam());
    const UnsignedRequest request = beginRequest(key.publicKey(), {kSubject, {}});
    const Bytes der = completeRequest(request, key.sign(request.digestAlgorithm, request.digest));
    std::ofstream(file_) << requestPem(der);
    const std::string distid = GetParam() == KeyAlgorithm::sm2 ? " -vfyopt distid:1234567812345678" : "";
    const std::string text = outputOf("openssl req -verify -noout -subject -nameopt RFC2253,-esc_msb -in '" +
                                      file_.string() + "'" + distid);
    EXPECT_NE(text.find("verify OK"), std::string::npos) << text;
    EXPECT_NE(text.find("CN=张三,serialNumber=91330100MA27X,O=测试单位,ST=浙江省,C=CN"), std::string::npos)
        << text;

    expectBotanAccepts(der, request);
}

INSTANTIATE_TEST_SUITE_P(Keys, RequestOfEachKey,
                         testing::Values(KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::rsa3072,
                                         KeyAlgorithm::p256, KeyAlgorithm::p384),
                         [](const auto& test) { return std::string(token::toString(test.param)); });

TEST(Request, signatureOfAnotherKeyOrMessage_doesNotGoOut_S26) {
    const TestKey key = TestKey::generate(KeyAlgorithm::sm2);
    const UnsignedRequest request = beginRequest(key.publicKey(), {kSubject, {}});
    const auto codeOf = [&](const Bytes& raw) {
        try {
            completeRequest(request, raw);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    EXPECT_EQ(codeOf(TestKey::generate(KeyAlgorithm::sm2).sign(request.digestAlgorithm, request.digest)),
              ErrorCode::driverError);
    EXPECT_EQ(codeOf(key.sign(request.digestAlgorithm, Bytes(32, 1))), ErrorCode::driverError);
    EXPECT_EQ(codeOf({}), ErrorCode::driverError);
    EXPECT_EQ(codeOf(Bytes(64, 0)), ErrorCode::driverError);
}

TEST(Request, keyThatIsNone_isRefused) {
    token::PublicKey key;
    key.point = Bytes(65, 4);
    EXPECT_THROW(beginRequest(key, {kSubject, {}}), Error);
}

TEST(Request, withoutASubject_hasAnEmptyName) {
    const TestKey key = TestKey::generate(KeyAlgorithm::p256);
    const Bytes info = beginRequest(key.publicKey(), {}).info;
    // SEQUENCE { INTEGER 0, SEQUENCE {}, … }, attributes [0] present and empty at the end.
    EXPECT_EQ(toHex(ByteView(info).subspan(2, 5)), "0201003000");
    EXPECT_EQ(toHex(ByteView(info).last(2)), "a000");
}

TEST(Request, cfcasAttributes_areLaidOutAsItsInterfaceSays) {
    const TestKey key = TestKey::generate(KeyAlgorithm::sm2);
    const TestKey temporary = TestKey::generate(KeyAlgorithm::sm2);
    const UnsignedRequest request = beginRequest(key.publicKey(), {kSubject, temporary.publicKey()});
    const std::string point = toHex(temporary.publicKey().point).substr(2);
    const std::string zeros(64, '0');
    const std::string expected =
        "06092a864886f70d0109071306313131313131"                // challengePassword "111111"
        "30819f06092a864886f70d01093f04819130818e020101048188"  // 1.2.840.113549.1.9.63
        "00b4000000010000" +
        point.substr(0, 64) + zeros + point.substr(64) + zeros;
    EXPECT_NE(toHex(request.info).find(expected), std::string::npos) << toHex(request.info);
    const Bytes der = completeRequest(request, key.sign(request.digestAlgorithm, request.digest));
    EXPECT_GT(der.size(), request.info.size());
    EXPECT_THROW(beginRequest(key.publicKey(), {kSubject, TestKey::generate(KeyAlgorithm::p256).publicKey()}),
                 Error);
}

TEST(Name, attributesThatNoCaWouldTake_areRefused) {
    const auto name = [](const char* type, const std::string& value) { return toNameDer({{type, value}}); };
    EXPECT_EQ(toHex(name("C", "CN")), "300d310b300906035504061302434e");
    EXPECT_EQ(toHex(name("CN", "a")), "300c310a300806035504030c0161");
    EXPECT_EQ(toHex(name("E", "a@b")), "30143112301006092a864886f70d0109011603614062");
    EXPECT_NO_THROW(name("O", [] {
        std::string text;
        for (int i = 0; i < 64; ++i) text += "浙";
        return text;
    }()));
    for (const auto& [type, value] : std::vector<std::pair<const char*, std::string>>{
             {"C", "CHN"},
             {"C", "中"},
             {"CN", ""},
             {"CN", std::string(65, 'a')},
             {"CN", "a\nb"},
             {"CN", "a\u202Eb"},
             {"CN", "\xFF"},
             {"CN", std::string("a\0b", 3)},
             {"E", "张@b"},
             {"serialNumber", "a*b"},
             {"XYZ", "a"},
             {"", "a"},
             {"1", "a"},
             {"1.40.1", "a"},
             {"3.1.1", "a"},
             {"1.2..3", "a"},
             {"1.2.3.", "a"},
             {"1.2.12345678901234567890", "a"},
         }) {
        EXPECT_THROW(name(type, value), Error) << type << " " << value;
    }
    EXPECT_NO_THROW(name("1.2.156.10260.4.1.1", "x"));
    EXPECT_NO_THROW(name("2.100.3", "x"));
}

}  // namespace
}  // namespace ukey::pki
