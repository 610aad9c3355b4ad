#include <algorithm>

#include "skf_client.hpp"
#include "witness.hpp"

namespace ukey::softtoken {
namespace {

const char* const kKey = "0123456789abcdeffedcba9876543210";
const char* const kIv = "000102030405060708090a0b0c0d0e0f";

class SymmetricTest : public ConnectedTest {
  protected:
    HANDLE key(ULONG algorithm) const {
        Octets bytes = fromHexText(kKey);
        HANDLE handle = nullptr;
        EXPECT_SAR(SAR_OK, skf().SetSymmKey(device, bytes.data(), algorithm, &handle));
        return handle;
    }
    static BLOCKCIPHERPARAM parameters(ULONG padding = SKF_PADDING_NONE) {
        BLOCKCIPHERPARAM result{};
        const Octets iv = fromHexText(kIv);
        std::copy(iv.begin(), iv.end(), result.IV);
        result.IVLen = 16;
        result.PaddingType = padding;
        return result;
    }
    static Octets encrypt(HANDLE handle, Octets data) {
        return twoCalls([&](BYTE* out, ULONG* size) {
            return skf().Encrypt(handle, data.data(), static_cast<ULONG>(data.size()), out, size);
        });
    }
    static Octets decrypt(HANDLE handle, Octets data) {
        return twoCalls([&](BYTE* out, ULONG* size) {
            return skf().Decrypt(handle, data.data(), static_cast<ULONG>(data.size()), out, size);
        });
    }
    static Octets pattern(std::size_t size) {
        Octets data(size);
        for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<BYTE>(i * 7 + 1);
        return data;
    }
};

TEST_F(SymmetricTest, ecb_givesTheStandardsExample) {
    const HANDLE handle = key(SGD_SM4_ECB);
    ASSERT_SAR(SAR_OK, skf().EncryptInit(handle, BLOCKCIPHERPARAM{}));
    const Octets cipher = encrypt(handle, fromHexText(kKey));
    EXPECT_EQ("681edf34d206965e86b3e94f536e4246", hexText(cipher));
    ASSERT_SAR(SAR_OK, skf().DecryptInit(handle, BLOCKCIPHERPARAM{}));
    EXPECT_EQ(kKey, hexText(decrypt(handle, cipher)));
}

TEST_F(SymmetricTest, modes_agreeWithAWitness) {
    struct Case {
        ULONG algorithm;
        ULONG padding;
        const char* witness;
        std::size_t size;
    };
    const std::vector<Case> cases{
        {SGD_SM4_CBC, SKF_PADDING_NONE, "SM4/CBC/NoPadding", 64},
        {SGD_SM4_CBC, SKF_PADDING_PKCS5, "SM4/CBC/PKCS7", 64},
        {SGD_SM4_CBC, SKF_PADDING_PKCS5, "SM4/CBC/PKCS7", 37},
        {SGD_SM4_CFB, SKF_PADDING_NONE, "SM4/CFB", 37},
        {SGD_SM4_OFB, SKF_PADDING_NONE, "SM4/OFB", 37},
    };
    for (const Case& one : cases) {
        const HANDLE handle = key(one.algorithm);
        const Octets plain = pattern(one.size);
        ASSERT_SAR(SAR_OK, skf().EncryptInit(handle, parameters(one.padding)));
        const Octets cipher = encrypt(handle, plain);
        EXPECT_EQ(hexText(witness::sm4(one.witness, fromHexText(kKey), fromHexText(kIv), plain)),
                  hexText(cipher))
            << one.witness << one.size;
        ASSERT_SAR(SAR_OK, skf().DecryptInit(handle, parameters(one.padding)));
        EXPECT_EQ(plain, decrypt(handle, cipher)) << one.witness;
        EXPECT_SAR(SAR_OK, skf().CloseHandle(handle));
    }
}

TEST_F(SymmetricTest, inParts_givesTheSameAsAtOnce) {
    for (const std::size_t part : {std::size_t{1}, std::size_t{5}, std::size_t{16}, std::size_t{31}}) {
        for (const std::size_t size :
             {std::size_t{0}, std::size_t{15}, std::size_t{16}, std::size_t{64}, std::size_t{100}}) {
            const HANDLE handle = key(SGD_SM4_CBC);
            const Octets plain = pattern(size);
            const auto stream = [&](auto updateFunction, auto finalFunction, const Octets& data) {
                Octets result;
                for (std::size_t at = 0; at < data.size(); at += part) {
                    Octets piece(data.begin() + static_cast<long>(at),
                                 data.begin() + static_cast<long>(std::min(at + part, data.size())));
                    const Octets out = twoCalls([&](BYTE* to, ULONG* length) {
                        return updateFunction(handle, piece.data(), static_cast<ULONG>(piece.size()), to,
                                              length);
                    });
                    result.insert(result.end(), out.begin(), out.end());
                }
                const Octets last =
                    twoCalls([&](BYTE* to, ULONG* length) { return finalFunction(handle, to, length); });
                result.insert(result.end(), last.begin(), last.end());
                return result;
            };
            ASSERT_SAR(SAR_OK, skf().EncryptInit(handle, parameters(SKF_PADDING_PKCS5)));
            const Octets cipher = stream(skf().EncryptUpdate, skf().EncryptFinal, plain);
            EXPECT_EQ(witness::sm4("SM4/CBC/PKCS7", fromHexText(kKey), fromHexText(kIv), plain), cipher);
            ASSERT_SAR(SAR_OK, skf().DecryptInit(handle, parameters(SKF_PADDING_PKCS5)));
            EXPECT_EQ(plain, stream(skf().DecryptUpdate, skf().DecryptFinal, cipher));
            skf().CloseHandle(handle);
        }
    }
}

TEST_F(SymmetricTest, askedForTheSize_consumesNothing) {
    const HANDLE handle = key(SGD_SM4_ECB);
    ASSERT_SAR(SAR_OK, skf().EncryptInit(handle, BLOCKCIPHERPARAM{}));
    Octets plain = pattern(20);
    ULONG size = 0;
    EXPECT_SAR(SAR_OK, skf().EncryptUpdate(handle, plain.data(), 20, nullptr, &size));
    EXPECT_EQ(16U, size);
    Octets out(16);
    size = 15;
    EXPECT_SAR(SAR_BUFFER_TOO_SMALL, skf().EncryptUpdate(handle, plain.data(), 20, out.data(), &size));
    EXPECT_EQ(16U, size);
    EXPECT_SAR(SAR_OK, skf().EncryptUpdate(handle, plain.data(), 20, out.data(), &size));
    EXPECT_EQ(witness::sm4Ecb(fromHexText(kKey), {plain.begin(), plain.begin() + 16}), out);
    // Four octets are left over, and there is no padding.
    EXPECT_SAR(SAR_INDATALENERR, skf().EncryptFinal(handle, out.data(), &size));
    EXPECT_SAR(SAR_NOTINITIALIZEERR, skf().EncryptFinal(handle, out.data(), &size));
}

TEST_F(SymmetricTest, finalWithoutPadding_needsNoBuffer) {
    const HANDLE handle = key(SGD_SM4_CBC);
    ASSERT_SAR(SAR_OK, skf().EncryptInit(handle, parameters()));
    Octets plain = pattern(32);
    Octets out(32);
    ULONG size = 32;
    ASSERT_SAR(SAR_OK, skf().EncryptUpdate(handle, plain.data(), 32, out.data(), &size));
    size = 0;
    EXPECT_SAR(SAR_OK, skf().EncryptFinal(handle, nullptr, &size));
    EXPECT_EQ(0U, size);
}

TEST_F(SymmetricTest, paddingThatIsNone_isRefused) {
    const HANDLE handle = key(SGD_SM4_CBC);
    Octets cipher = witness::sm4("SM4/CBC/NoPadding", fromHexText(kKey), fromHexText(kIv), Octets(32, 0x77));
    Octets out(32);
    ULONG size = 32;
    ASSERT_SAR(SAR_OK, skf().DecryptInit(handle, parameters(SKF_PADDING_PKCS5)));
    EXPECT_SAR(SAR_DECRYPTPADERR, skf().Decrypt(handle, cipher.data(), 32, out.data(), &size));
    ASSERT_SAR(SAR_OK, skf().DecryptInit(handle, parameters(SKF_PADDING_PKCS5)));
    size = 32;
    EXPECT_SAR(SAR_INDATALENERR, skf().Decrypt(handle, cipher.data(), 31, out.data(), &size));
}

TEST_F(SymmetricTest, parameters_areChecked) {
    Octets bytes = fromHexText(kKey);
    HANDLE handle = nullptr;
    EXPECT_SAR(SAR_NOTSUPPORTYETERR, skf().SetSymmKey(device, bytes.data(), SGD_SM1_ECB, &handle));
    EXPECT_SAR(SAR_NOTSUPPORTYETERR, skf().SetSymmKey(device, bytes.data(), SGD_SSF33_CBC, &handle));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().SetSymmKey(device, nullptr, SGD_SM4_ECB, &handle));
    handle = key(SGD_SM4_CBC);
    Octets out(16);
    ULONG size = 16;
    EXPECT_SAR(SAR_NOTINITIALIZEERR, skf().Encrypt(handle, bytes.data(), 16, out.data(), &size));
    BLOCKCIPHERPARAM wrong = parameters();
    wrong.IVLen = 8;
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().EncryptInit(handle, wrong));
    wrong = parameters(2);
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().EncryptInit(handle, wrong));
    wrong = parameters(SKF_PADDING_PKCS5);
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().EncryptInit(key(SGD_SM4_OFB), wrong));
    wrong = parameters();
    wrong.FeedBitLen = 8;
    EXPECT_SAR(SAR_NOTSUPPORTYETERR, skf().EncryptInit(key(SGD_SM4_CFB), wrong));
    EXPECT_SAR(SAR_KEYUSAGEERR, skf().EncryptInit(key(SGD_SM4_MAC), parameters()));
    DEVINFO info{};
    ASSERT_SAR(SAR_OK, skf().GetDevInfo(device, &info));
    ASSERT_SAR(SAR_OK, skf().EncryptInit(handle, parameters()));
    Octets large(ULONG{info.MaxBufferSize} + 16);
    size = static_cast<ULONG>(large.size());
    EXPECT_SAR(SAR_INDATALENERR, skf().Encrypt(handle, large.data(), size, large.data(), &size));
}

TEST_F(SymmetricTest, mac_isTheLastBlockOfCbc) {
    const Octets data = pattern(64);
    const Octets blocks = witness::sm4("SM4/CBC/NoPadding", fromHexText(kKey), fromHexText(kIv), data);
    const Octets expected(blocks.end() - 16, blocks.end());
    const HANDLE handle = key(SGD_SM4_MAC);
    BLOCKCIPHERPARAM iv = parameters();
    HANDLE mac = nullptr;
    ASSERT_SAR(SAR_OK, skf().MacInit(handle, &iv, &mac));
    Octets copy = data;
    EXPECT_EQ(expected,
              twoCalls([&](BYTE* out, ULONG* size) { return skf().Mac(mac, copy.data(), 64, out, size); }));
    ULONG size = 16;
    EXPECT_SAR(SAR_NOTINITIALIZEERR, skf().MacUpdate(mac, copy.data(), 16));
    EXPECT_SAR(SAR_OK, skf().CloseHandle(mac));
    ASSERT_SAR(SAR_OK, skf().MacInit(handle, &iv, &mac));
    EXPECT_SAR(SAR_OK, skf().MacUpdate(mac, copy.data(), 10));
    EXPECT_SAR(SAR_OK, skf().MacUpdate(mac, copy.data() + 10, 54));
    EXPECT_EQ(expected, twoCalls([&](BYTE* out, ULONG* length) { return skf().MacFinal(mac, out, length); }));
    ASSERT_SAR(SAR_OK, skf().MacInit(handle, &iv, &mac));
    EXPECT_SAR(SAR_OK, skf().MacUpdate(mac, copy.data(), 10));
    Octets out(16);
    EXPECT_SAR(SAR_INDATALENERR, skf().MacFinal(mac, out.data(), &size));
    EXPECT_SAR(SAR_KEYUSAGEERR, skf().MacInit(key(SGD_SM4_ECB), &iv, &mac));
}

TEST_F(SymmetricTest, digests_giveKnownValues) {
    struct Case {
        ULONG algorithm;
        const char* hash;
    };
    for (const Case& one : std::vector<Case>{
             {SGD_SM3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
             {SGD_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
             {SGD_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}) {
        Octets data = octets("abc");
        HANDLE hash = nullptr;
        ASSERT_SAR(SAR_OK, skf().DigestInit(device, one.algorithm, nullptr, nullptr, 0, &hash));
        EXPECT_SAR(SAR_OK, skf().DigestUpdate(hash, data.data(), 1));
        EXPECT_SAR(SAR_OK, skf().DigestUpdate(hash, data.data() + 1, 2));
        const Octets result =
            twoCalls([&](BYTE* out, ULONG* size) { return skf().DigestFinal(hash, out, size); });
        EXPECT_EQ(one.hash, hexText(result));
        EXPECT_SAR(SAR_HASHOBJERR, skf().DigestUpdate(hash, data.data(), 1));
        EXPECT_SAR(SAR_OK, skf().CloseHandle(hash));
        EXPECT_SAR(SAR_INVALIDHANDLEERR, skf().CloseHandle(hash));
        ASSERT_SAR(SAR_OK, skf().DigestInit(device, one.algorithm, nullptr, nullptr, 0, &hash));
        const Octets whole =
            twoCalls([&](BYTE* out, ULONG* size) { return skf().Digest(hash, data.data(), 3, out, size); });
        EXPECT_EQ(one.hash, hexText(whole));
    }
}

TEST_F(SymmetricTest, digestWithZ_checksItsArguments) {
    HANDLE hash = nullptr;
    Octets id = octets("1234567812345678");
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().DigestInit(device, SGD_SM3, nullptr, id.data(), 16, &hash));
    ECCPUBLICKEYBLOB zero{};
    zero.BitLen = 256;
    EXPECT_SAR(SAR_INDATAERR, skf().DigestInit(device, SGD_SM3, &zero, id.data(), 16, &hash));
    EXPECT_SAR(SAR_NOTSUPPORTYETERR, skf().DigestInit(device, 3, nullptr, nullptr, 0, &hash));
    // Without a name there is no Z, whatever the key.
    EXPECT_SAR(SAR_OK, skf().DigestInit(device, SGD_SM3, &zero, nullptr, 0, &hash));
}

}  // namespace
}  // namespace ukey::softtoken
