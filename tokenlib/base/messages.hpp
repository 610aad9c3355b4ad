// Every text that a person reads, in both languages, under one key each.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "tokenlib/base/error.hpp"

namespace ukey {

enum class Language : std::uint8_t { chinese, english };

/// Of a locale or language tag: "zh", "zh-CN", "zh_CN.UTF-8" are Chinese, everything else English.
Language languageFrom(std::string_view locale) noexcept;

/// The tag of the protocol: "zh-CN" or "en".
std::string_view toString(Language language) noexcept;

/// One value for a `{name}` in a text.
struct Filling {
    std::string_view name;
    std::string_view value;
};

/// The text under `key` with its placeholders filled. Values are put in as they are, and never searched for
/// placeholders themselves. An unknown key gives the key, so that a slip is seen and nothing fails.
std::string message(Language language, std::string_view key, std::initializer_list<Filling> values = {});

bool hasMessage(std::string_view key) noexcept;

/// What happened, for `error.message` of the protocol.
std::string errorMessage(Language language, ErrorCode code);

/// What the user can do about it, for `error.data.hint`.
std::string errorHint(Language language, ErrorCode code);

/// The same, with words of their own for the administrator's PIN.
std::string errorMessage(Language language, const Error& error);
std::string errorHint(Language language, const Error& error);

/// A row of the catalogue, for tests and tools that list it.
struct Message {
    std::string_view key;
    std::string_view chinese;
    std::string_view english;
};
std::span<const Message> allMessages() noexcept;

}  // namespace ukey
