#include "sandbox/ra/code_messages.hpp"

#include "sandbox/ra/refusal.hpp"

namespace ukey::ra {

CodeMessages::CodeMessages(Outbox& outbox, SecretCodes& codes, std::chrono::seconds pause, Clock clock)
    : outbox_(outbox), codes_(codes), pause_(pause), clock_(std::move(clock)) {}

void CodeMessages::send(const CodeMessage& message) {
    outbox_.checkLimit(message.phone);
    if (const auto made = codes_.madeAt(message.purpose, message.lifetime)) {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(*made + pause_ - clock_());
        if (wait.count() > 0) throw Refused(Reason::tooSoon, wait);
    }
    const auto text = message.text(codes_.make(message.purpose, message.digits, message.lifetime));
    outbox_.send(message.phone, text.zh, text.en);
}

}  // namespace ukey::ra
