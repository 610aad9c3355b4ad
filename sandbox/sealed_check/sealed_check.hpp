// The server's look at a sealed file that a page sends: is it one, has all of it come, and can those open it
// who shall? It needs no key, and holds no more of the file than its beginning.
//
//     SealedCheck check;
//     while (octets come) check.feed(octets);
//     if (const auto refusal = check.finish({tenderer})) return toString(*refusal);
//
// It knows EnvelopedData of GB/T 35275 (GM/T 0010) and of CMS (RFC 5652), and AuthEnvelopedData (RFC 5083).
#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ukey::sealed_check {

enum class Refusal : std::uint8_t {
    notSealed,        ///< Something else, or a sealed file that this code cannot read.
    incomplete,       ///< Its end is missing.
    wrongRecipients,  ///< Sealed to others, or to others too: who is not of `recipients` could open it.
};

/// "not-sealed", "incomplete", "wrong-recipients".
std::string_view toString(Refusal refusal) noexcept;

class SealedCheck {
  public:
    SealedCheck();
    ~SealedCheck();
    SealedCheck(const SealedCheck&) = delete;
    SealedCheck& operator=(const SealedCheck&) = delete;

    /// Octets of the file, in order.
    void feed(std::span<const std::uint8_t> octets);

    /// After the last of them: nothing when the outermost layer is sealed to each of `recipients`
    /// and to nobody else. What lies within is encrypted, so that nobody can look at it yet.
    std::optional<Refusal> finish(const std::vector<const X509*>& recipients) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ukey::sealed_check
