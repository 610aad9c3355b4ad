# cmake -DINPUT=json -DOUTPUT=cpp -P embed.cmake: the file as a character array. Blanks at the start of lines go: they would
# be a third of the program's description.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/OctetsOf.cmake)
file(READ ${INPUT} text)
string(REGEX REPLACE "\n[ ]+" "\n" text "${text}")
octets_of_text("${text}" ${OUTPUT}.tmp octets)
file(WRITE ${OUTPUT}
"#include \"daemon/rpc/description.hpp\"

namespace ukey::rpc {
namespace {

constexpr unsigned char kDescription[] = {
${octets}};

}  // namespace

std::string_view descriptionText() noexcept { return {reinterpret_cast<const char*>(kDescription), sizeof kDescription}; }

}  // namespace ukey::rpc
")
