// The messages between ukeyd and a token host. Maps with text keys in a fixed order, everything strict: an
// unknown, missing or misplaced key, a length, count or enumerator out of range throws driver-error, and
// neither side trusts the other.
//
//   to the host:    {id, op, args}                       one of the operations; or op "cancel", which closes
//                                                        the dialog of request `id` and has no reply of its
//                                                        own
//   from the host:  {id, result} | {id, error: {code, detail, triesLeft?, driverCode, administratorPin}}
//                   {event: "ready", version}            once, when the driver is loaded
//                   {event: "failed", error}             instead, before the host ends
//                   {event: "no-events"}                 the driver does not tell when tokens come or go:
//                                                        the host sees only what is on the USB bus
//                                                        itself
//                   {event: "changed", tokens}           tokens may have come or gone: all that are there now
//                   {event: "updated", token}            state of one token read anew, after a PIN was tried
//                   {event: "prompt", id, dialog}        how the dialog of request `id` is now
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/token/operation_list.hpp"

namespace ukey::pipe {

struct Cancel {
    static constexpr std::string_view kName = "cancel";
    using Result = token::Nothing;
};

template <class Operations>
struct CommandOf;
template <class... Operations>
struct CommandOf<std::variant<Operations...>> {
    using Type = std::variant<Cancel, Operations...>;
};
using Command = CommandOf<token::Operation>::Type;

/// A frame with such a command is wiped on both sides as soon as it was sent and read.
bool carriesSecret(const Command& command) noexcept;
/// Wipes what it carries; the rest stays as it was.
void wipeSecret(Command& command) noexcept;

using Result = token::OperationResult;

struct Request {
    std::uint64_t id = 0;
    Command command;
};

struct Reply {
    std::uint64_t id = 0;
    std::variant<Result, Error> outcome;
};
/// Of what both ends say. A change to any message is a new number: then a host that an upgrade left behind is
/// refused by name instead of being misread.
inline constexpr std::uint64_t kPipeVersion = 5;

struct Ready {
    std::uint64_t version = kPipeVersion;
};
struct Failed {
    Error error;
};
struct NoEvents {};
struct Changed {
    std::vector<token::TokenInfo> tokens;
};
struct Updated {
    token::TokenInfo token;
};
/// onToken: the token's own keypad asks (PKCS#11: a protected authentication path). The library waits within
/// its call, so until it closes the host answers nothing. over: no dialog follows any more, what goes on is
/// the driver's. overlooked: it is open, and the user works in another window; `open` again: in this one.
enum class Dialog : std::uint8_t { closed, open, onToken, over, overlooked };
struct Prompt {
    std::uint64_t id = 0;
    Dialog dialog = Dialog::closed;
};
/// In the course of that request the token's PIN has become another one. Whatever ends the request then, also
/// the host's own end, has the reason pin-changed.
struct PinChanged {
    std::uint64_t id = 0;
};
using HostMessage = std::variant<Reply, Ready, Failed, NoEvents, Changed, Updated, Prompt, PinChanged>;

/// Replace the frame's content by one message with its length in front. What would break the limits of the
/// pipe is refused with driver-error or too-large, so that a sender never makes the other side give up on it.
void encode(Bytes& frame, const Request& request);
void encode(Bytes& frame, std::uint64_t id, const Command& command);
void encode(Bytes& frame, const HostMessage& message);

/// A message without its length.
Request decodeRequest(ByteView message);
HostMessage decodeHostMessage(ByteView message);

}  // namespace ukey::pipe
