#include "tokenlib/softtoken/call.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/softtoken/events.hpp"

namespace ukey::softtoken {
namespace {

std::atomic<unsigned> callsInFlight{0};

class InFlight {
  public:
    explicit InFlight(bool counts) noexcept : counts_(counts) {
        if (counts_) ++callsInFlight;
    }
    ~InFlight() {
        if (counts_) --callsInFlight;
    }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

  private:
    bool counts_;
};

std::vector<std::shared_ptr<Token>> tokensMeant(const CallTarget& target) {
    std::vector<std::shared_ptr<Token>> tokens;
    if (target.handle != nullptr) {
        if (const auto object = handles().find(target.handle)) tokens.push_back(object->owner().token);
    } else if (target.device != nullptr) {
        const std::string_view name(target.device, ::strnlen(target.device, 64));
        if (isSerial(name)) tokens.push_back(tokenOf(std::string(name)));
    } else if (target.all) {
        for (const std::string& serial : pluggedSerials()) tokens.push_back(tokenOf(serial));
    }
    return tokens;
}

struct MetFault {
    Fault fault;
    std::shared_ptr<Token> token;
};

std::optional<MetFault> faultMet(std::string_view function, const CallTarget& target) {
    for (auto& token : tokensMeant(target))
        if (auto fault = token->faults().countCall(function))
            return MetFault{*std::move(fault), std::move(token)};
    return std::nullopt;
}

ULONG codeOf(const Error& error) noexcept {
    switch (error.code()) {
        case ErrorCode::tokenNotFound:
            return SAR_DEVICE_REMOVED;
        case ErrorCode::badRequest:
            return SAR_INVALIDPARAMERR;
        default:
            return SAR_FILEERR;
    }
}

ULONG run(ExportBody body, void* context) noexcept {
    try {
        body(context);
        return SAR_OK;
    } catch (const SarError& error) {
        return error.code();
    } catch (const Error& error) {
        return codeOf(error);
    } catch (const std::bad_alloc&) {
        return SAR_MEMORYERR;
    } catch (...) {
        return SAR_UNKNOWNERR;
    }
}

}  // namespace

ULONG runExport(std::string_view function, const CallTarget& target, const Outputs& outputs, ExportBody body,
                void* context) noexcept {
    const InFlight inFlight(!target.waits);
    const ULONG capacity = outputs.length != nullptr ? *outputs.length : 0;
    std::optional<MetFault> met;
    std::optional<ULONG> answer;
    const auto strike = [&] {
        met = faultMet(function, target);
        if (met) answer = misbehaveBefore(met->fault, pathsOf(met->token->serial()), callsInFlight.load());
    };
    const ULONG problem = run([](void* action) { (*static_cast<decltype(strike)*>(action))(); },
                              const_cast<void*>(static_cast<const void*>(&strike)));
    if (problem != SAR_OK) return problem;
    if (answer) return *answer;
    const ULONG code = run(body, context);
    return met ? misbehaveAfter(met->fault, outputs, capacity, code) : code;
}

ByteView input(const BYTE* data, ULONG size) {
    if (size == 0) return {};
    requirePointers(data);
    return {data, size};
}

std::string text(const char* text, std::size_t minSize, std::size_t maxSize, ULONG code) {
    requirePointers(text);
    const std::string_view view(text, ::strnlen(text, maxSize + 1));
    require(view.size() >= minSize && view.size() <= maxSize && isUtf8(view), code);
    return std::string(view);
}

Secret pinText(const char* pin) {
    constexpr std::size_t kMin = 6;
    constexpr std::size_t kMax = 16;
    requirePointers(pin);
    const std::size_t size = ::strnlen(pin, kMax + 1);
    require(size >= kMin && size <= kMax, SAR_PIN_LEN_RANGE);
    return Secret::copyOf(std::string_view(pin, size));
}

bool offer(std::size_t size, const BYTE* out, ULONG* length) {
    requirePointers(length);
    const ULONG capacity = *length;
    *length = static_cast<ULONG>(size);
    if (out == nullptr) return false;
    require(capacity >= size, SAR_BUFFER_TOO_SMALL);
    return true;
}

void give(ByteView bytes, BYTE* out, ULONG* length) {
    if (offer(bytes.size(), out, length) && !bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
}

void giveNames(const std::vector<std::string>& names, LPSTR out, ULONG* length) {
    std::string list;
    for (const std::string& name : names) list.append(name).push_back('\0');
    list.push_back('\0');
    give(asBytes(list), reinterpret_cast<BYTE*>(out), length);
}

void putText(std::string_view text, CHAR* field, std::size_t size) {
    std::memset(field, 0, size);
    std::memcpy(field, text.data(), std::min(text.size(), size - 1));
}

}  // namespace ukey::softtoken
