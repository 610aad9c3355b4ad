#include "tests/daemon/support/openssl_envelopes.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace ukey::test {

Bytes sealedByOpenssl(const std::filesystem::path& folder, const std::string& content,
                      const std::vector<std::string>& certificatesPem, const std::string& options,
                      const std::string& recipientOptions) {
    const auto file = [&](const std::string& name) { return (folder / name).string(); };
    std::ofstream(file("content")) << content;
    std::string command = "openssl cms -encrypt -binary -aes256 -outform DER -in " + file("content") +
                          " -out " + file("sealed") + " " + options;
    for (std::size_t i = 0; i < certificatesPem.size(); ++i) {
        const std::string certificate = file("certificate" + std::to_string(i));
        std::ofstream(certificate) << certificatesPem[i];
        command += " -recip " + certificate + " " + recipientOptions;
    }
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
    std::ifstream in(file("sealed"), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace ukey::test
