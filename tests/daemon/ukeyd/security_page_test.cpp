// docs/security.md claims nothing that no test shows.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace ukey::test {
namespace {

namespace fs = std::filesystem;

std::string contentOf(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// "Suite.name" of every test in the tree.
std::set<std::string> testsThatThereAre() {
    std::set<std::string> names;
    const std::regex macro(R"(TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\))");
    const fs::path folder = fs::path(UKEY_SOURCE_DIR) / "tests";
    for (auto file = fs::recursive_directory_iterator(folder); file != fs::recursive_directory_iterator();
         ++file) {
        if (file->path().filename() == "node_modules") file.disable_recursion_pending();
        if (file->path().extension() != ".cpp") continue;
        const std::string text = contentOf(file->path());
        for (std::sregex_iterator match(text.begin(), text.end(), macro), end; match != end; ++match)
            names.insert((*match)[1].str() + "." + (*match)[2].str());
    }
    return names;
}

std::string page() { return contentOf(fs::path(UKEY_SOURCE_DIR) / "docs" / "security.md"); }

TEST(SecurityPage, testsThatItNames_areThere) {
    const std::set<std::string> known = testsThatThereAre();
    const std::string text = page();
    const std::regex name(R"(`([A-Z]\w+\.\w+_\w+)`)");
    std::size_t named = 0;
    for (std::sregex_iterator match(text.begin(), text.end(), name), end; match != end; ++match) {
        ++named;
        EXPECT_TRUE(known.contains((*match)[1].str())) << (*match)[1].str();
    }
    EXPECT_GT(named, 60U);
}

TEST(SecurityPage, testsOfTheSdkThatItNames_areThere) {
    std::string sources;
    for (const auto& file : fs::directory_iterator(fs::path(UKEY_SOURCE_DIR) / "web-sdk" / "test")) {
        if (file.path().extension() == ".ts") sources += contentOf(file.path());
    }
    const std::string text = page();
    const std::regex name(R"(`([a-z][A-Za-z0-9]*_\w+)`)");
    for (std::sregex_iterator match(text.begin(), text.end(), name), end; match != end; ++match) {
        const std::string named = (*match)[1].str();
        if (named == "test_security_page") continue;
        EXPECT_NE(sources.find('"' + named + '"'), std::string::npos) << named;
    }
}

TEST(SecurityPage, everyNumberThatApplies_hasARowWithATestOrAReason) {
    const std::string text = page();
    const std::regex row(R"(\n\| (\d+) \| [^|]+ \| ([^|\n]+) \|)");
    std::set<int> numbers;
    for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match) {
        EXPECT_TRUE(numbers.insert(std::stoi((*match)[1].str())).second) << (*match)[1].str() << " twice";
        const std::string proof = (*match)[2].str();
        EXPECT_TRUE(proof.find('`') != std::string::npos || proof.find("Not yet") != std::string::npos ||
                    proof.find("By design") != std::string::npos)
            << (*match)[1].str();
    }
    for (int number = 1; number <= 77; ++number) {
        const bool ofTls = number >= 53 && number <= 59;
        EXPECT_TRUE(ofTls || numbers.contains(number)) << number << " is missing";
    }
}

}  // namespace
}  // namespace ukey::test
