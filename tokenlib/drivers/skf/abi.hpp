// The ABI variants as types: one of these, and the binding is a template over it.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "tokenlib/drivers/loader/shared_library.hpp"
#include "tokenlib/drivers/skf/layout.hpp"

namespace ukey::skf {

struct CCall {
    template <class Result, class... Args>
    using Pointer = Result (*)(Args...);
    static constexpr bool kCalleePops = false;
};

#if defined(_WIN32) && !defined(_WIN64)
struct StandardCall {
    template <class Result, class... Args>
    using Pointer = Result(__stdcall*)(Args...);
    static constexpr bool kCalleePops = true;
};
#else
using StandardCall = CCall;
#endif

template <class Ulong_, bool kPacked, class Convention_>
struct AbiOf {
    using Ulong = Ulong_;
    using Bool = std::int32_t;
    using Convention = Convention_;
    using Structures = Layout<Ulong_, kPacked>;
};

/// Where a library writes a number. Room for 64 bits, zeroed: a library that was taken for one of the other
/// width then gives a wrong number, not a broken stack.
template <class T>
struct Out {
    alignas(std::uint64_t) T value = 0;
    std::array<std::uint64_t, 2> spare{};

    T* at() noexcept { return &value; }
};

/// One function of a library, by the first of its names that is exported.
template <class Abi, class... Args>
class Entry {
  public:
    Entry(const loader::SharedLibrary& library, std::initializer_list<const char*> names)
        : name_(*names.begin()) {
        for (const char* name : names) {
            address_ = find(library, name);
            if (address_ == nullptr) continue;
            name_ = name;
            return;
        }
    }

    const char* name() const noexcept { return name_; }
    explicit operator bool() const noexcept { return address_ != nullptr; }
    /// Only the low 32 bits are a code, whatever ULONG is.
    std::uint32_t operator()(Args... args) const { return static_cast<std::uint32_t>(address_(args...)); }

  private:
    using Pointer = typename Abi::Convention::template Pointer<typename Abi::Ulong, Args...>;

    static Pointer find(const loader::SharedLibrary& library, const char* name) {
        if (auto address = library.function<Pointer>(name)) return address;
        if constexpr (Abi::Convention::kCalleePops) {
            // Names of a DLL for x86 that was built without a .def file.
            constexpr std::size_t kSlot = 4;
            constexpr std::size_t kOctets = (0 + ... + ((sizeof(Args) + kSlot - 1) / kSlot * kSlot));
            const std::string plain(name);
            const std::string decorated = plain + "@" + std::to_string(kOctets);
            for (const std::string& other : {"_" + decorated, decorated, "_" + plain}) {
                if (auto address = library.function<Pointer>(other.c_str())) return address;
            }
        }
        return nullptr;
    }

    Pointer address_ = nullptr;
    const char* name_;
};

}  // namespace ukey::skf
