#include "daemon/token_host/pin_rules.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

#include "tokenlib/base/bytes.hpp"

namespace ukey::token_host {
namespace {

// What most makers ship; known to everybody.
constexpr std::string_view kFactoryPin = "111111";

bool isOneRepeated(std::string_view pin) {
    return std::adjacent_find(pin.begin(), pin.end(), std::not_equal_to<>()) == pin.end();
}

bool isRun(std::string_view pin, int step) {
    return std::adjacent_find(pin.begin(), pin.end(), [step](char a, char b) { return b - a != step; }) ==
           pin.end();
}

}  // namespace

std::string whyRefused(Language language, const Secret& chosen, const Secret* current,
                       const token::PinState& state, std::string_view initial) {
    const std::string_view pin = chosen.text();
    if (pin.size() < state.minLength || pin.size() > state.maxLength) {
        const std::string min = std::to_string(state.minLength);
        const std::string max = std::to_string(state.maxLength);
        return message(language, "dialog.pin-rule", {{"min", min}, {"max", max}});
    }
    if (pin == kFactoryPin || pin == initial) return message(language, "dialog.pin-default");
    if (isOneRepeated(pin)) return message(language, "dialog.pin-repeated");
    if (isRun(pin, 1) || isRun(pin, -1)) return message(language, "dialog.pin-run");
    if (current != nullptr && equalInConstantTime(chosen.view(), current->view())) {
        return message(language, "dialog.pin-unchanged");
    }
    return {};
}

}  // namespace ukey::token_host
