# cmake -DINPUT=public_suffix_list.dat -DOUTPUT=cpp -P embed_suffixes.cmake: the rules of the list as a character array.
file(STRINGS ${INPUT} lines ENCODING UTF-8)
list(FILTER lines EXCLUDE REGEX "^//|^[ \t]*$")
list(JOIN lines "\n" text)
file(WRITE ${OUTPUT}.tmp "${text}\n")
file(READ ${OUTPUT}.tmp octets HEX)
file(REMOVE ${OUTPUT}.tmp)
string(LENGTH "${octets}" length)
math(EXPR length "${length} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" octets "${octets}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," octets "${octets}")
file(WRITE ${OUTPUT}
"#include \"daemon/policy/platform/windows/suffix_list.hpp\"

namespace ukey::policy {
namespace {

constexpr unsigned char kRules[${length}] = {
${octets}};

}  // namespace

std::string_view suffixList() noexcept { return {reinterpret_cast<const char*>(kRules), sizeof kRules}; }

}  // namespace ukey::policy
")
