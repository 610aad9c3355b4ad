# One place for how every target of the project is compiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

find_program(UKEY_CCACHE ccache)
if(UKEY_CCACHE)
  # Debug information names the build folder, and the command line the source folder; without these two no two
  # checkouts would share an object.
  set(UKEY_CCACHE_COMMAND ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${UKEY_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${UKEY_CCACHE_COMMAND})
  set(CMAKE_C_COMPILER_LAUNCHER ${UKEY_CCACHE_COMMAND})
endif()

set(UKEY_SANITIZER "" CACHE STRING "Sanitizers to build with, e.g. address,undefined or thread")

# Everything links this: warnings, hardening, sanitizers.
add_library(ukey_options INTERFACE)
target_include_directories(ukey_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(ukey_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
# Line numbers are what a stack trace needs; all of the debug information takes twice the time.
target_compile_options(ukey_options INTERFACE $<$<CONFIG:Debug>:-g1>)
if(UKEY_SANITIZER AND NOT UKEY_FUZZ)
  # Not optimised: with sanitizers -O1 takes twice as long to compile, and the tests do not need the speed.
  target_compile_options(ukey_options INTERFACE -O0)
else()
  target_compile_options(ukey_options INTERFACE $<$<CONFIG:Debug>:-O1>)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports coroutine frames and inlined standard library code that it misreads as faulty.
  target_compile_options(ukey_options INTERFACE -Wno-mismatched-new-delete -Wno-restrict -Wno-maybe-uninitialized
                                                -Wno-array-bounds -Wno-stringop-overflow -Wno-tsan
                                                $<$<CONFIG:Release>:-Wno-stringop-overread>)
endif()
if(CMAKE_UNITY_BUILD)
  # The presets with sanitizers compile a target as one file: reading the same headers again takes longer than all the
  # rest. So no two files of a target may have the same name in an anonymous namespace, or the folder sets
  # CMAKE_UNITY_BUILD OFF.
  # Of a source file it is known that nobody includes it; of the parts of a unity file it is not.
  target_compile_options(ukey_options INTERFACE -Wno-subobject-linkage)
endif()
if(UKEY_SANITIZER)
  target_compile_options(ukey_options INTERFACE -fsanitize=${UKEY_SANITIZER} -fno-omit-frame-pointer
                                                -fno-sanitize-recover=all)
  if(UKEY_SANITIZER MATCHES "undefined" AND NOT UKEY_FUZZ)
    # A check of every pointer that is followed takes a third of the compile time, and AddressSanitizer sees what is
    # wrong with most. Alignment stays on where structures come from other people's libraries.
    define_property(TARGET PROPERTY UKEY_CHECK_ALIGNMENT INITIALIZE_FROM_VARIABLE UKEY_CHECK_ALIGNMENT)
    target_compile_options(ukey_options INTERFACE -fno-sanitize=null,object-size,vptr
      $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UKEY_CHECK_ALIGNMENT>>>:-fno-sanitize=alignment>)
  endif()
  if(UKEY_SANITIZER MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Clang 14 writes coroutines that its assembler refuses when calls through pointers are checked.
    target_compile_options(ukey_options INTERFACE -fno-sanitize=function)
  endif()
  target_link_options(ukey_options INTERFACE -fsanitize=${UKEY_SANITIZER})
else()
  target_compile_options(ukey_options INTERFACE -fstack-protector-strong -fstack-clash-protection
                                                $<$<CONFIG:Release>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64")
    target_compile_options(ukey_options INTERFACE -fcf-protection)
  endif()
endif()
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  target_link_options(ukey_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)
endif()
