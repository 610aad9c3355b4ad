#include "tokenlib/drivers/skf/skf_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokenlib/base/error.hpp"

namespace ukey::skf {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view json) {
    try {
        (void)parseSkfOptions(json);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::badRequest);
        return error.what();
    }
    return "accepted";
}

TEST(SkfOptionsJson, nothing_isTheStandard) {
    EXPECT_EQ(parseSkfOptions(""), SkfOptions{});
    EXPECT_EQ(parseSkfOptions("{}"), SkfOptions{});
}

TEST(SkfOptionsJson, everything_isRead) {
    SkfOptions expected;
    expected.model = "M";
    expected.abi = {64, Packing::natural, CallingConvention::cCall};
    expected.application = "APP";
    expected.maxContainers = 8;
    expected.events = true;
    expected.pinMinLength = 4;
    expected.pinMaxLength = 8;
    expected.quirks = {NumberAlignment::left,
                       true,
                       true,
                       true,
                       Sm2DecryptForm::keySpecBlob,
                       RsaDecryptForm::keySpec,
                       RemoteUnblockForm::fixedLength,
                       {{0x0A000033, 0x0A00002F}}};
    EXPECT_EQ(parseSkfOptions(R"({"model": "M",
        "abi": {"ulongBits": 64, "packing": "natural", "callingConvention": "c"},
        "application": "APP", "maxContainers": 8, "events": true, "pin": {"min": 4, "max": 8},
        "quirks": {"numberAlignment": "left", "rsaSignAddsPrefix": true, "oneTokenAtATime": true, "issuerIsModel": true,
                   "sm2Decrypt": "keySpecBlob", "rsaDecrypt": "keySpec", "remoteUnblock": "fixedLength",
                   "codes": {"0x0A000033": "0x0A00002F"}}})"),
              expected);
}

TEST(SkfOptionsJson, whatIsWrong_isPointedAt) {
    EXPECT_THAT(refusal("{"), HasSubstr("is no JSON"));
    EXPECT_THAT(refusal("[]"), HasSubstr("/ is no object"));
    EXPECT_THAT(refusal(R"({"abi": {"ulongBits": 48}})"), HasSubstr("/abi/ulongBits"));
    EXPECT_THAT(refusal(R"({"abi": {"ulongBits": "32"}})"), HasSubstr("/abi/ulongBits"));
    EXPECT_THAT(refusal(R"({"abi": {"packing": "tight"}})"), HasSubstr("/abi/packing"));
    EXPECT_THAT(refusal(R"({"pim": {}})"), HasSubstr("/pim is not known"));
    EXPECT_THAT(refusal(R"({"pin": {"min": 9, "max": 8}})"), HasSubstr("/pin"));
    EXPECT_THAT(refusal(R"({"events": 1})"), HasSubstr("/events"));
    EXPECT_THAT(refusal(R"({"maxContainers": 0})"), HasSubstr("/maxContainers"));
    EXPECT_THAT(refusal(R"({"maxContainers": -1})"), HasSubstr("/maxContainers"));
    EXPECT_THAT(refusal(R"({"quirks": {"codes": {"51": "0x0A000001"}}})"), HasSubstr("/quirks/codes/51"));
    EXPECT_THAT(refusal(R"({"quirks": {"codes": {"0x1FFFFFFFF": "0x0"}}})"), HasSubstr("is no code"));
    EXPECT_THAT(refusal(R"({"application": "a\u0000b"})"), HasSubstr("/application"));
}

}  // namespace
}  // namespace ukey::skf
