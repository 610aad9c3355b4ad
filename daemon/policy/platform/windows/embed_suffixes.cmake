# cmake -DINPUT=public_suffix_list.dat -DOUTPUT=cpp -P embed_suffixes.cmake: the rules of the list as a character array.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../../../../cmake/OctetsOf.cmake)
file(STRINGS ${INPUT} lines ENCODING UTF-8)
list(FILTER lines EXCLUDE REGEX "^//|^[ \t]*$")
list(JOIN lines "\n" text)
octets_of_text("${text}\n" ${OUTPUT}.tmp octets)
file(WRITE ${OUTPUT}
"#include \"daemon/policy/platform/windows/suffix_list.hpp\"

namespace ukey::policy {
namespace {

constexpr unsigned char kRules[] = {
${octets}};

}  // namespace

std::string_view suffixList() noexcept { return {reinterpret_cast<const char*>(kRules), sizeof kRules}; }

}  // namespace ukey::policy
")
