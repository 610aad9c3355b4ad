# Parsers of certificates and of what a registration authority returns.
ukey_fuzz(PREFIX pki LIBRARIES ukey_pki)

# pki_seeds FOLDER writes well-formed inputs for each of them into FOLDER/<target>/.
set(pki_tests ${PROJECT_SOURCE_DIR}/tests/tokenlib/pki)
add_executable(pki_seeds seeds/pki_seeds.cpp ${pki_tests}/test_ca.cpp ${pki_tests}/test_ra.cpp)
target_include_directories(pki_seeds PRIVATE ${pki_tests})
target_link_libraries(pki_seeds PRIVATE ukey_options ukey_pki OpenSSL::Crypto)
add_dependencies(ukey_fuzz pki_seeds)
