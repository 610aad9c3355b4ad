# Writes the octets of the file SCHEMA into the C++ file OUTPUT.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/OctetsOf.cmake)
octets_of(${SCHEMA} schema)
file(WRITE ${OUTPUT} "// Made from ukeyd.schema.json.
#include \"daemon/config/configuration_schema.hpp\"
#include \"tokenlib/base/bytes.hpp\"

namespace ukey::config {
namespace {

constexpr std::uint8_t kSchema[] = {
    ${schema}};

}  // namespace

std::string_view configurationSchema() noexcept { return asText(kSchema); }

}  // namespace ukey::config
")
