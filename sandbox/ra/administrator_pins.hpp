// Custody of administrator PINs: what a CA keeps in a hardware module. A stand-in: the PINs lie in the
// database, sealed (AES-256-GCM) under a key in a file beside it that only the owner may read.
#pragma once

#include <filesystem>
#include <string>

#include "sandbox/ra/schema.hpp"
#include "tokenlib/base/secret.hpp"

namespace ukey::ra {

class AdministratorPins {
  public:
    /// `folder` holds the key; it is made at the first use. `factory` is the PIN of every token that none was
    /// set for.
    AdministratorPins(sqlite::Database& database, const std::filesystem::path& folder, std::string factory)
        : database_(database), keyFile_(folder / "administrator_pins.key"), factory_(std::move(factory)) {}

    /// Throws `badRequest` for a PIN that no token takes.
    void set(const std::string& tokenSerial, const Secret& pin);
    Secret of(const std::string& tokenSerial);

  private:
    Secret key();

    sqlite::Database& database_;
    std::filesystem::path keyFile_;
    std::string factory_;
};

}  // namespace ukey::ra
