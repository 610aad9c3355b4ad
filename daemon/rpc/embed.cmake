# cmake -DINPUT=json -DOUTPUT=cpp -P embed.cmake: the file as a character array. Hexadecimal, because every octet must
# arrive as it is. Blanks at the start of lines go: they would be a third of the program's description.
file(READ ${INPUT} text)
string(REGEX REPLACE "\n[ ]+" "\n" text "${text}")
file(WRITE ${OUTPUT}.tmp "${text}")
file(READ ${OUTPUT}.tmp octets HEX)
file(REMOVE ${OUTPUT}.tmp)
string(LENGTH "${octets}" length)
math(EXPR length "${length} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" octets "${octets}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," octets "${octets}")
file(WRITE ${OUTPUT}
"#include \"daemon/rpc/description.hpp\"

namespace ukey::rpc {
namespace {

constexpr unsigned char kDescription[${length}] = {
${octets}};

}  // namespace

std::string_view descriptionText() noexcept { return {reinterpret_cast<const char*>(kDescription), sizeof kDescription}; }

}  // namespace ukey::rpc
")
