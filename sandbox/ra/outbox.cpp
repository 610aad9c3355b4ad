#include "sandbox/ra/outbox.hpp"

#include "sandbox/ra/refusal.hpp"

namespace ukey::ra {
namespace {

using namespace std::chrono_literals;
constexpr std::int64_t kMessagesAnHour = 10;

}  // namespace

void Outbox::send(const std::string& phone, const std::string& zh, const std::string& en) {
    const Time now = clock_();
    auto count = database_.query("SELECT count(*) FROM message WHERE phone = ? AND sent > ?", phone,
                                 toSeconds(now - 1h));
    if (count.step() && count.number(0) >= kMessagesAnHour) throw Refused(Reason::tooManyMessages);
    database_.run("INSERT INTO message (phone, zh, en, sent) VALUES (?, ?, ?, ?)", phone, zh, en,
                  toSeconds(now));
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
