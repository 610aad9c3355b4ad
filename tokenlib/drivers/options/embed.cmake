# Writes the octets of the schemas in the folder FROM into the C++ file OUTPUT.
include(${CMAKE_CURRENT_LIST_DIR}/../../../cmake/OctetsOf.cmake)
octets_of(${FROM}/skf.schema.json skf)
octets_of(${FROM}/pkcs11.schema.json pkcs11)
file(WRITE ${OUTPUT} "// Made from skf.schema.json and pkcs11.schema.json.
#include \"tokenlib/base/bytes.hpp\"
#include \"tokenlib/drivers/options/options_schema.hpp\"

namespace ukey::drivers {
namespace {

constexpr std::uint8_t kSkf[] = {
    ${skf}};
constexpr std::uint8_t kPkcs11[] = {
    ${pkcs11}};

}  // namespace

std::vector<schema::ReferredFile> optionsSchemas() {
    return {{\"skf.schema.json\", asText(kSkf)}, {\"pkcs11.schema.json\", asText(kPkcs11)}};
}

}  // namespace ukey::drivers
")
