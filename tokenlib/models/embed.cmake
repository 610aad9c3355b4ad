# Writes the octets of the files TABLE and SCHEMA into the C++ file OUTPUT.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/OctetsOf.cmake)
octets_of(${TABLE} table)
octets_of(${SCHEMA} schema)
file(WRITE ${OUTPUT} "// Made from models.json and models.schema.json.
#include \"tokenlib/base/bytes.hpp\"
#include \"tokenlib/models/models.hpp\"

namespace ukey::models {
namespace {

constexpr std::uint8_t kTable[] = {
    ${table}};
constexpr std::uint8_t kSchema[] = {
    ${schema}};

}  // namespace

std::string_view builtInTable() noexcept { return asText(kTable); }
std::string_view tableSchema() noexcept { return asText(kSchema); }

}  // namespace ukey::models
")
