// Looks for a secret in what other processes have in memory, and in files: as text, in UTF-16, in base64 and
// in hexadecimal. Only root reads the memory of processes that are not dumpable.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ukey::test {

/// A process and all that descend from it.
std::vector<pid_t> processesBelow(pid_t root);

class SecretSearch {
  public:
    /// The secret should be long enough not to turn up by chance: six characters or more.
    explicit SecretSearch(const std::string& secret);

    /// One line for each place: which form, where. Throws std::runtime_error when the process cannot be read.
    std::vector<std::string> inProcess(pid_t process) const;
    /// In every file of the folder and below; or in the one file.
    std::vector<std::string> inFiles(const std::filesystem::path& path) const;
    std::vector<std::string> inText(const std::string& text, const std::string& place) const;

  private:
    struct Form {
        std::string name;
        std::string octets;
    };
    std::vector<Form> forms_;
    std::size_t longest_ = 0;
};

}  // namespace ukey::test
