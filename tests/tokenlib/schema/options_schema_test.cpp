// What an administrator may say of a driver's library.
#include "tokenlib/drivers/options/options_schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace ukey::drivers {
namespace {

using nlohmann::json;

std::string complaint(std::string_view kind, const char* options) {
    const schema::Schema schema(R"({"$ref": ")" + std::string(kind) + R"(.schema.json"})", optionsSchemas());
    const auto found = schema.complaintAbout(json::parse(options));
    return found ? found->pointer + ": " + found->reason : "fits";
}

TEST(DriverOptionsSchema, skf_everythingIsKnown) {
    EXPECT_EQ(complaint("skf", "{}"), "fits");
    EXPECT_EQ(complaint("skf", R"({"model": "M",
        "abi": {"ulongBits": 64, "packing": "natural", "callingConvention": "c"},
        "application": "", "maxContainers": 8, "events": true, "pin": {"min": 4, "max": 8},
        "quirks": {"numberAlignment": "left", "rsaSignAddsPrefix": true, "oneTokenAtATime": true, "issuerIsModel": true,
                   "sm2Decrypt": "keySpecBlob", "rsaDecrypt": "keySpec", "remoteUnblock": "fixedLength",
                   "codes": {"0x0A000033": "0x0a00002F"}}})"),
              "fits");
}

TEST(DriverOptionsSchema, skf_whatIsWrong_isPointedAt) {
    const std::vector<std::pair<const char*, const char*>> table{
        {"[]", ": must be an object"},
        {R"({"abi": {"ulongBits": 48}})", "/abi/ulongBits: must be one of 32, 64"},
        {R"({"abi": {"ulongBits": "32"}})", "/abi/ulongBits: must be one of 32, 64"},
        {R"({"abi": {"packing": "tight"}})", "/abi/packing: must be one of packed, natural"},
        {R"({"pim": {}})", "/pim: is not a known key"},
        {R"({"pin": {"default": "111111"}})", "/pin/default: is not a known key"},
        {R"({"events": 1})", "/events: must be true or false"},
        {R"({"maxContainers": 0})", "/maxContainers: must be a whole number from 1 to 1024"},
        {R"({"maxContainers": -1})", "/maxContainers: must be a whole number from 1 to 1024"},
        {R"({"quirks": {"codes": {"51": "0x0A000001"}}})",
         "/quirks/codes/51: must be a code of up to 32 bits, as \"0x0A000031\""},
        {R"({"quirks": {"codes": {"0x1FFFFFFFF": "0x0"}}})",
         "/quirks/codes/0x1FFFFFFFF: must be a code of up to 32 bits, as \"0x0A000031\""},
        {R"({"quirks": {"codes": {"0x1": 1}}})",
         "/quirks/codes/0x1: must be a code of up to 32 bits, as \"0x0A000031\""},
        {R"({"slotEvents": true})", "/slotEvents: is not a known key"},
    };
    for (const auto& [options, expected] : table) EXPECT_EQ(complaint("skf", options), expected) << options;
}

TEST(DriverOptionsSchema, pkcs11_vendorIdsAreNumbersOrHexadecimal) {
    EXPECT_EQ(
        complaint(
            "pkcs11",
            R"({"slotEvents": false, "sm2": {"keyType": "0x80000001", "sign": 2147488001, "signature": "der",
                            "cipher": "c1c2c3", "signsMessage": true, "curveParameters": "0608"}})"),
        "fits");
    const std::vector<std::pair<const char*, const char*>> table{
        {R"({"pin": "1"})", "/pin: is not a known key"},
        {R"({"slotEvents": 1})", "/slotEvents: must be true or false"},
        {R"({"sm2": {"sign": "12"}})",
         "/sm2/sign: must be an id: a number, or hexadecimal as \"0x80000001\""},
        {R"({"sm2": {"sign": -1}})", "/sm2/sign: must be an id: a number, or hexadecimal as \"0x80000001\""},
        {R"({"sm2": {"signature": "other"}})", "/sm2/signature: must be one of raw, der"},
        {R"({"sm2": {"curveParameters": "xy"}})",
         "/sm2/curveParameters: must be DER in hexadecimal, at most 512 octets"},
        {R"({"sm2": {"other": 1}})", "/sm2/other: is not a known key"},
    };
    for (const auto& [options, expected] : table)
        EXPECT_EQ(complaint("pkcs11", options), expected) << options;
}

}  // namespace
}  // namespace ukey::drivers
