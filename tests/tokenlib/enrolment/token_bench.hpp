// A token in a folder, with its driver and the journal: what a daemon and its token host are, without the
// two processes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "test_issuer.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/enrolment/enroller.hpp"
#include "tokenlib/enrolment/visibility.hpp"
#include "tokenlib/enrolment/work_lock.hpp"
#include "tokenlib/token/driver.hpp"

namespace ukey::enrolment::test {

namespace fs = std::filesystem;

/// A kind of token. Everything of it is below one folder, so that a copy of the folder is a copy of the
/// token.
class Make {
  public:
    virtual ~Make() = default;
    /// A blank one that is plugged in, in the empty folder.
    virtual void create() const = 0;
    virtual std::unique_ptr<token::Driver> load() const = 0;
    virtual std::string pin() const = 0;
    virtual void pull() const = 0;
    virtual void plug() const = 0;
    /// All containers, also those that have no key yet, as the token's own files say where they can.
    virtual std::set<std::string> containers(token::Driver& driver, const std::string& token) const = 0;
};

std::unique_ptr<Make> softToken(const fs::path& folder);
/// Null where SoftHSM2 is not installed.
std::unique_ptr<Make> softHsm(const fs::path& folder);

/// Everything that a process has; another process, or this one later, makes another.
class TokenBench {
  public:
    /// Logs in. `make` belongs to a folder, the journal lies in `state`.
    TokenBench(const Make& make, const fs::path& state);

    Enroller& enroller() { return *enroller_; }
    Journal& journal() { return journal_; }
    token::Driver& driver() { return *driver_; }
    const std::string& token() const { return info_.id; }
    token::Identity identity() const { return token::Identities().of("driver", info_); }
    void useRules(Rules rules);
    const std::vector<Phase>& phases() const { return phases_; }

    Order order(Kind kind, token::KeyAlgorithm algorithm, Keys keys = Keys::fresh) const;
    /// Runs coroutines to their end.
    Begun begin(const Order& order);
    Record complete(const std::string& id, const pki::RaAnswer& answer);
    void rollBack(const std::string& id);
    void clear();
    /// All of it.
    Record enrol(const Order& order, const TestIssuer& issuer);

    std::vector<token::KeyEntry> keys();
    std::set<std::string> containers() { return make_.containers(*driver_, info_.id); }
    /// Those that users see.
    std::vector<token::KeyEntry> visible(token::KeyUsage usage, Visibility visibility = Visibility::shown);
    /// Whether a container with a certificate is whole, signs and decrypts: empty, or what is wrong.
    std::string faultOf(const std::string& container);
    /// The same of one key pair's decryption.
    std::string decryptionFaultOf(const token::KeyEntry& key);

  private:
    class DriverAccess;

    const Make& make_;
    std::unique_ptr<token::Driver> driver_;
    token::TokenInfo info_;
    Journal journal_;
    JournalAtOnce journalAccess_{journal_};
    std::unique_ptr<TokenAccess> access_;
    std::vector<Phase> phases_;
    std::unique_ptr<Enroller> enroller_;
    boost::asio::io_context context_{1};
};

/// A folder that goes with its object.
class TemporaryFolder : public ukey::test::ScratchFolder {
  public:
    TemporaryFolder();
};

/// Replaces one folder by a copy of another.
void copyFolder(const fs::path& from, const fs::path& to);
/// All files with their contents, to be compared.
std::string contentsOf(const fs::path& folder);

}  // namespace ukey::enrolment::test
