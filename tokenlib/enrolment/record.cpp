#include "tokenlib/enrolment/record.hpp"

#include <array>
#include <utility>

namespace ukey::enrolment {
namespace {

constexpr std::array<std::pair<Kind, std::string_view>, 4> kKinds{
    {{Kind::issue, "issue"}, {Kind::renew, "renew"}, {Kind::change, "change"}, {Kind::reissue, "reissue"}}};

constexpr std::array<std::pair<Step, std::string_view>, 9> kSteps{{{Step::begun, "begun"},
                                                                   {Step::keyed, "keyed"},
                                                                   {Step::waiting, "waiting"},
                                                                   {Step::accepted, "accepted"},
                                                                   {Step::imported, "imported"},
                                                                   {Step::written, "written"},
                                                                   {Step::proven, "proven"},
                                                                   {Step::switched, "switched"},
                                                                   {Step::rollingBack, "rolling-back"}}};

template <class Table, class Value>
std::string_view nameIn(const Table& table, Value value) noexcept {
    for (const auto& [known, name] : table) {
        if (known == value) return name;
    }
    return {};
}

template <class Value, class Table>
std::optional<Value> valueIn(const Table& table, std::string_view name) noexcept {
    for (const auto& [value, known] : table) {
        if (known == name) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view toString(Kind kind) noexcept { return nameIn(kKinds, kind); }
std::optional<Kind> kindFrom(std::string_view name) noexcept { return valueIn<Kind>(kKinds, name); }
std::string_view toString(Step step) noexcept { return nameIn(kSteps, step); }
std::optional<Step> stepFrom(std::string_view name) noexcept { return valueIn<Step>(kSteps, name); }

bool mayRollBack(const Record& record) noexcept { return record.step != Step::switched; }

}  // namespace ukey::enrolment
