# Signed and sealed messages, as pages hand them in.
ukey_fuzz(PREFIX message LIBRARIES ukey_message)

# message_seeds FOLDER writes well-formed inputs for each of them into FOLDER/<target>/.
set(pki_tests ${PROJECT_SOURCE_DIR}/tests/tokenlib/pki)
set(message_tests ${PROJECT_SOURCE_DIR}/tests/tokenlib/message)
add_executable(message_seeds seeds/message_seeds.cpp ${pki_tests}/test_ca.cpp ${message_tests}/signers.cpp
                             ${message_tests}/authority.cpp)
target_include_directories(message_seeds PRIVATE ${pki_tests} ${message_tests})
target_link_libraries(message_seeds PRIVATE ukey_options ukey_message OpenSSL::Crypto)
add_dependencies(ukey_fuzz message_seeds)
