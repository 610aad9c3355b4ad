// The one way into a library: every call through `status` or `check`, every length that comes back through
// `fetch` or `bounded`.
#pragma once

#include <algorithm>

#include "tokenlib/drivers/skf/abi.hpp"
#include "tokenlib/drivers/skf/api.hpp"
#include "tokenlib/drivers/skf/fields.hpp"
#include "tokenlib/drivers/skf/sar.hpp"

namespace ukey::skf {

/// Behind every buffer, for libraries that write a terminator or whole blocks past its end.
inline constexpr std::size_t kSlack = 256;
inline constexpr unsigned kMaxPinTries = 255;

template <class Abi>
class Calls {
    using Ulong = typename Abi::Ulong;

  public:
    explicit Calls(SarCodes codes) : codes_(std::move(codes)) {}

    static Error unsupported(const std::string& what) {
        return {ErrorCode::unsupported, what + " is not in this library"};
    }

    Error error(const char* name, std::uint32_t code) const { return codes_.error(name, code); }

    template <class... Params, class... Args>
    std::uint32_t status(const Entry<Abi, Params...>& function, Args... args) const {
        if (!function) throw unsupported(function.name());
        return codes_.standard(function(args...));
    }

    template <class... Params, class... Args>
    void check(const Entry<Abi, Params...>& function, Args... args) const {
        if (!function) throw unsupported(function.name());
        const std::uint32_t code = function(args...);
        if (code != sar::kOk) throw codes_.error(function.name(), code);
    }

    template <class... Params, class... Args>
    void checkPin(const Entry<Abi, Params...>& function, const Out<Ulong>& tries, Args... args) const {
        try {
            check(function, args...);
        } catch (Error& error) {
            const bool isKnown = tries.value <= kMaxPinTries;
            if (isKnown) error.withTriesLeft(static_cast<unsigned>(tries.value));
            throw;
        }
    }

    template <class Function>
    static void release(const Function& function, Handle handle) noexcept {
        if (function) (void)function(handle);
    }

    template <class Function>
    static Handle nonNull(const Function& function, Handle handle) {
        if (handle == nullptr) throw nonsense(std::string(function.name()) + " gave no handle");
        return handle;
    }

    template <class Function, class Open>
    static Handle opened(const Function& function, Open open) {
        Handle handle = nullptr;
        open(&handle);
        return nonNull(function, handle);
    }

    /// The two calls of the standard: the length first, then the octets; in all the ways in which libraries
    /// understand them. `invoke(buffer, length)` gives the code.
    template <class Invoke>
    Bytes fetch(const char* name, std::size_t limit, Invoke invoke) const {
        Out<Ulong> asked;
        const std::uint32_t code = invoke(nullptr, asked.at());
        auto wanted = static_cast<std::size_t>(asked.value);
        if (code == sar::kOk && wanted == 0) return {};
        if (code == sar::kInvalidParameter || (code == sar::kBufferTooSmall && wanted == 0)) {
            wanted = limit;  // It does not know the first call, or does not answer it.
        } else if (code != sar::kOk && code != sar::kBufferTooSmall) {
            throw codes_.error(name, code);
        }
        constexpr int kAttempts = 3;
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            if (wanted > limit) break;
            Bytes buffer(wanted + kSlack);
            Out<Ulong> length{.value = static_cast<Ulong>(wanted)};
            const std::uint32_t answer = invoke(buffer.data(), length.at());
            const auto got = static_cast<std::size_t>(length.value);
            const bool wasShort = answer == sar::kBufferTooSmall || (answer == sar::kOk && got > wanted);
            if (!wasShort && answer != sar::kOk) throw codes_.error(name, answer);
            buffer.resize(std::min(got, wanted));
            // Some say OK and write nothing when the buffer is short.
            const bool wroteNothing = attempt == 0 && got > 0 && isZero(buffer);
            if (!wasShort && !wroteNothing) return buffer;
            if (!wasShort && wanted == limit) return buffer;
            wanted = got > wanted ? got : std::min(limit, 2 * wanted + kSlack);
        }
        throw nonsense(std::string(name) + " claims a length that cannot be");
    }

    /// One call with a buffer of a known size.
    template <class Invoke>
    static Bytes bounded(const char* name, std::size_t capacity, Invoke invoke) {
        Bytes buffer(capacity + kSlack);
        Out<Ulong> length{.value = static_cast<Ulong>(capacity)};
        invoke(buffer.data(), length.at());
        if (length.value > capacity) throw nonsense(std::string(name) + " claims a length that cannot be");
        buffer.resize(static_cast<std::size_t>(length.value));
        return buffer;
    }

    template <class Invoke>
    std::vector<std::string> names(const char* name, Invoke invoke) const {
        return parseNames(fetch(name, kMaxNameList, [&](std::uint8_t* out, Ulong* length) {
            return invoke(reinterpret_cast<char*>(out), length);
        }));
    }

  private:
    SarCodes codes_;
};

}  // namespace ukey::skf
