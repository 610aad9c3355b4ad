#include "tokenlib/pipe/messages.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <limits>
#include <optional>
#include <utility>

#include "tokenlib/base/reasons.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/pipe/cbor.hpp"
#include "tokenlib/pipe/fields.hpp"
#include "tokenlib/pipe/frames.hpp"

namespace ukey::pipe {
namespace {

constexpr std::uint64_t kMaxNumber = std::numeric_limits<std::uint64_t>::max();

/// Walks fields and writes them as a map.
class Encoder {
  public:
    explicit Encoder(CborWriter& out) : out_(out), place_(out.beginMap()) {}
    void finish() { out_.endMap(place_, entries_); }

    void number(std::string_view key, std::uint64_t value, std::uint64_t atMost) {
        if (value > atMost) failPipe("number too large to send");
        start(key);
        out_.number(value);
    }
    void optionalNumber(std::string_view key, const std::optional<unsigned>& value, std::uint64_t atMost) {
        if (value) number(key, *value, atMost);
    }
    void boolean(std::string_view key, bool value) {
        start(key);
        out_.boolean(value);
    }
    /// Names are opaque octets: vendors put GBK into them.
    void name(std::string_view key, const std::string& value, std::size_t atMost) {
        start(key);
        octets(asBytes(value), atMost);
    }
    void text(std::string_view key, const std::string& value, std::size_t atMost) {
        start(key);
        if (isUtf8(value) && value.size() <= atMost) {
            out_.text(value);
        } else {
            out_.text(printable(value, atMost / 4 - 1));
        }
    }
    void bytes(std::string_view key, const Bytes& value, std::size_t atMost) {
        start(key);
        octets(value, atMost);
    }
    void optionalBytes(std::string_view key, const std::optional<Bytes>& value, std::size_t atMost) {
        if (value) bytes(key, *value, atMost);
    }
    void secret(std::string_view key, const Secret& value, std::size_t atMost) {
        start(key);
        octets(value.view(), atMost);
    }
    template <class Enum, class Parse>
    void choice(std::string_view key, Enum value, Parse) {
        start(key);
        out_.text(toString(value));
    }
    template <class Enum, class Parse>
    void choices(std::string_view key, const std::vector<Enum>& values, Parse, std::size_t atMost) {
        if (values.size() > atMost) failPipe("list too long to send");
        start(key);
        out_.array(values.size());
        for (const Enum value : values) out_.text(toString(value));
    }
    template <class Enum>
    void ordinal(std::string_view key, Enum value, Enum last) {
        number(key, static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(last));
    }
    template <class T>
    void structure(std::string_view key, const T& value) {
        start(key);
        writeStructure(value);
    }
    template <class T>
    void optionalStructure(std::string_view key, const std::optional<T>& value) {
        if (value) structure(key, *value);
    }
    template <class... Ts>
    void oneOf(const std::string_view (&keys)[sizeof...(Ts)], const std::variant<Ts...>& value,
               std::size_t atMost) {
        start(keys[value.index()]);
        std::visit([&](const auto& alternative) { writeAlternative(alternative, atMost); }, value);
    }
    template <class T>
    void list(std::string_view key, const std::vector<T>& values, std::size_t atMost) {
        if (values.size() > atMost) failPipe("list too long to send");
        start(key);
        out_.array(values.size());
        for (const T& value : values) writeStructure(value);
    }

  private:
    void start(std::string_view key) {
        out_.text(key);
        ++entries_;
    }
    void octets(ByteView value, std::size_t atMost) {
        if (value.size() > atMost) failPipe("octets too long to send");
        out_.bytes(value);
    }
    template <class T>
    void writeStructure(const T& value) {
        Encoder inner(out_);
        fields(inner, value);
        inner.finish();
    }
    void writeAlternative(const Bytes& value, std::size_t atMost) { octets(value, atMost); }
    template <class T>
    void writeAlternative(const T& value, std::size_t) {
        writeStructure(value);
    }

    CborWriter& out_;
    std::size_t place_;
    std::size_t entries_ = 0;
};

/// Walks fields and reads them from a map: every key in its place, optional ones may be left out, nothing
/// else.
class Decoder {
  public:
    explicit Decoder(CborReader& in) : in_(in), left_(in.map(kMaxEntries)) {}
    void finish() const {
        if (left_ != 0) failPipe("unknown key");
    }

    template <std::unsigned_integral T>
    void number(std::string_view key, T& value, std::uint64_t atMost) {
        need(key);
        value = static_cast<T>(in_.number(std::min<std::uint64_t>(atMost, std::numeric_limits<T>::max())));
    }
    void optionalNumber(std::string_view key, std::optional<unsigned>& value, std::uint64_t atMost) {
        value.reset();
        if (take(key)) value = static_cast<unsigned>(in_.number(atMost));
    }
    void boolean(std::string_view key, bool& value) {
        need(key);
        value = in_.boolean();
    }
    void name(std::string_view key, std::string& value, std::size_t atMost) {
        need(key);
        value = asText(in_.bytes(atMost));
    }
    void text(std::string_view key, std::string& value, std::size_t atMost) {
        need(key);
        value = in_.text(atMost);
    }
    void bytes(std::string_view key, Bytes& value, std::size_t atMost) {
        need(key);
        readAlternative(value, atMost);
    }
    void optionalBytes(std::string_view key, std::optional<Bytes>& value, std::size_t atMost) {
        value.reset();
        if (take(key)) readAlternative(value.emplace(), atMost);
    }
    void secret(std::string_view key, Secret& value, std::size_t atMost) {
        need(key);
        value = Secret::copyOf(in_.bytes(atMost));
    }
    template <class Enum, class Parse>
    void choice(std::string_view key, Enum& value, Parse parse) {
        need(key);
        value = readChoice(parse);
    }
    template <class Enum, class Parse>
    void choices(std::string_view key, std::vector<Enum>& values, Parse parse, std::size_t atMost) {
        need(key);
        values.clear();
        for (std::size_t left = in_.array(atMost); left > 0; --left) values.push_back(readChoice(parse));
    }
    template <class Enum>
    void ordinal(std::string_view key, Enum& value, Enum last) {
        need(key);
        value = static_cast<Enum>(in_.number(static_cast<std::uint64_t>(last)));
    }
    template <class T>
    void structure(std::string_view key, T& value) {
        need(key);
        readAlternative(value, 0);
    }
    template <class T>
    void optionalStructure(std::string_view key, std::optional<T>& value) {
        value.reset();
        if (take(key)) readAlternative(value.emplace(), 0);
    }
    template <class... Ts>
    void oneOf(const std::string_view (&keys)[sizeof...(Ts)], std::variant<Ts...>& value,
               std::size_t atMost) {
        readOneOf<0>(keys, value, atMost);
    }
    template <class T>
    void list(std::string_view key, std::vector<T>& values, std::size_t atMost) {
        need(key);
        values.clear();
        for (std::size_t left = in_.array(atMost); left > 0; --left)
            readAlternative(values.emplace_back(), 0);
    }

    bool take(std::string_view key) {
        if (left_ == 0 || !in_.takeText(key)) return false;
        --left_;
        return true;
    }
    void need(std::string_view key) {
        if (!take(key)) failPipe("missing or unknown key");
    }
    /// Whether this key comes next; leaves it there.
    bool peek(std::string_view key) const {
        CborReader ahead = in_;
        return left_ > 0 && ahead.takeText(key);
    }
    CborReader& reader() { return in_; }

  private:
    static constexpr std::size_t kMaxEntries = 23;
    static constexpr std::size_t kMaxChoice = 64;

    template <class Parse>
    auto readChoice(Parse parse) {
        const auto value = parse(in_.text(kMaxChoice));
        if (!value) failPipe("unknown enumerator");
        return *value;
    }
    template <std::size_t i, class... Ts>
    void readOneOf(const std::string_view (&keys)[sizeof...(Ts)], std::variant<Ts...>& value,
                   std::size_t atMost) {
        if (take(keys[i])) {
            readAlternative(value.template emplace<i>(), atMost);
        } else if constexpr (i + 1 < sizeof...(Ts)) {
            readOneOf<i + 1>(keys, value, atMost);
        } else {
            failPipe("missing or unknown key");
        }
    }
    void readAlternative(Bytes& value, std::size_t atMost) {
        const ByteView octets = in_.bytes(atMost);
        value.assign(octets.begin(), octets.end());
    }
    template <class T>
    void readAlternative(T& value, std::size_t) {
        Decoder inner(in_);
        fields(inner, value);
        inner.finish();
    }

    CborReader& in_;
    std::size_t left_;
};

// Commands by their names.

template <class T>
Command makeCommand() {
    return T{};
}
struct CommandRow {
    std::string_view name;
    Command (*make)();
};
template <std::size_t... i>
constexpr auto commandRows(std::index_sequence<i...>) {
    return std::array{CommandRow{std::variant_alternative_t<i, Command>::kName,
                                 &makeCommand<std::variant_alternative_t<i, Command>>}...};
}
constexpr auto kCommands = commandRows(std::make_index_sequence<std::variant_size_v<Command>>());

void readCommand(Decoder& in, Command& command) {
    in.need("op");
    for (const CommandRow& row : kCommands) {
        if (!in.reader().takeText(row.name)) continue;
        command = row.make();
        std::visit([&](auto& op) { in.structure("args", op); }, command);
        return;
    }
    failPipe("unknown operation");
}

// Results by the kind of value; the key tells which.

struct ResultBox {
    Result value;
};
/// For writing: a result may be large and is not copied.
struct ResultView {
    const Result& value;
};

struct ResultWriter {
    Encoder& out;
    void operator()(const token::Nothing& value) { out.structure("nothing", value); }
    void operator()(const token::TokenInfo& value) { out.structure("token", value); }
    void operator()(const std::vector<token::KeyEntry>& value) { out.list("keys", value, kKeys); }
    void operator()(const Bytes& value) { out.bytes("bytes", value, kLarge); }
    void operator()(const token::PublicKey& value) { out.structure("publicKey", value); }
    void operator()(const std::string& value) { out.name("name", value, kName); }
    void operator()(const std::vector<token::TokenInfo>& value) { out.list("tokens", value, kTokens); }
};
void fields(Encoder& v, const ResultView& view) { std::visit(ResultWriter{v}, view.value); }

void fields(Decoder& v, ResultBox& box) {
    if (v.peek("nothing")) return v.structure("nothing", box.value.emplace<token::Nothing>());
    if (v.peek("token")) return v.structure("token", box.value.emplace<token::TokenInfo>());
    if (v.peek("keys")) return v.list("keys", box.value.emplace<std::vector<token::KeyEntry>>(), kKeys);
    if (v.peek("bytes")) return v.bytes("bytes", box.value.emplace<Bytes>(), kLarge);
    if (v.peek("publicKey")) return v.structure("publicKey", box.value.emplace<token::PublicKey>());
    if (v.peek("name")) return v.name("name", box.value.emplace<std::string>(), kName);
    v.list("tokens", box.value.emplace<std::vector<token::TokenInfo>>(), kTokens);
}

// Errors.

struct ErrorParts {
    std::string code;
    std::string detail;
    std::optional<unsigned> triesLeft;
    std::uint64_t driverCode = 0;
    bool administratorPin = false;
};
template <class V, As<ErrorParts> T>
void fields(V& v, T& o) {
    v.text("code", o.code, kText);
    v.text("detail", o.detail, kText);
    v.optionalNumber("triesLeft", o.triesLeft, kCount);
    v.number("driverCode", o.driverCode, kMaxNumber);
    v.boolean("administratorPin", o.administratorPin);
}

ErrorParts partsOf(const Error& error) {
    return {std::string(toString(error.code())), error.what(), error.triesLeft(), error.driverCode(),
            error.ofAdministratorPin()};
}

Error readError(Decoder& in) {
    ErrorParts parts;
    in.structure("error", parts);
    const auto code = errorCodeFrom(parts.code);
    if (!code) failPipe("unknown error code");
    Error error(*code, parts.detail);
    error.withTriesLeft(parts.triesLeft)
        .withDriverCode(parts.driverCode)
        .withAdministratorPin(parts.administratorPin);
    return error;
}

// What the host says.

struct HostMessageWriter {
    Encoder& out;
    void operator()(const Reply& reply) {
        out.number("id", reply.id, kMaxNumber);
        if (const auto* error = std::get_if<Error>(&reply.outcome)) {
            out.structure("error", partsOf(*error));
        } else {
            out.structure("result", ResultView{std::get<Result>(reply.outcome)});
        }
    }
    void operator()(const Ready& ready) {
        event("ready");
        out.number("version", ready.version, kMaxNumber);
    }
    void operator()(const Failed& failed) {
        event("failed");
        out.structure("error", partsOf(failed.error));
    }
    void operator()(const NoEvents&) { event("no-events"); }
    void operator()(const Changed& changed) {
        event("changed");
        out.list("tokens", changed.tokens, kTokens);
    }
    void operator()(const Updated& updated) {
        event("updated");
        out.structure("token", updated.token);
    }
    void operator()(const Prompt& prompt) {
        event("prompt");
        out.number("id", prompt.id, kMaxNumber);
        out.ordinal("dialog", prompt.dialog, Dialog::overlooked);
    }
    void operator()(const PinChanged& changed) {
        event("pin-changed");
        out.number("id", changed.id, kMaxNumber);
    }
    void event(const std::string& name) { out.text("event", name, kText); }
};

Reply readReply(Decoder& in) {
    Reply reply;
    in.number("id", reply.id, kMaxNumber);
    if (in.peek("error")) {
        reply.outcome = readError(in);
    } else {
        ResultBox box;
        in.structure("result", box);
        reply.outcome = std::move(box.value);
    }
    return reply;
}

HostMessage readEvent(Decoder& in) {
    std::string name;
    in.text("event", name, kText);
    if (name == "ready") {
        Ready ready;
        in.number("version", ready.version, kMaxNumber);
        return ready;
    }
    if (name == "failed") return Failed{readError(in)};
    if (name == "no-events") return NoEvents{};
    if (name == "changed") {
        Changed changed;
        in.list("tokens", changed.tokens, kTokens);
        return changed;
    }
    if (name == "updated") {
        Updated updated;
        in.structure("token", updated.token);
        return updated;
    }
    if (name == "prompt") {
        Prompt prompt;
        in.number("id", prompt.id, kMaxNumber);
        in.ordinal("dialog", prompt.dialog, Dialog::overlooked);
        return prompt;
    }
    if (name == "pin-changed") {
        PinChanged changed;
        in.number("id", changed.id, kMaxNumber);
        return changed;
    }
    failPipe("unknown event");
}

/// More than any frame with a secret takes, so that it is written without leaving copies behind.
constexpr std::size_t kSecretFrame = 32768;

template <class Write>
void writeFrame(Bytes& frame, Write write) {
    beginFrame(frame);
    CborWriter out(frame);
    Encoder encoder(out);
    write(encoder);
    encoder.finish();
    endFrame(frame);
}

}  // namespace

bool carriesSecret(const Command& command) noexcept {
    return std::holds_alternative<token::UnlockPinWith>(command);
}

void wipeSecret(Command& command) noexcept {
    if (auto* unlock = std::get_if<token::UnlockPinWith>(&command)) unlock->administratorPin.clear();
}

void encode(Bytes& frame, std::uint64_t id, const Command& command) {
    if (carriesSecret(command)) frame.reserve(kSecretFrame);
    writeFrame(frame, [&](Encoder& out) {
        out.number("id", id, kMaxNumber);
        std::visit(
            [&]<class Op>(const Op& op) {
                out.text("op", std::string(Op::kName), kText);
                out.structure("args", op);
            },
            command);
    });
}

void encode(Bytes& frame, const Request& request) { encode(frame, request.id, request.command); }

void encode(Bytes& frame, const HostMessage& message) {
    writeFrame(frame, [&](Encoder& out) { std::visit(HostMessageWriter{out}, message); });
}

Request decodeRequest(ByteView message) {
    CborReader reader(message);
    Decoder in(reader);
    Request request;
    in.number("id", request.id, kMaxNumber);
    readCommand(in, request.command);
    in.finish();
    reader.expectEnd();
    return request;
}

HostMessage decodeHostMessage(ByteView message) {
    CborReader reader(message);
    Decoder in(reader);
    HostMessage decoded = in.peek("id") ? HostMessage(readReply(in)) : readEvent(in);
    in.finish();
    reader.expectEnd();
    return decoded;
}

}  // namespace ukey::pipe
