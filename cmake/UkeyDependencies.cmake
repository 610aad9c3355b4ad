# The libraries that come from the distribution, each as one target.
if(WIN32)
  include(cmake/UkeyWindowsLibraries.cmake)
else()
  find_package(Threads REQUIRED)
  find_package(Boost 1.81 REQUIRED)
  find_package(OpenSSL 3.0 REQUIRED)
  find_package(nlohmann_json 3.10 REQUIRED)
  find_package(valijson REQUIRED)
  find_package(fmt REQUIRED)
  find_package(spdlog REQUIRED)
  find_package(SQLite3 REQUIRED)
  find_package(CLI11 REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(LIBGCRYPT REQUIRED IMPORTED_TARGET libgcrypt)
  add_library(ukey_gcrypt INTERFACE)
  target_link_libraries(ukey_gcrypt INTERFACE PkgConfig::LIBGCRYPT)
endif()

# Asio and Beast are compiled once, here, instead of in every file that includes them.
add_library(ukey_asio STATIC ${PROJECT_SOURCE_DIR}/cmake/asio_impl.cpp)
target_link_libraries(ukey_asio PRIVATE ukey_options PUBLIC Boost::headers Threads::Threads)
target_compile_definitions(ukey_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                                            BOOST_ERROR_CODE_HEADER_ONLY)

add_library(ukey_beast STATIC ${PROJECT_SOURCE_DIR}/cmake/beast_impl.cpp)
target_link_libraries(ukey_beast PRIVATE ukey_options PUBLIC ukey_asio)
target_compile_definitions(ukey_beast PUBLIC BOOST_BEAST_SEPARATE_COMPILATION)
