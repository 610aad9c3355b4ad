// How our programs were built (security.md 74): read from the files themselves.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

namespace ukey::test {
namespace {

template <class T>
T readAt(const std::string& image, std::size_t offset) {
    T value{};
    if (offset + sizeof value > image.size()) throw std::out_of_range("a cut ELF file");
    std::memcpy(&value, image.data() + offset, sizeof value);
    return value;
}

struct Hardening {
    bool positionIndependent = false;
    bool stackNotExecutable = false;
    bool relocationsReadOnly = false;
    bool boundAtStart = false;
    bool noSegmentWritableAndExecutable = true;
};

bool bindsNow(const std::string& image, const Elf64_Phdr& dynamic) {
    for (std::size_t at = 0; at + sizeof(Elf64_Dyn) <= dynamic.p_filesz; at += sizeof(Elf64_Dyn)) {
        const auto entry = readAt<Elf64_Dyn>(image, dynamic.p_offset + at);
        if (entry.d_tag == DT_FLAGS && (entry.d_un.d_val & DF_BIND_NOW) != 0) return true;
        if (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_NOW) != 0) return true;
    }
    return false;
}

Hardening hardeningOf(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string image(std::istreambuf_iterator<char>(in), {});
    const auto head = readAt<Elf64_Ehdr>(image, 0);
    Hardening found;
    found.positionIndependent = head.e_type == ET_DYN;
    for (std::size_t i = 0; i < head.e_phnum; ++i) {
        const auto segment = readAt<Elf64_Phdr>(image, head.e_phoff + i * head.e_phentsize);
        const bool executable = (segment.p_flags & PF_X) != 0;
        if (segment.p_type == PT_GNU_STACK) found.stackNotExecutable = !executable;
        if (segment.p_type == PT_GNU_RELRO) found.relocationsReadOnly = true;
        if (segment.p_type == PT_DYNAMIC) found.boundAtStart = bindsNow(image, segment);
        if (segment.p_type == PT_LOAD && executable && (segment.p_flags & PF_W) != 0)
            found.noSegmentWritableAndExecutable = false;
    }
    return found;
}

TEST(BuiltPrograms, everyOne_isHardened_S74) {
    const char* programs = std::getenv("UKEY_BIN_DIR");
    const char* libraries = std::getenv("UKEY_LIB_DIR");
    ASSERT_TRUE(programs != nullptr && libraries != nullptr) << "run this by ctest";
    for (const std::string& file :
         {std::string(programs) + "/ukeyd", std::string(programs) + "/ukey-token-host",
          std::string(programs) + "/ukeyctl", std::string(libraries) + "/libukey-softtoken.so"}) {
        const Hardening found = hardeningOf(file);
        EXPECT_TRUE(found.positionIndependent) << file;
        EXPECT_TRUE(found.stackNotExecutable) << file;
        EXPECT_TRUE(found.relocationsReadOnly) << file;
        EXPECT_TRUE(found.boundAtStart) << file;
        EXPECT_TRUE(found.noSegmentWritableAndExecutable) << file;
    }
}

}  // namespace
}  // namespace ukey::test
