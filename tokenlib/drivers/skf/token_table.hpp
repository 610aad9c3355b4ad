// The tokens of one library that are connected now, and how a call gets to one of them in spite of
// unplugging.
#pragma once

#include <cstdint>
#include <map>

#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/skf/open_token.hpp"

namespace ukey::skf {

class TokenTable {
  public:
    TokenTable(Api& api, const SkfOptions& options) : api_(&api), options_(&options) {}

    /// Ids of the tokens that are plugged in; what is gone is closed.
    std::vector<std::string> present();

    /// Whether the token is plugged in, as far as the library can still tell.
    bool isPresent(const std::string& id) noexcept;

    /// See token::TokenInfo; 0 for a token that was never connected.
    std::uint64_t connection(const std::string& id) const;

    /// Calls `use` with the token, connecting it if need be. Handles that the library no longer knows (the
    /// token was out for a moment) are renewed, and `use` is called once more. Throws token-not-found and,
    /// when the token went in the meantime whatever code the library had for that, token-removed.
    template <class Use>
    auto with(const std::string& id, Use use) {
        const auto once = [&] { return use(connected(id)); };
        try {
            return once();
        } catch (const Error& error) {
            if (!mayRetry(id, error)) throw;
        }
        return guarded(id, once);
    }

    /// The same for `use` that changes the token and so may not be called twice. The handles are tried first.
    template <class Use>
    auto withOnce(const std::string& id, Use use) {
        with(id, [](OpenToken& token) { token.probe(); });
        return guarded(id, [&] { return use(connected(id)); });
    }

  private:
    OpenToken& connected(const std::string& id);
    /// Whether new handles may help. Closes the token then. Throws token-removed when it is gone.
    bool mayRetry(const std::string& id, const Error& error);

    template <class Call>
    auto guarded(const std::string& id, Call call) {
        try {
            return call();
        } catch (const Error& error) {
            (void)mayRetry(id, error);
            throw;
        }
    }

    Api* api_;
    const SkfOptions* options_;
    std::map<std::string, OpenToken, std::less<>> open_;
    /// Not kept with the handles: those may be closed while the token stays (quirk oneTokenAtATime).
    std::map<std::string, std::uint64_t, std::less<>> connections_;
    std::uint64_t lastConnection_ = 0;
};

}  // namespace ukey::skf
