#include "daemon/setup/platform/windows/policy_values.hpp"

#include <algorithm>

#include "daemon/setup/platform/windows/registry_key.hpp"

namespace ukey::setup {
namespace {

const std::string kStored = "Software\\Ukey\\Setup";
const std::string kWritten = kStored + "\\Written";
const std::string kPolicyRoot = "Software\\Policies";

/// The number for a new entry of a list; nothing when the text is in it already.
std::optional<std::string> freeNumber(const Key& list, const std::string& text) {
    const auto names = list.names();
    for (const std::string& name : names)
        if (list.text(name) == text) return std::nullopt;
    unsigned number = kFirstNumber;
    while (std::find(names.begin(), names.end(), std::to_string(number)) != names.end()) ++number;
    return std::to_string(number);
}

/// A single value may be the administrator's already, and is his then.
std::optional<std::string> nameFor(const Key& key, const PlannedValue& value) {
    if (!value.name) return freeNumber(key, value.text);
    const auto names = key.names();
    const bool taken = std::find(names.begin(), names.end(), *value.name) != names.end();
    return taken ? std::nullopt : value.name;
}

}  // namespace

Properties storedProperties() {
    const auto key = Key::open(kStored);
    if (!key) return {};
    const auto stored = [&](const char* name) { return key->text(name).value_or(""); };
    return {stored("Origins"), stored("UnknownOrigins"), stored("Drivers"), stored("BrowserPolicies")};
}

void applyProperties(const Properties& properties) {
    const std::vector<PlannedValue> values = plannedValues(properties);
    removeWritten();
    if (values.empty()) return;
    const Key record = Key::create(kWritten);
    unsigned recorded = 0;
    for (const PlannedValue& value : values) {
        const Key key = Key::create(value.key);
        const auto name = nameFor(key, value);
        if (!name) continue;
        // Recorded first: after a crash in between, too much is looked for, and nothing is left.
        record.setLines(std::to_string(++recorded), {value.key, *name, value.text});
        key.setText(*name, value.text);
    }
}

void removeWritten() {
    const auto record = Key::open(kWritten);
    if (!record) return;
    constexpr std::size_t kFields = 3;
    for (const std::string& number : record->names()) {
        const auto fields = record->lines(number);
        if (fields && fields->size() == kFields) {
            const std::string& path = fields->at(0);
            const std::string& name = fields->at(1);
            const auto key = Key::open(path);
            if (key && key->text(name) == fields->at(2)) key->removeValue(name);
            removeEmptyKeys(path, kPolicyRoot);
        }
        record->removeValue(number);
    }
    removeEmptyKeys(kWritten, "Software");
}

}  // namespace ukey::setup
