#include "tokenlib/pipe/host_arguments.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "tokenlib/base/error.hpp"

namespace ukey::pipe {
namespace {

struct Row {
    std::string_view name;
    std::string HostArguments::*value;
};
constexpr std::array kRows{
    Row{"--kind", &HostArguments::kind},         Row{"--library", &HostArguments::library},
    Row{"--options", &HostArguments::options},   Row{"--pinentry", &HostArguments::pinentry},
    Row{"--terminal", &HostArguments::terminal}, Row{"--terminal-type", &HostArguments::terminalType},
    Row{"--channel", &HostArguments::channel}};

}  // namespace

std::vector<std::string> toCommandLine(const HostArguments& arguments) {
    std::vector<std::string> line;
    for (const Row& row : kRows) {
        if (const std::string& value = arguments.*row.value; !value.empty())
            line.insert(line.end(), {std::string(row.name), value});
    }
    return line;
}

HostArguments parseHostArguments(const std::vector<std::string>& commandLine) {
    HostArguments arguments;
    for (std::size_t i = 0; i < commandLine.size(); i += 2) {
        const auto* row = std::find_if(kRows.begin(), kRows.end(),
                                       [&](const Row& each) { return each.name == commandLine[i]; });
        if (row == kRows.end() || i + 1 == commandLine.size())
            throw Error(ErrorCode::badRequest, "unknown option, or one without a value: " + commandLine[i]);
        arguments.*row->value = commandLine[i + 1];
    }
    return arguments;
}

}  // namespace ukey::pipe
