// One question in a window of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tokenlib/base/messages.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/prompt/sight.hpp"

namespace ukey::window {

enum class Kind : std::uint8_t { pin, question, notice };

struct Question {
    Kind kind = Kind::question;
    Language language = Language::english;
    std::string title;
    std::string text;  ///< Lines; "label: value" becomes a row.
    std::string error;
    std::string label;        ///< Of the field.
    std::string repeat;       ///< Of the second one; empty: there is none.
    std::string repeatError;  ///< Why two entries do not do.
    std::string ok;
    std::string other;  ///< A third button; empty: none.
    std::string cancel;
    std::string model;  ///< Of the Ukey, for its picture.
    std::chrono::seconds timeout{0};
};

enum class Outcome : std::uint8_t { ok, other, cancelled, timedOut };

struct Answer {
    Outcome outcome = Outcome::cancelled;
    std::optional<Secret> pin;
};

/// False where there is no display.
bool openDisplay();

/// Shows it until it is answered, or the other end of `input` is closed.
Answer ask(const Question& question, int input, const prompt::OnOverlooked& onOverlooked);

}  // namespace ukey::window
