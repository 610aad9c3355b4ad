#include "tests/bench/support/soft_daemon.hpp"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/bench/support/process_meter.hpp"

namespace ukey::bench {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

void configure(const fs::path& folder, const fs::path& build, const std::vector<std::string>& origins) {
    const fs::path pinentry = folder / "pinentry";
    std::ofstream(pinentry) << "#!/bin/sh\nUKEY_TEST_PIN=" << SoftDaemon::kPin << " exec " << UKEY_SOURCE_DIR
                            << "/tests/support/pinentry_script \"$@\"\n";
    fs::permissions(pinentry, fs::perms::owner_all);
    json rules = json::array();
    for (const std::string& origin : origins) {
        rules.push_back({{"origin", origin},
                         {"scopes", {"tokens", "certificates", "sign", "decrypt"}},
                         {"confirm", "login"}});
    }
    std::ofstream(folder / "ukeyd.json") << json{
        {"drivers", {{{"name", "soft"}, {"kind", "skf"}, {"library", build / "lib/libukey-softtoken.so"}}}},
        {"origins", rules},
        {"stateDir", folder / "state"},
        {"pinentry", pinentry}};
}

}  // namespace

SoftDaemon::SoftDaemon(const fs::path& build, const std::vector<std::string>& origins) {
    std::string pattern = (fs::temp_directory_path() / "ukey-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder");
    folder_ = pattern;
    fs::create_directories(folder_ / "tokens");
    ::setenv("UKEY_SOFTTOKEN_DIR", (folder_ / "tokens").c_str(), 1);
    configure(folder_, build, origins);
    runProgram({build / "bin/ukey-sandbox", "mint", "--data", folder_ / "sandbox", "--serial", kSerial,
                "--algorithm", "sm2", "--name", "Bench", "--pin", kPin},
               folder_ / "log");
    process_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{build / "bin/ukeyd", "--config", folder_ / "ukeyd.json", "--port", "0"},
        folder_ / "log");
    const std::string line = process_->readLine();
    port_ = static_cast<unsigned short>(std::stoi(line.substr(line.find(':', line.find("127.0.0.1")) + 1)));
}

SoftDaemon::~SoftDaemon() {
    process_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

double SoftDaemon::mebibytes() const {
    return static_cast<double>(pssKiB(processTree(process_->pid()))) / 1024;
}

}  // namespace ukey::bench
