// What a dialog says: who asks, for what, with which token; and, set apart from that, what the page says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/messages.hpp"

namespace ukey::prompt {

/// Everything is untrusted text but `operation` and `notes`; dialogText() makes it fit to be shown
/// (security.md 11, 12).
struct DialogFacts {
    Language language = Language::english;
    std::string_view origin;     ///< The verified origin; "ukeyctl" for the command line.
    std::string_view operation;  ///< Key of the catalogue; one it does not have counts as "operation.other".
    std::string_view tokenLabel;
    std::string_view tokenSerial;  ///< Empty: no line about the token.
    std::string_view certificate;  ///< Subject; may be empty.
    std::optional<unsigned> triesLeft;
    std::vector<std::string> notes;  ///< Further lines of ours, from the catalogue.
    std::string_view pageText;       ///< What the page wants shown; may be empty.
};

/// Whether it is a site that asks, not a program of the user's own.
inline bool isSite(std::string_view origin) { return origin.find("://") != std::string_view::npos; }

/// At most as long as a line to pinentry takes: what pages, tokens and certificates say is cut for it, with
/// an ellipsis, never what is ours.
std::string dialogText(const DialogFacts& facts);

}  // namespace ukey::prompt
