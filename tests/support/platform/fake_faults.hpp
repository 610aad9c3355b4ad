// What a faulty driver does to its process, by the means of the system.
#pragma once

#include <string>
#include <string_view>

#include "tokenlib/base/bytes.hpp"

namespace ukey::test::platform {

[[noreturn]] void hang();
/// Dies as a plain process does, also where a sanitizer would report it at length.
void crash();
/// Without any clean-up, with exit code 0.
[[noreturn]] void exitAtOnce();
int processId();
/// Octets as they are to the inherited channel of that name, beside its owner.
void writeToChannel(const std::string& name, std::string_view octets);
/// For sockets of IPv4, IPv6, packets, Unix and netlink: an octet each, 0 or errno. Empty where the system
/// has no such walls.
Bytes triedSockets();

}  // namespace ukey::test::platform
