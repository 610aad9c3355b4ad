// The challenges that a site has given out, each good for one attempt.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct sqlite3;

namespace ukey::login_check {

/// What taking a challenge found.
enum class ChallengeState : std::uint8_t { fresh, unknown, used, expired };

struct Challenge {
    std::string text;  ///< 264 random bits in base64url: 44 characters, all of which are signed.
    std::chrono::system_clock::time_point expires;
};

/// In SQLite, so that several server processes share it and a restart forgets nothing.
class Challenges {
  public:
    using Time = std::chrono::system_clock::time_point;

    /// Throws std::runtime_error when the file cannot be opened.
    explicit Challenges(const std::filesystem::path& file,
                        std::chrono::seconds lifetime = std::chrono::minutes(5));
    ~Challenges();
    Challenges(const Challenges&) = delete;
    Challenges& operator=(const Challenges&) = delete;

    /// `visitor` names the browser that asks (a random cookie): an answer from any other is not taken, so
    /// that nobody can be logged in under an answer that was made in another browser.
    Challenge issue(const std::string& visitor, Time now);

    /// Marks the challenge as used, whatever comes of the attempt. Only the first call finds it fresh.
    ChallengeState take(const std::string& text, const std::string& visitor, Time now);

  private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> database_;
    std::chrono::seconds lifetime_;
};

}  // namespace ukey::login_check
