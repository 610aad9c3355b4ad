# What ukeyd and a token host tell each other; neither trusts the other.
ukey_fuzz(PREFIX pipe LIBRARIES ukey_pipe)

# pipe_seeds FOLDER writes well-formed inputs for each of them into FOLDER/<target>/.
add_executable(pipe_seeds seeds/pipe_seeds.cpp)
target_link_libraries(pipe_seeds PRIVATE ukey_options ukey_pipe)
add_dependencies(ukey_fuzz pipe_seeds)
