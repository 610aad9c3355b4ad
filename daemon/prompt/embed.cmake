# Writes the octets of the drawings in FOLDER into the C++ file OUTPUT.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/OctetsOf.cmake)
file(GLOB drawings ${FOLDER}/*.svg)
set(arrays "")
set(rows "")
set(number 0)
foreach(drawing ${drawings})
  octets_of(${drawing} hex)
  get_filename_component(name ${drawing} NAME)
  string(APPEND arrays "constexpr std::uint8_t kDrawing${number}[] = {${hex}};\n")
  string(APPEND rows "    if (file == \"${name}\") return asText(kDrawing${number});\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Made from the drawings of the models.
#include \"daemon/prompt/picture.hpp\"
#include \"tokenlib/base/bytes.hpp\"

namespace ukey::window {
namespace {

${arrays}
}  // namespace

std::string_view builtInDrawing(std::string_view file) noexcept {
${rows}    return {};
}

}  // namespace ukey::window
")
