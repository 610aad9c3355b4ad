#include "daemon/prompt/assuan_server.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/prompt/window.hpp"
#include "tokenlib/prompt/assuan.hpp"

namespace ukey::window {
namespace {

namespace assuan = prompt::assuan;

/// Of pinentry, in libgpg-error's numbers.
constexpr std::uint32_t kSource = 5U << 24U;

/// Where a command's parameter goes.
struct Setting {
    std::string_view verb;
    std::string Question::*field;
};
constexpr std::array<Setting, 9> kSettings{{{"SETTITLE", &Question::title},
                                            {"SETDESC", &Question::text},
                                            {"SETERROR", &Question::error},
                                            {"SETPROMPT", &Question::label},
                                            {"SETREPEAT", &Question::repeat},
                                            {"SETREPEATERROR", &Question::repeatError},
                                            {"SETOK", &Question::ok},
                                            {"SETNOTOK", &Question::other},
                                            {"SETCANCEL", &Question::cancel}}};

std::string unescaped(std::string_view parameter) {
    Secret octets(assuan::kMaxLine);
    if (!assuan::appendData(octets, parameter)) return {};
    return std::string(octets.text());
}

class AssuanServer {
  public:
    AssuanServer(int input, int output) : input_(input), output_(output) {}

    int run() {
        say("OK Ukey Bridge");
        std::string line;
        while (readLine(line)) {
            if (!take(line)) return 0;
        }
        return 0;
    }

  private:
    /// False at the end, and for a line that is too long.
    bool readLine(std::string& line) {
        for (;;) {
            const auto end = read_.find('\n');
            if (end != std::string::npos) {
                line = read_.substr(0, end);
                read_.erase(0, end + 1);
                return true;
            }
            if (read_.size() > assuan::kMaxLine) return false;
            std::array<char, 1024> octets;
            const ssize_t got = ::read(input_, octets.data(), octets.size());
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return false;
            read_.append(octets.data(), static_cast<std::size_t>(got));
        }
    }

    void write(std::string_view text) {
        while (!text.empty()) {
            const ssize_t wrote = ::write(output_, text.data(), text.size());
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(wrote));
        }
    }
    void say(const std::string& line) { write(line + "\n"); }
    void refuse(std::uint32_t code) { say("ERR " + std::to_string(kSource | code) + " ukey-prompt"); }

    /// False for the last one.
    bool take(std::string_view line) {
        const std::string_view verb = line.substr(0, line.find(' '));
        const std::string_view rest = line.substr(std::min(line.size(), verb.size() + 1));
        if (verb == "BYE") {
            say("OK");
            return false;
        }
        if (verb == "GETPIN") {
            askFor(Kind::pin);
        } else if (verb == "CONFIRM") {
            askFor(rest.find("--one-button") == std::string_view::npos ? Kind::question : Kind::notice);
        } else if (verb == "MESSAGE") {
            askFor(Kind::notice);
        } else {
            set(verb, rest);
        }
        return true;
    }

    void set(std::string_view verb, std::string_view rest) {
        const auto* found = std::find_if(kSettings.begin(), kSettings.end(),
                                         [&](const Setting& setting) { return setting.verb == verb; });
        if (found != kSettings.end()) {
            question_.*(found->field) = unescaped(rest);
        } else if (verb == "OPTION") {
            setOption(unescaped(rest));
        } else if (verb == "SETTIMEOUT") {
            unsigned seconds = 0;
            (void)std::from_chars(rest.data(), rest.data() + rest.size(), seconds);
            question_.timeout = std::chrono::seconds(seconds);
        } else if (verb == "RESET") {
            question_ = Question{};
        } else if (verb != "NOP") {
            return refuse(assuan::kUnknownCommand);
        }
        say("OK");
    }

    void setOption(const std::string& option) {
        const auto equals = option.find('=');
        const std::string name = option.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : option.substr(equals + 1);
        if (name == "ukey-language") question_.language = languageFrom(value);
        if (name == "ukey-model") question_.model = value;
    }

    void askFor(Kind kind) {
        question_.kind = kind;
        const prompt::OnOverlooked onOverlooked = [this](bool isOverlooked) {
            say("S " + std::string(isOverlooked ? assuan::kOverlooked : assuan::kInSight));
        };
        const Answer answer = ask(question_, input_, onOverlooked);
        const bool repeats = !std::exchange(question_.repeat, {}).empty();
        question_.error.clear();
        switch (answer.outcome) {
            case Outcome::ok:
                if (answer.pin) hand(*answer.pin, repeats);
                return say("OK");
            case Outcome::other:
                return refuse(assuan::kNotConfirmed);
            case Outcome::timedOut:
                return refuse(assuan::kTimeout);
            case Outcome::cancelled:
                return refuse(assuan::kCanceled);
        }
    }

    void hand(const Secret& pin, bool repeated) {
        if (repeated) say("S PIN_REPEATED");
        if (pin.empty()) return;
        constexpr std::string_view digits = "0123456789ABCDEF";
        Secret line(3 * pin.size() + 3);
        line.append(asBytes("D "));
        for (const std::uint8_t octet : pin.view()) {
            const std::array<char, 3> escaped{'%', digits[octet >> 4U], digits[octet & 15U]};
            line.append(asBytes(std::string_view(escaped.data(), escaped.size())));
        }
        line.append(asBytes("\n"));
        write(line.text());
    }

    int input_;
    int output_;
    std::string read_;
    Question question_;
};

}  // namespace

int converse(int input, int output) { return AssuanServer(input, output).run(); }

}  // namespace ukey::window
