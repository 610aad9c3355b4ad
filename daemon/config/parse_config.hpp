// From checked JSON to Config.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/config/source.hpp"

namespace ukey::config {

/// Reads a file that must hold one JSON object (comments and trailing commas are errors; at most 1 MiB).
nlohmann::json readObject(const std::filesystem::path& file);

/// Who wrote them.
enum class Trust : std::uint8_t { user, administrator };

/// Takes over what `json` has, once it has passed ukeyd.schema.json and what no schema can say. Throws
/// bad-request with the place, by `source`, and the reason.
void apply(Config& config, const nlohmann::json& json, const Source& source, Trust trust);

}  // namespace ukey::config
