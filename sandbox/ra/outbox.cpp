#include "sandbox/ra/outbox.hpp"

#include "sandbox/ra/refusal.hpp"

namespace ukey::ra {
namespace {

using namespace std::chrono_literals;
constexpr std::int64_t kMessagesAnHour = 10;

}  // namespace

void Outbox::checkLimit(const std::string& phone) {
    const Time now = clock_();
    auto recent = database_.query("SELECT sent FROM message WHERE phone = ? AND sent > ? ORDER BY sent",
                                  phone, toSeconds(now - 1h));
    std::int64_t count = 0;
    Time oldest = now;
    while (recent.step()) {
        if (count++ == 0) oldest = fromSeconds(recent.number(0));
    }
    if (count >= kMessagesAnHour) {
        throw Refused(Reason::tooManyMessages, std::chrono::ceil<std::chrono::seconds>(oldest + 1h - now));
    }
}

void Outbox::send(const std::string& phone, const std::string& zh, const std::string& en) {
    checkLimit(phone);
    database_.run("INSERT INTO message (phone, zh, en, sent) VALUES (?, ?, ?, ?)", phone, zh, en,
                  toSeconds(clock_()));
}

std::vector<Message> Outbox::list() {
    auto rows = database_.query("SELECT phone, zh, en, sent FROM message ORDER BY id DESC LIMIT 100");
    std::vector<Message> messages;
    while (rows.step()) {
        messages.push_back({rows.text(0), rows.text(1), rows.text(2), fromSeconds(rows.number(3))});
    }
    return messages;
}

}  // namespace ukey::ra
