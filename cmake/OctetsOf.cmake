# octets_of(FILE result): the file as the elements of a C++ array of octets. Hexadecimal, because every octet must arrive as
# it is, and compilers cap the length of string literals.
function(octets_of file result)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n    " hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  set(${result} "${hex}" PARENT_SCOPE)
endfunction()

# The same of a text.
function(octets_of_text text scratch result)
  file(WRITE ${scratch} "${text}")
  octets_of(${scratch} octets)
  file(REMOVE ${scratch})
  set(${result} "${octets}" PARENT_SCOPE)
endfunction()
