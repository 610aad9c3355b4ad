#include <gtest/gtest.h>

#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/pkcs11/pkcs11_options.hpp"

namespace ukey::pkcs11 {
namespace {

TEST(Pkcs11OptionsText, nothing_givesTheDefaults) {
    EXPECT_TRUE(parsePkcs11Options("").slotEvents);
    EXPECT_FALSE(parsePkcs11Options("{}").sm2);
}

TEST(Pkcs11OptionsText, vendorIds_areRead) {
    const auto options = parsePkcs11Options(
        R"({"slotEvents": false, "sm2": {"keyType": "0x80000001", "sign": 2147488001, "signature": "der",
            "cipher": "c1c2c3", "signsMessage": true, "curveParameters": "0608"}})");
    EXPECT_FALSE(options.slotEvents);
    ASSERT_TRUE(options.sm2);
    EXPECT_EQ(options.sm2->keyType, 0x80000001U);
    EXPECT_EQ(options.sm2->sign, 2147488001U);
    EXPECT_EQ(options.sm2->signature, Sm2Mechanisms::SignatureForm::der);
    EXPECT_EQ(options.sm2->cipher, Sm2Mechanisms::CipherForm::c1c2c3);
    EXPECT_TRUE(options.sm2->signsMessage);
    EXPECT_EQ(options.sm2->curveParameters, (Bytes{6, 8}));
}

TEST(Pkcs11OptionsText, whatIsOfAnotherKind_isRefused) {
    for (const char* json :
         {"[]", "{", R"({"slotEvents": 1})", R"({"sm2": {"sign": []}})", R"({"sm2": 1})"}) {
        EXPECT_THROW((void)parsePkcs11Options(json), Error) << json;
    }
}

}  // namespace
}  // namespace ukey::pkcs11
