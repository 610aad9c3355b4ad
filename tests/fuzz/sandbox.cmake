# What sites' servers copy from the sandbox, over what comes from outside.
ukey_fuzz(PREFIX sandbox LIBRARIES ukey_sealed_check ukey_base)

# sandbox_seeds FOLDER writes well-formed inputs for each of them into FOLDER/<target>/.
set(pki_tests ${PROJECT_SOURCE_DIR}/tests/tokenlib/pki)
set(message_tests ${PROJECT_SOURCE_DIR}/tests/tokenlib/message)
add_executable(sandbox_seeds seeds/sandbox_seeds.cpp ${pki_tests}/test_ca.cpp ${message_tests}/signers.cpp)
target_include_directories(sandbox_seeds PRIVATE ${pki_tests} ${message_tests})
target_link_libraries(sandbox_seeds PRIVATE ukey_options ukey_message OpenSSL::Crypto)
add_dependencies(ukey_fuzz sandbox_seeds)
