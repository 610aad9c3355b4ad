// Where settings were read, for messages about them.
#pragma once

#include <map>
#include <string>
#include <utility>

namespace ukey::config {

struct Source {
    Source(std::string sourceName) : name(std::move(sourceName)) {}  // NOLINT(google-explicit-constructor)
    Source(const char* sourceName) : name(sourceName) {}             // NOLINT(google-explicit-constructor)

    /// How a person finds what stands at a JSON pointer: "FILE: /limits/rate", or the name of the value and
    /// what follows within it.
    std::string place(const std::string& pointer) const;

    std::string name;
    /// By JSON pointer: what has a name of its own where it was read, as each value of the registry has.
    std::map<std::string, std::string> names{};
};

}  // namespace ukey::config
