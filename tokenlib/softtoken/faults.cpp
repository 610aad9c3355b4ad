#include "tokenlib/softtoken/faults.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "tokenlib/base/error.hpp"

namespace ukey::softtoken {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxFaultsSize = std::size_t{1} << 20;

constexpr std::array kActionNames = std::to_array<std::pair<FaultAction, std::string_view>>({
    {FaultAction::hang, "hang"},
    {FaultAction::crash, "crash"},
    {FaultAction::exit, "exit"},
    {FaultAction::kill, "kill"},
    {FaultAction::remove, "remove"},
    {FaultAction::delay, "delay"},
    {FaultAction::wrongCode, "wrong-code"},
    {FaultAction::wrongLength, "wrong-length"},
    {FaultAction::wrongCount, "wrong-count"},
    {FaultAction::hugeLength, "huge-length"},
    {FaultAction::garbage, "garbage"},
    {FaultAction::crashIfConcurrent, "crash-if-concurrent"},
});

[[noreturn]] void refuse(const std::string& why) { throw Error(ErrorCode::badRequest, "faults: " + why); }

FaultAction actionFrom(const std::string& name) {
    for (const auto& [action, known] : kActionNames)
        if (known == name) return action;
    refuse("no action is called " + name);
}

std::string_view nameOf(FaultAction action) {
    for (const auto& [known, name] : kActionNames)
        if (known == action) return name;
    return "hang";
}

std::string withoutPrefix(std::string name) { return name.starts_with("SKF_") ? name.substr(4) : name; }

// A number, or a text such as "0x0A000005": codes are easier to read so.
std::uint32_t number(const Json& json) {
    if (json.is_number_unsigned() && json.get<std::uint64_t>() <= 0xFFFFFFFFU)
        return json.get<std::uint32_t>();
    if (json.is_string()) {
        const std::string text = json.get<std::string>();
        if (!text.empty() && text.size() <= 10 &&
            text.find_first_not_of("0123456789abcdefABCDEFxX") == std::string::npos) {
            std::size_t end = 0;
            const unsigned long value = std::stoul(text, &end, 0);
            if (end == text.size() && value <= 0xFFFFFFFFUL) return static_cast<std::uint32_t>(value);
        }
    }
    refuse("not a number of 32 bits: " + json.dump());
}

Fault parseFault(const Json& json) {
    if (!json.is_object() || !json.contains("function") || !json.contains("action"))
        refuse("each is an object with function and action");
    Fault fault;
    for (const auto& [key, value] : json.items()) {
        if (key == "function")
            fault.function = withoutPrefix(value.get<std::string>());
        else if (key == "action")
            fault.action = actionFrom(value.get<std::string>());
        else if (key == "nth")
            fault.nth = number(value);
        else if (key == "once")
            fault.once = value.get<bool>();
        else if (key == "code")
            fault.code = number(value);
        else if (key == "value")
            fault.value = number(value);
        else if (key == "milliseconds")
            fault.delay = std::chrono::milliseconds(number(value));
        else
            refuse("nothing is called " + key);
    }
    if (fault.nth == 0) refuse("calls are counted from 1");
    return fault;
}

}  // namespace

std::vector<Fault> parseFaults(std::string_view json) {
    std::vector<Fault> faults;
    if (json.empty()) return faults;
    try {
        const Json list = Json::parse(json);
        if (!list.is_array()) refuse("not a list");
        for (const Json& item : list) faults.push_back(parseFault(item));
    } catch (const Json::exception& problem) {
        refuse(problem.what());
    } catch (const std::logic_error& problem) {
        refuse(problem.what());
    }
    return faults;
}

std::string encodeFaults(const std::vector<Fault>& faults) {
    Json list = Json::array();
    for (const Fault& fault : faults) {
        Json json = {{"function", fault.function},
                     {"nth", fault.nth},
                     {"action", nameOf(fault.action)},
                     {"once", fault.once}};
        if (fault.code) json["code"] = *fault.code;
        if (fault.value) json["value"] = *fault.value;
        if (fault.delay.count() > 0) json["milliseconds"] = fault.delay.count();
        list.push_back(std::move(json));
    }
    return list.dump(1);
}

std::optional<Fault> FaultBook::countCall(std::string_view function) {
    const std::lock_guard guard(mutex_);
    follow();
    std::optional<Fault> met;
    for (Entry& entry : entries_) {
        if (entry.fault.function != function) continue;
        ++entry.calls;
        if (!met && (entry.fault.once ? entry.calls == entry.fault.nth : entry.calls >= entry.fault.nth))
            met = entry.fault;
    }
    if (met && met->once) strikeOff(*met);
    return met;
}

void FaultBook::follow() {
    const platform::FileIdentity now = platform::identityOf(paths_.faults);
    if (now == identity_) return;
    std::vector<Entry> entries;
    if (const auto file = platform::readFile(paths_.faults, kMaxFaultsSize)) {
        for (Fault& fault : parseFaults(asText(file->bytes))) entries.push_back({std::move(fault)});
        identity_ = file->identity;
    } else {
        identity_ = {};
    }
    // Another process struck a fault off: the counts of the others go on.
    for (Entry& entry : entries) {
        const auto known = std::find_if(entries_.begin(), entries_.end(),
                                        [&entry](const Entry& old) { return old.fault == entry.fault; });
        if (known != entries_.end()) entry.calls = std::exchange(known->calls, 0);
    }
    entries_ = std::move(entries);
}

void FaultBook::strikeOff(const Fault& fault) {
    const auto lock = platform::FileLock::acquire(paths_.faultsLock);
    follow();
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&fault](const Entry& entry) { return entry.fault == fault; });
    if (found == entries_.end()) return;
    entries_.erase(found);
    std::vector<Fault> left;
    for (const Entry& entry : entries_) left.push_back(entry.fault);
    const std::string text = encodeFaults(left);
    identity_ = platform::replaceFile(paths_.faults, paths_.faults + ".new", asBytes(text));
}

}  // namespace ukey::softtoken
