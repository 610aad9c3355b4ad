#include "daemon/token_host/pin_rules.hpp"

#include <gtest/gtest.h>

namespace ukey::token_host {
namespace {

std::string refusal(std::string_view pin, std::string_view current = "777888") {
    const Secret old = Secret::copyOf(current);
    token::PinState state;
    state.minLength = 6;
    state.maxLength = 8;
    return whyRefused(Language::english, Secret::copyOf(pin), &old, state);
}

TEST(PinRules, ordinaryPin_isTaken) {
    for (const char* pin : {"246810", "a1b2c3", "19720304", "112233"}) EXPECT_EQ(refusal(pin), "") << pin;
}

TEST(PinRules, length_isThatOfTheToken) {
    EXPECT_EQ(refusal("24681"), "The new PIN must have 6 to 8 characters.");
    EXPECT_EQ(refusal("246813579"), "The new PIN must have 6 to 8 characters.");
    EXPECT_NE(refusal(""), "");
}

TEST(PinRules, guessablePins_areRefused) {
    for (const char* pin : {"111111", "000000", "aaaaaa", "123456", "654321", "abcdef", "345678"}) {
        EXPECT_NE(refusal(pin), "") << pin;
    }
}

TEST(PinRules, unchangedPin_isRefused) { EXPECT_NE(refusal("246810", "246810"), ""); }

}  // namespace
}  // namespace ukey::token_host
