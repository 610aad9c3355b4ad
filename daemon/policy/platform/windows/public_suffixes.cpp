#include "daemon/policy/platform/public_suffixes.hpp"

// Windows.h must come first.
// clang-format off
#include <windows.h>
#include <winnls.h>
// clang-format on

#include <algorithm>
#include <array>
#include <unordered_set>

#include "daemon/policy/platform/windows/suffix_list.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::policy {
namespace {

/// As it stands in a URL: labels that are not ASCII in Punycode.
std::string asciiName(std::string_view name) {
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (plain) return std::string(name);
    const std::wstring wide = platform::toWide(name);
    std::array<wchar_t, 256> ascii{};
    const int length = ::IdnToAscii(0, wide.data(), static_cast<int>(wide.size()), ascii.data(),
                                    static_cast<int>(ascii.size()));
    return length > 0 ? platform::toUtf8(std::wstring_view(ascii.data(), static_cast<std::size_t>(length)))
                      : std::string(name);
}

/// The three kinds of rules, each by what follows its mark.
struct Rules {
    std::unordered_set<std::string> names;       ///< "co.uk"
    std::unordered_set<std::string> wildcards;   ///< "*.ck" as "ck": every name directly below
    std::unordered_set<std::string> exceptions;  ///< "!www.ck" as "www.ck"
};

Rules readRules(std::string_view list) {
    Rules rules;
    while (!list.empty()) {
        const auto end = list.find('\n');
        std::string_view line = list.substr(0, end);
        list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
        line = line.substr(0, line.find_first_of(" \t\r"));
        if (line.starts_with("*.")) {
            rules.wildcards.insert(asciiName(line.substr(2)));
        } else if (line.starts_with("!")) {
            rules.exceptions.insert(asciiName(line.substr(1)));
        } else if (!line.empty()) {
            rules.names.insert(asciiName(line));
        }
    }
    return rules;
}

const Rules& rules() {
    static const Rules rules = readRules(suffixList());
    return rules;
}

/// What follows the first label; empty for a name of one label.
std::string_view above(std::string_view name) {
    const auto dot = name.find('.');
    return dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
}

/// The longest public suffix that the name ends with; a top-level domain that no rule names is one.
std::string_view suffixOf(std::string_view host) {
    for (std::string_view name = host; !name.empty(); name = above(name)) {
        const std::string key(name);
        if (rules().exceptions.contains(key)) return above(name);
        const std::string parent(above(name));
        if (rules().names.contains(key) || (!parent.empty() && rules().wildcards.contains(parent)))
            return name;
        if (parent.empty()) return name;
    }
    return {};
}

}  // namespace

std::string_view registrablePart(std::string_view name) {
    const std::string_view suffix = suffixOf(name);
    if (suffix.size() >= name.size()) return name;
    // One label more than the suffix.
    const std::string_view below = name.substr(0, name.size() - suffix.size() - 1);
    const auto dot = below.rfind('.');
    return name.substr(dot == std::string_view::npos ? 0 : dot + 1);
}

bool isSuffix(std::string_view name) { return suffixOf(name).size() == name.size(); }

}  // namespace ukey::policy
