#include <cstring>

#include "skf_client.hpp"
#include "witness.hpp"

namespace ukey::softtoken {
namespace {

// DigestInfo of SHA-256.
const char* const kDigestInfo = "3031300d060960864801650304020105000420";

class RsaTest : public ConnectedTest {
  protected:
    void SetUp() override {
        ConnectedTest::SetUp();
        logIn(application);
        container = createContainer(application, "r");
        ASSERT_SAR(SAR_OK, skf().GenRSAKeyPair(container, 2048, &key));
    }
    Octets sign(Octets data) const {
        return twoCalls([&](BYTE* out, ULONG* size) {
            return skf().RSASignData(container, data.data(), static_cast<ULONG>(data.size()), out, size);
        });
    }
    // The way of a key centre: the pair under a symmetric key, that under the signing key.
    ULONG importPair(const Octets& pkcs1, const Octets& symmetric) {
        Octets padded = pkcs1;
        const std::size_t fill = 16 - padded.size() % 16;
        padded.insert(padded.end(), fill, static_cast<BYTE>(fill));
        Octets encrypted = witness::sm4Ecb(symmetric, padded);
        Octets wrapped = witness::encryptRsa(key, symmetric);
        return skf().ImportRSAKeyPair(container, SGD_SM4_ECB, wrapped.data(),
                                      static_cast<ULONG>(wrapped.size()), encrypted.data(),
                                      static_cast<ULONG>(encrypted.size()));
    }

    HCONTAINER container = nullptr;
    RSAPUBLICKEYBLOB key{};
};

TEST_F(RsaTest, signature_verifiesElsewhere) {
    const Octets message = octets("login 2024");
    Octets info = fromHexText(kDigestInfo);
    const Octets hash = witness::hash("SHA-256", message);
    info.insert(info.end(), hash.begin(), hash.end());
    Octets signature = sign(info);
    EXPECT_EQ(256U, signature.size());
    EXPECT_TRUE(witness::verifyRsa(key, "EMSA3(SHA-256)", message, signature));
    EXPECT_SAR(SAR_OK, skf().RSAVerify(device, &key, info.data(), static_cast<ULONG>(info.size()),
                                       signature.data(), 256));
    signature[9] ^= 1;
    EXPECT_SAR(SAR_HASHNOTEQUALERR, skf().RSAVerify(device, &key, info.data(),
                                                    static_cast<ULONG>(info.size()), signature.data(), 256));
    EXPECT_SAR(SAR_INDATALENERR, skf().RSAVerify(device, &key, info.data(), static_cast<ULONG>(info.size()),
                                                 signature.data(), 255));
}

TEST_F(RsaTest, signing_takesWhatFits) {
    EXPECT_EQ(256U, sign(Octets(245, 1)).size());
    Octets data(246, 1);
    Octets out(256);
    ULONG size = 256;
    EXPECT_SAR(SAR_INDATALENERR, skf().RSASignData(container, data.data(), 246, out.data(), &size));
    size = 255;
    EXPECT_SAR(SAR_BUFFER_TOO_SMALL, skf().RSASignData(container, data.data(), 20, out.data(), &size));
    EXPECT_EQ(256U, size);
    EXPECT_SAR(SAR_INDATALENERR, skf().RSASignData(container, data.data(), 0, out.data(), &size));
    skf().ClearSecureState(application);
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().RSASignData(container, data.data(), 20, out.data(), &size));
}

TEST_F(RsaTest, container_isOfOneKind) {
    ULONG type = 0;
    EXPECT_SAR(SAR_OK, skf().GetContainerType(container, &type));
    EXPECT_EQ(SKF_CONTAINER_RSA, type);
    Octets hash(32, 1);
    ECCSIGNATUREBLOB signature{};
    EXPECT_SAR(SAR_KEYINFOTYPEERR, skf().ECCSignData(container, hash.data(), 32, &signature));
    EXPECT_SAR(SAR_RSAMODULUSLENERR, skf().GenRSAKeyPair(container, 1024, &key));
    ASSERT_SAR(SAR_OK, importPair(witness::newRsaPair().pkcs1, octets("0123456789abcdef")));
    ECCPUBLICKEYBLOB sm2{};
    EXPECT_SAR(SAR_KEYINFOTYPEERR, skf().GenECCKeyPair(container, SGD_SM2_1, &sm2));
}

TEST_F(RsaTest, encryptionPairImported_opensWhatIsSealedForIt) {
    const witness::RsaPair pair = witness::newRsaPair();
    ASSERT_SAR(SAR_OK, importPair(pair.pkcs1, octets("0123456789abcdef")));
    const Octets blob = twoCalls(
        [this](BYTE* out, ULONG* size) { return skf().ExportPublicKey(container, FALSE, out, size); });
    RSAPUBLICKEYBLOB encryption{};
    ASSERT_EQ(sizeof encryption, blob.size());
    std::memcpy(&encryption, blob.data(), blob.size());
    EXPECT_EQ(pair.modulus, Octets(encryption.Modulus, encryption.Modulus + 256));
    EXPECT_EQ(fromHexText("00010001"), Octets(encryption.PublicExponent, encryption.PublicExponent + 4));

    Octets sealed = witness::encryptRsa(encryption, octets("content key 1234"));
    const Octets plain = twoCalls([&](BYTE* out, ULONG* size) {
        return skf().RSAPrvKeyDecrypt(container, sealed.data(), 256, out, size);
    });
    EXPECT_EQ(octets("content key 1234"), plain);
    HANDLE session = nullptr;
    EXPECT_SAR(SAR_OK, skf().ImportSessionKey(container, SGD_SM4_CBC, sealed.data(), 256, &session));
    sealed[4] ^= 1;
    EXPECT_NE(SAR_OK, skf().ImportSessionKey(container, SGD_SM4_CBC, sealed.data(), 256, &session));
}

TEST_F(RsaTest, pairThatIsNone_changesNothing) {
    const Octets symmetric = octets("0123456789abcdef");
    Octets pkcs1 = witness::newRsaPair().pkcs1;
    Octets cut(pkcs1.begin(), pkcs1.begin() + 100);
    EXPECT_SAR(SAR_INDATAERR, importPair(cut, symmetric));
    // One prime is not what it was.
    pkcs1[pkcs1.size() / 2 + 100] ^= 4;
    EXPECT_NE(SAR_OK, importPair(pkcs1, symmetric));
    Octets octet(16);
    EXPECT_SAR(SAR_NOTSUPPORTYETERR,
               skf().ImportRSAKeyPair(container, SGD_SM1_ECB, octet.data(), 16, octet.data(), 16));
    EXPECT_SAR(SAR_INDATALENERR,
               skf().ImportRSAKeyPair(container, SGD_SM4_ECB, octet.data(), 16, octet.data(), 16));
    ULONG size = 0;
    EXPECT_SAR(SAR_KEYNOTFOUNTERR, skf().ExportPublicKey(container, FALSE, nullptr, &size));
}

TEST_F(RsaTest, externalKey_bothWays) {
    RSAPRIVATEKEYBLOB secret{};
    EXPECT_SAR(SAR_RSAMODULUSLENERR, skf().GenExtRSAKey(device, 512, &secret));
    ASSERT_SAR(SAR_OK, skf().GenExtRSAKey(device, 2048, &secret));
    RSAPUBLICKEYBLOB open{};
    open.BitLen = secret.BitLen;
    std::memcpy(open.Modulus, secret.Modulus, sizeof open.Modulus);
    std::memcpy(open.PublicExponent, secret.PublicExponent, sizeof open.PublicExponent);
    Octets block(256, 0x11);
    block[0] = 0;
    Octets sealed = twoCalls([&](BYTE* out, ULONG* size) {
        return skf().ExtRSAPubKeyOperation(device, &open, block.data(), 256, out, size);
    });
    const Octets opened = twoCalls([&](BYTE* out, ULONG* size) {
        return skf().ExtRSAPriKeyOperation(device, &secret, sealed.data(), 256, out, size);
    });
    EXPECT_EQ(block, opened);
    ULONG size = 256;
    EXPECT_SAR(SAR_INDATALENERR,
               skf().ExtRSAPubKeyOperation(device, &open, block.data(), 255, sealed.data(), &size));
    open.BitLen = 4096;
    EXPECT_SAR(SAR_RSAMODULUSLENERR,
               skf().ExtRSAPubKeyOperation(device, &open, block.data(), 256, sealed.data(), &size));
    const RSAPRIVATEKEYBLOB zeros{.AlgID = 0,
                                  .BitLen = 2048,
                                  .Modulus = {},
                                  .PublicExponent = {},
                                  .PrivateExponent = {},
                                  .Prime1 = {},
                                  .Prime2 = {},
                                  .Prime1Exponent = {},
                                  .Prime2Exponent = {},
                                  .Coefficient = {}};
    secret = zeros;
    EXPECT_SAR(SAR_INDATAERR,
               skf().ExtRSAPriKeyOperation(device, &secret, block.data(), 256, sealed.data(), &size));
}

TEST_F(RsaTest, sessionKeyExported_comesBack) {
    ASSERT_SAR(SAR_OK, importPair(witness::newRsaPair().pkcs1, octets("0123456789abcdef")));
    RSAPUBLICKEYBLOB recipient{};
    ULONG size = sizeof recipient;
    ASSERT_SAR(SAR_OK, skf().ExportPublicKey(container, FALSE, reinterpret_cast<BYTE*>(&recipient), &size));
    HANDLE exported = nullptr;
    Octets wrapped(256);
    size = 0;
    EXPECT_SAR(SAR_OK,
               skf().RSAExportSessionKey(container, SGD_SM4_ECB, &recipient, nullptr, &size, &exported));
    EXPECT_EQ(nullptr, exported);
    ASSERT_SAR(SAR_OK, skf().RSAExportSessionKey(container, SGD_SM4_ECB, &recipient, wrapped.data(), &size,
                                                 &exported));
    HANDLE imported = nullptr;
    ASSERT_SAR(SAR_OK, skf().ImportSessionKey(container, SGD_SM4_ECB, wrapped.data(), size, &imported));
    Octets block(16, 4);
    Octets sealed(16);
    Octets opened(16);
    size = 16;
    skf().EncryptInit(exported, BLOCKCIPHERPARAM{});
    skf().DecryptInit(imported, BLOCKCIPHERPARAM{});
    ASSERT_SAR(SAR_OK, skf().Encrypt(exported, block.data(), 16, sealed.data(), &size));
    ASSERT_SAR(SAR_OK, skf().Decrypt(imported, sealed.data(), 16, opened.data(), &size));
    EXPECT_EQ(block, opened);
}

}  // namespace
}  // namespace ukey::softtoken
