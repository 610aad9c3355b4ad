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

# -O3 gains nothing measurable here and takes a tenth longer.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-O3" "-O2" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")

set(UKEY_SANITIZER "" CACHE STRING "Sanitizers to build with, e.g. address,undefined or thread")

# What is built only to be tested is compiled for speed of building, not of running: unoptimised in every preset.
define_property(TARGET PROPERTY UKEY_TEST INITIALIZE_FROM_VARIABLE UKEY_TEST)
set(UKEY_IS_TEST $<BOOL:$<TARGET_PROPERTY:UKEY_TEST>>)

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
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The compiler collects its garbage later: a tenth of its time is saved for memory that every builder has.
  target_compile_options(ukey_options INTERFACE "SHELL:--param ggc-min-expand=100" "SHELL:--param ggc-min-heapsize=524288")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Of a source file it is known that nobody includes it; of the parts of a unity file (UkeyUnity.cmake) it is not.
  target_compile_options(ukey_options INTERFACE $<$<BOOL:$<TARGET_PROPERTY:UKEY_UNITY_BATCH>>:-Wno-subobject-linkage>)
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
  if(NOT WIN32)  # mingw's GCC 12 fails with an internal error on this where coroutines are.
    set(stack_clash -fstack-clash-protection)
  endif()
  target_compile_options(ukey_options INTERFACE -fstack-protector-strong ${stack_clash}
                                                $<$<AND:$<CONFIG:Release>,$<NOT:${UKEY_IS_TEST}>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>
                                                $<${UKEY_IS_TEST}:-O0>)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64")
    target_compile_options(ukey_options INTERFACE -fcf-protection)
  endif()
endif()
find_program(UKEY_MOLD mold)
if(UKEY_MOLD AND NOT WIN32)
  # The linker that takes a third of the time of the others.
  target_link_options(ukey_options INTERFACE -fuse-ld=mold)
endif()
if(WIN32)
  # The checks of -fstack-protector and _FORTIFY_SOURCE lie in a library of their own there; this is what links it.
  target_link_options(ukey_options INTERFACE -fstack-protector-strong)
  # GCC takes a template's function for the one that is called when it could be another file's, made with other options, and
  # keeps values in registers that only its own leaves alone. Systems with ELF are asked which one is called; this one is not.
  target_compile_options(ukey_options INTERFACE -fno-ipa-ra)
  # A test's templates have more sections than an object file has by default; more than 32,767 need another format.
  target_compile_options(ukey_options INTERFACE $<${UKEY_IS_TEST}:-Wa,-mbig-obj>)
  find_program(UKEY_LLD ld.lld)
  if(UKEY_LLD)
    # GNU's linker of Debian 12 takes 100 s for a test with a server in it, whose object has 45,000 sections; lld takes one. What ships
    # stays with GNU's.
    target_link_options(ukey_options INTERFACE $<${UKEY_IS_TEST}:SHELL:-wrapper ${PROJECT_SOURCE_DIR}/cmake/windows/lld.sh>)
  endif()
endif()
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  target_link_options(ukey_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)
endif()
