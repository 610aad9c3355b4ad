#include "daemon/audit/chain.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "tokenlib/base/error.hpp"

namespace ukey::audit {
namespace {

using nlohmann::json;

std::string_view asText(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Bytes Chain::hashOf(const Row& row) const {
    const std::string number = std::to_string(row.number);
    const Entry& entry = row.entry;
    const std::array<std::string_view, 9> parts{asText(hash_),     number,          row.time,
                                                entry.origin,      entry.operation, entry.token,
                                                entry.certificate, entry.digest,    entry.outcome};
    return key_->of(parts);
}

Row Chain::append(std::string time, Entry entry) {
    Row row{next_, std::move(time), std::move(entry), {}};
    row.hash = hashOf(row);
    hash_ = row.hash;
    ++next_;
    return row;
}

bool Chain::accept(const Row& row) {
    if (row.number != next_ || row.hash != hashOf(row)) return false;
    hash_ = row.hash;
    ++next_;
    return true;
}

std::string toJsonLine(const Row& row) {
    const json line{{"number", row.number},         {"time", row.time},
                    {"origin", row.entry.origin},   {"operation", row.entry.operation},
                    {"token", row.entry.token},     {"certificate", row.entry.certificate},
                    {"digest", row.entry.digest},   {"outcome", row.entry.outcome},
                    {"hash", toBase64Url(row.hash)}};
    return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

Row fromJsonLine(std::string_view line) {
    try {
        const json read = json::parse(line);
        Row row;
        row.number = read.at("number").get<std::int64_t>();
        row.time = read.at("time").get<std::string>();
        row.entry = {read.at("origin").get<std::string>(), read.at("operation").get<std::string>(),
                     read.at("token").get<std::string>(),  read.at("certificate").get<std::string>(),
                     read.at("digest").get<std::string>(), read.at("outcome").get<std::string>()};
        auto hash = fromBase64Url(read.at("hash").get_ref<const std::string&>());
        if (!hash) throw Error(ErrorCode::badRequest, "a hash of the audit log is not base64url");
        row.hash = std::move(*hash);
        return row;
    } catch (const json::exception& error) {
        throw Error(ErrorCode::badRequest, std::string("not a line of the audit log: ") + error.what());
    }
}

}  // namespace ukey::audit
