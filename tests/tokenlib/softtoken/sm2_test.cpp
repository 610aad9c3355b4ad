#include <cstring>
#include <set>

#include "skf_client.hpp"
#include "witness.hpp"

namespace ukey::softtoken {
namespace {

constexpr const char* kId = "1234567812345678";
const char* const kScalar = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";

class Sm2Test : public Sm2ContainerTest {
  protected:
    // e = SM3(Z || M), by the token itself.
    Octets digest(const ECCPUBLICKEYBLOB& key, const std::string& message) const {
        ECCPUBLICKEYBLOB copy = key;
        Octets id = octets(kId);
        Octets data = octets(message);
        HANDLE hash = nullptr;
        EXPECT_SAR(SAR_OK, skf().DigestInit(device, SGD_SM3, &copy, id.data(), 16, &hash));
        const Octets result = twoCalls([&](BYTE* out, ULONG* size) {
            return skf().Digest(hash, data.data(), static_cast<ULONG>(data.size()), out, size);
        });
        EXPECT_SAR(SAR_OK, skf().CloseHandle(hash));
        return result;
    }
};

TEST_F(Sm2Test, signature_verifiesElsewhere) {
    Octets hash = digest(signingKey, "bid 42: 1,000,000");
    for (int i = 0; i < 20; ++i) {
        ECCSIGNATUREBLOB signature{};
        ASSERT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
        EXPECT_TRUE(witness::verifySm2(signingKey, octets("bid 42: 1,000,000"), kId, signature));
        EXPECT_FALSE(witness::verifySm2(signingKey, octets("bid 42: 1,000,001"), kId, signature));
        EXPECT_SAR(SAR_OK, skf().ECCVerify(device, &signingKey, hash.data(), 32, &signature));
    }
}

TEST_F(Sm2Test, signaturesMadeElsewhere_verify) {
    const Octets d = fromHexText(kScalar);
    ECCPUBLICKEYBLOB key = witness::sm2PublicKey(d);
    ECCSIGNATUREBLOB signature = witness::signSm2(d, octets("message"), kId);
    Octets hash = digest(key, "message");
    EXPECT_SAR(SAR_OK, skf().ExtECCVerify(device, &key, hash.data(), 32, &signature));
    signature.s[63] ^= 1;
    EXPECT_SAR(SAR_HASHNOTEQUALERR, skf().ExtECCVerify(device, &key, hash.data(), 32, &signature));
    const ECCSIGNATUREBLOB zeros{};
    signature = zeros;
    EXPECT_SAR(SAR_HASHNOTEQUALERR, skf().ExtECCVerify(device, &key, hash.data(), 32, &signature));
    std::memset(&signature, 0xFF, sizeof signature);
    EXPECT_SAR(SAR_INDATAERR, skf().ExtECCVerify(device, &key, hash.data(), 32, &signature));
}

TEST_F(Sm2Test, signed_neverTheSameTwice) {
    Octets hash(32, 1);
    std::set<std::string> seen;
    for (int i = 0; i < 8; ++i) {
        ECCSIGNATUREBLOB signature{};
        ASSERT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
        seen.insert(hexText({signature.r, signature.r + 64}));
    }
    EXPECT_EQ(8U, seen.size());
}

TEST_F(Sm2Test, signing_checksLengthLoginAndKey) {
    Octets hash(33, 1);
    ECCSIGNATUREBLOB signature{};
    EXPECT_SAR(SAR_INDATALENERR, skf().ECCSignData(container, hash.data(), 31, &signature));
    EXPECT_SAR(SAR_INDATALENERR, skf().ECCSignData(container, hash.data(), 33, &signature));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().ECCSignData(container, nullptr, 32, &signature));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().ECCSignData(container, hash.data(), 32, nullptr));
    const HCONTAINER empty = createContainer(application, "empty");
    EXPECT_SAR(SAR_KEYNOTFOUNTERR, skf().ECCSignData(empty, hash.data(), 32, &signature));
    skf().ClearSecureState(application);
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().ECCSignData(container, hash.data(), 32, &signature));
}

TEST_F(Sm2Test, generated_onlyBySm2Signing) {
    ECCPUBLICKEYBLOB key{};
    EXPECT_SAR(SAR_NOTSUPPORTYETERR, skf().GenECCKeyPair(container, SGD_SM2_3, &key));
    EXPECT_SAR(SAR_NOTSUPPORTYETERR, skf().GenECCKeyPair(container, SGD_RSA, &key));
    EXPECT_EQ(256U, ULONG{signingKey.BitLen});
    EXPECT_EQ(Octets(32), Octets(signingKey.XCoordinate, signingKey.XCoordinate + 32));
}

TEST_F(Sm2Test, externalKey_signsAndDecrypts) {
    const Octets d = fromHexText(kScalar);
    ECCPRIVATEKEYBLOB secret = witness::sm2PrivateKey(d);
    ECCPUBLICKEYBLOB key = witness::sm2PublicKey(d);
    Octets hash = digest(key, "external");
    ECCSIGNATUREBLOB signature{};
    ASSERT_SAR(SAR_OK, skf().ExtECCSign(device, &secret, hash.data(), 32, &signature));
    EXPECT_TRUE(witness::verifySm2(key, octets("external"), kId, signature));

    witness::CipherBlob cipher = witness::encryptSm2(key, octets("sealed by a witness"));
    const Octets plain = twoCalls([&](BYTE* out, ULONG* size) {
        return skf().ExtECCDecrypt(device, &secret, cipher.get(), out, size);
    });
    EXPECT_EQ(octets("sealed by a witness"), plain);
}

TEST_F(Sm2Test, encrypted_opensElsewhere) {
    const Octets d = fromHexText(kScalar);
    ECCPUBLICKEYBLOB key = witness::sm2PublicKey(d);
    for (const std::size_t size : {std::size_t{1}, std::size_t{16}, std::size_t{33}, std::size_t{1024}}) {
        Octets plain(size, 0x42);
        witness::CipherBlob cipher(size);
        ASSERT_SAR(SAR_OK,
                   skf().ExtECCEncrypt(device, &key, plain.data(), static_cast<ULONG>(size), cipher.get()));
        EXPECT_EQ(size, ULONG{cipher.get()->CipherLen});
        EXPECT_EQ(plain, witness::decryptSm2(d, cipher.get()));
    }
    Octets plain(1025);
    witness::CipherBlob cipher(1025);
    EXPECT_SAR(SAR_INDATALENERR, skf().ExtECCEncrypt(device, &key, plain.data(), 1025, cipher.get()));
    EXPECT_SAR(SAR_INDATALENERR, skf().ExtECCEncrypt(device, &key, plain.data(), 0, cipher.get()));
}

TEST_F(Sm2Test, keysOffTheCurve_areRefused) {
    ECCPUBLICKEYBLOB key = witness::sm2PublicKey(fromHexText(kScalar));
    Octets plain(16);
    witness::CipherBlob cipher(16);
    key.YCoordinate[63] ^= 1;
    EXPECT_SAR(SAR_INDATAERR, skf().ExtECCEncrypt(device, &key, plain.data(), 16, cipher.get()));
    key.YCoordinate[63] ^= 1;
    key.XCoordinate[0] = 1;
    EXPECT_SAR(SAR_INDATAERR, skf().ExtECCEncrypt(device, &key, plain.data(), 16, cipher.get()));
    key.XCoordinate[0] = 0;
    key.BitLen = 512;
    EXPECT_SAR(SAR_INDATAERR, skf().ExtECCEncrypt(device, &key, plain.data(), 16, cipher.get()));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().ExtECCEncrypt(device, nullptr, plain.data(), 16, cipher.get()));
    ECCPRIVATEKEYBLOB zero{};
    zero.BitLen = 256;
    ECCSIGNATUREBLOB signature{};
    EXPECT_SAR(SAR_INDATAERR, skf().ExtECCSign(device, &zero, Octets(32).data(), 32, &signature));
}

TEST_F(Sm2Test, cipherTextAltered_isRefused) {
    const Octets d = fromHexText(kScalar);
    ECCPRIVATEKEYBLOB secret = witness::sm2PrivateKey(d);
    witness::CipherBlob cipher = witness::encryptSm2(witness::sm2PublicKey(d), octets("0123456789abcdef"));
    Octets plain(16);
    ULONG size = 16;
    cipher.get()->Cipher[0] ^= 1;
    EXPECT_SAR(SAR_INDATAERR, skf().ExtECCDecrypt(device, &secret, cipher.get(), plain.data(), &size));
    cipher.get()->Cipher[0] ^= 1;
    cipher.get()->CipherLen = 0xFFFFFFFF;
    EXPECT_SAR(SAR_INDATALENERR, skf().ExtECCDecrypt(device, &secret, cipher.get(), plain.data(), &size));
    cipher.get()->CipherLen = 0;
    EXPECT_SAR(SAR_INDATALENERR, skf().ExtECCDecrypt(device, &secret, cipher.get(), plain.data(), &size));
    cipher.get()->CipherLen = 16;
    size = 15;
    EXPECT_SAR(SAR_BUFFER_TOO_SMALL, skf().ExtECCDecrypt(device, &secret, cipher.get(), plain.data(), &size));
    EXPECT_EQ(16U, size);
}

TEST_F(Sm2Test, encryptionPairImported_opensWhatIsSealedForIt) {
    const Octets d = fromHexText(kScalar);
    ECCPUBLICKEYBLOB key = importEncryptionPair(d);
    const Octets exported = twoCalls(
        [this](BYTE* out, ULONG* size) { return skf().ExportPublicKey(container, FALSE, out, size); });
    EXPECT_EQ(0, std::memcmp(&key, exported.data(), exported.size()));

    witness::CipherBlob cipher = witness::encryptSm2(key, octets("content key 1234"));
    const Octets plain = twoCalls(
        [&](BYTE* out, ULONG* size) { return skf().ECCPrvKeyDecrypt(container, cipher.get(), out, size); });
    EXPECT_EQ(octets("content key 1234"), plain);

    // The signing pair is still the signing pair.
    Octets hash = digest(signingKey, "m");
    ECCSIGNATUREBLOB signature{};
    ASSERT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
    EXPECT_TRUE(witness::verifySm2(signingKey, octets("m"), kId, signature));
}

TEST_F(Sm2Test, encryptionPairImported_survivesTheNextLogin) {
    ECCPUBLICKEYBLOB key = importEncryptionPair(fromHexText(kScalar));
    skf().ClearSecureState(application);
    logIn(application);
    // Of one octet Botan would make a cipher without a mask in one case of 256, and that is refused.
    witness::CipherBlob cipher = witness::encryptSm2(key, octets("content key 1234"));
    Octets plain(16);
    ULONG size = 16;
    EXPECT_SAR(SAR_OK, skf().ECCPrvKeyDecrypt(container, cipher.get(), plain.data(), &size));
    EXPECT_EQ(octets("content key 1234"), plain);
}

TEST_F(Sm2Test, envelopeWithOnlyTheNumberEncrypted_isTaken) {
    // The zeros before the number stand unencrypted.
    witness::Envelope envelope = witness::envelope(signingKey, fromHexText(kScalar));
    std::memset(envelope.blob()->cbEncryptedPriKey, 0, 32);
    EXPECT_SAR(SAR_OK, skf().ImportECCKeyPair(container, envelope.blob()));
}

TEST_F(Sm2Test, envelopeThatIsNoPair_changesNothing) {
    const auto refused = [this](ULONG code, void (*spoil)(ENVELOPEDKEYBLOB&)) {
        witness::Envelope envelope = witness::envelope(signingKey, fromHexText(kScalar));
        spoil(*envelope.blob());
        EXPECT_SAR(code, skf().ImportECCKeyPair(container, envelope.blob()));
    };
    refused(SAR_INDATAERR, [](ENVELOPEDKEYBLOB& blob) { blob.Version = 2; });
    refused(SAR_NOTSUPPORTYETERR, [](ENVELOPEDKEYBLOB& blob) { blob.ulSymmAlgID = SGD_SM1_ECB; });
    refused(SAR_INDATAERR, [](ENVELOPEDKEYBLOB& blob) { blob.ulBits = 512; });
    refused(SAR_INDATAERR, [](ENVELOPEDKEYBLOB& blob) { blob.cbEncryptedPriKey[40] ^= 1; });
    refused(SAR_INDATAERR, [](ENVELOPEDKEYBLOB& blob) { blob.PubKey.XCoordinate[40] ^= 1; });
    refused(SAR_INDATAERR, [](ENVELOPEDKEYBLOB& blob) { blob.ECCCipherBlob.HASH[0] ^= 1; });
    refused(SAR_INDATALENERR, [](ENVELOPEDKEYBLOB& blob) { blob.ECCCipherBlob.CipherLen = 0; });
    refused(SAR_INDATAERR, [](ENVELOPEDKEYBLOB& blob) {
        // The number in the first half.
        std::memcpy(blob.cbEncryptedPriKey, blob.cbEncryptedPriKey + 32, 32);
        std::memset(blob.cbEncryptedPriKey + 32, 0, 32);
    });
    ULONG size = 0;
    EXPECT_SAR(SAR_KEYNOTFOUNTERR, skf().ExportPublicKey(container, FALSE, nullptr, &size));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().ImportECCKeyPair(container, nullptr));
}

TEST_F(Sm2Test, envelopeWithoutASigningPair_isRefused) {
    const HCONTAINER empty = createContainer(application, "empty");
    witness::Envelope envelope = witness::envelope(signingKey, fromHexText(kScalar));
    EXPECT_SAR(SAR_KEYNOTFOUNTERR, skf().ImportECCKeyPair(empty, envelope.blob()));
    skf().ClearSecureState(application);
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().ImportECCKeyPair(container, envelope.blob()));
}

TEST_F(Sm2Test, agreementAsResponder_givesTheSponsorsKey) {
    const ECCPUBLICKEYBLOB ourKey = importEncryptionPair(fromHexText(kScalar));
    const Octets sponsor = fromHexText("785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10defa229b5");
    const Octets sponsorTemporary =
        fromHexText("d4de15474db74d06491c440d305e012400990f3e390c7e87153c12db2ea60bb3");
    ECCPUBLICKEYBLOB sponsorKey = witness::sm2PublicKey(sponsor);
    ECCPUBLICKEYBLOB sponsorTemporaryKey = witness::sm2PublicKey(sponsorTemporary);
    ECCPUBLICKEYBLOB ourTemporary{};
    Octets ourId = octets("ALICE");
    Octets sponsorId = octets("BILL456");
    HANDLE session = nullptr;
    ASSERT_SAR(SAR_OK, skf().GenerateAgreementDataAndKeyWithECC(
                           container, SGD_SM4_ECB, &sponsorKey, &sponsorTemporaryKey, &ourTemporary,
                           ourId.data(), 5, sponsorId.data(), 7, &session));
    const Octets key =
        witness::agreeAsSponsor(sponsor, sponsorTemporary, "BILL456", ourKey, ourTemporary, "ALICE");
    ASSERT_SAR(SAR_OK, skf().EncryptInit(session, BLOCKCIPHERPARAM{}));
    Octets block(16, 3);
    Octets cipher(16);
    ULONG size = 16;
    ASSERT_SAR(SAR_OK, skf().Encrypt(session, block.data(), 16, cipher.data(), &size));
    EXPECT_EQ(witness::sm4Ecb(key, block), cipher);
}

TEST_F(Sm2Test, agreementBetweenTwoContainers_givesOneKey) {
    ECCPUBLICKEYBLOB sponsorKey = importEncryptionPair(fromHexText(kScalar));
    const HCONTAINER other = createContainer(application, "other");
    ECCPUBLICKEYBLOB otherSigning{};
    ASSERT_SAR(SAR_OK, skf().GenECCKeyPair(other, SGD_SM2_1, &otherSigning));
    witness::Envelope envelope = witness::envelope(
        otherSigning, fromHexText("785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10defa229b5"));
    ASSERT_SAR(SAR_OK, skf().ImportECCKeyPair(other, envelope.blob()));
    ECCPUBLICKEYBLOB responderKey = envelope.blob()->PubKey;

    Octets id = octets("sponsor");
    Octets otherId = octets("responder");
    ECCPUBLICKEYBLOB temporary{};
    ECCPUBLICKEYBLOB otherTemporary{};
    HANDLE agreement = nullptr;
    HANDLE ours = nullptr;
    HANDLE theirs = nullptr;
    ASSERT_SAR(SAR_OK, skf().GenerateAgreementDataWithECC(container, SGD_SM4_ECB, &temporary, id.data(), 7,
                                                          &agreement));
    ASSERT_SAR(SAR_OK, skf().GenerateAgreementDataAndKeyWithECC(other, SGD_SM4_ECB, &sponsorKey, &temporary,
                                                                &otherTemporary, otherId.data(), 9, id.data(),
                                                                7, &theirs));
    ASSERT_SAR(SAR_OK,
               skf().GenerateKeyWithECC(agreement, &responderKey, &otherTemporary, otherId.data(), 9, &ours));
    EXPECT_SAR(SAR_NOTINITIALIZEERR,
               skf().GenerateKeyWithECC(agreement, &responderKey, &otherTemporary, otherId.data(), 9, &ours));
    Octets block(16, 9);
    Octets a(16);
    Octets b(16);
    ULONG size = 16;
    skf().EncryptInit(ours, BLOCKCIPHERPARAM{});
    skf().EncryptInit(theirs, BLOCKCIPHERPARAM{});
    ASSERT_SAR(SAR_OK, skf().Encrypt(ours, block.data(), 16, a.data(), &size));
    ASSERT_SAR(SAR_OK, skf().Encrypt(theirs, block.data(), 16, b.data(), &size));
    EXPECT_EQ(a, b);
    EXPECT_SAR(SAR_OK, skf().CloseHandle(agreement));
}

TEST_F(Sm2Test, sessionKeyExported_opensElsewhereAndOnTheToken) {
    const Octets d = fromHexText(kScalar);
    ECCPUBLICKEYBLOB key = importEncryptionPair(d);
    witness::CipherBlob wrapped(16);
    HANDLE exported = nullptr;
    ASSERT_SAR(SAR_OK, skf().ECCExportSessionKey(container, SGD_SM4_ECB, &key, wrapped.get(), &exported));
    const Octets sessionKey = witness::decryptSm2(d, wrapped.get());
    ASSERT_EQ(16U, sessionKey.size());
    HANDLE imported = nullptr;
    ASSERT_SAR(SAR_OK, skf().ImportSessionKey(container, SGD_SM4_ECB, wrapped.data(), 180, &imported));
    Octets block(16, 1);
    for (const HANDLE handle : {exported, imported}) {
        Octets cipher(16);
        ULONG size = 16;
        ASSERT_SAR(SAR_OK, skf().EncryptInit(handle, BLOCKCIPHERPARAM{}));
        ASSERT_SAR(SAR_OK, skf().Encrypt(handle, block.data(), 16, cipher.data(), &size));
        EXPECT_EQ(witness::sm4Ecb(sessionKey, block), cipher);
    }
    EXPECT_SAR(SAR_INDATALENERR,
               skf().ImportSessionKey(container, SGD_SM4_ECB, wrapped.data(), 179, &imported));
    EXPECT_SAR(SAR_NOTSUPPORTYETERR,
               skf().ImportSessionKey(container, SGD_SM1_ECB, wrapped.data(), 180, &imported));
    Octets roomier(wrapped.data(), wrapped.data() + 180);
    roomier.push_back(0);
    EXPECT_SAR(SAR_OK, skf().ImportSessionKey(container, SGD_SM4_ECB, roomier.data(), 181, &imported));
    skf().ClearSecureState(application);
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN,
               skf().ImportSessionKey(container, SGD_SM4_ECB, wrapped.data(), 180, &imported));
}

}  // namespace
}  // namespace ukey::softtoken
