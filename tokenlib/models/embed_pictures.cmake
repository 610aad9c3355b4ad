# Writes the pictures of the models in TABLE into the C++ file OUTPUT. They lie in FOLDER; where SUFFIX is given, their files end so
# there.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/OctetsOf.cmake)
file(READ ${TABLE} table)
string(JSON count LENGTH "${table}" models)
math(EXPR last "${count} - 1")
set(arrays "")
set(rows "")
set(embedded "")
foreach(number RANGE ${last})
  foreach(member id name picture)
    string(JSON ${member} GET "${table}" models ${number} ${member})
  endforeach()
  get_filename_component(stem ${picture} NAME_WE)
  string(MAKE_C_IDENTIFIER ${stem} array)
  if(NOT array IN_LIST embedded)
    list(APPEND embedded ${array})
    if(SUFFIX)
      octets_of(${FOLDER}/${stem}${SUFFIX} hex)
    else()
      octets_of(${FOLDER}/${picture} hex)
    endif()
    string(APPEND arrays "constexpr std::uint8_t ${array}[] = {${hex}};\n")
  endif()
  string(APPEND rows "    if (model == \"${id}\" || model == \"${name}\") return asText(${array});\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from the table of models and their pictures.
#include \"tokenlib/models/pictures.hpp\"

#include \"tokenlib/base/bytes.hpp\"

namespace ukey::models {
namespace {

${arrays}
}  // namespace

std::string_view pictureOf(std::string_view model) noexcept {
${rows}    return {};
}

}  // namespace ukey::models
")
