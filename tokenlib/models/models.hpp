// The table that says which library to load for which token, and how that library differs from its standard.
// docs/add-a-token-model.md tells how to add to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/token/driver_kind.hpp"

namespace ukey::models {

enum class System : std::uint8_t { gnuLinux, windows, macos };
using token::DriverKind;

/// The system and the architecture that this program was built for ("x86", "x86_64", "aarch64", …).
System thisSystem() noexcept;
std::string_view thisArchitecture() noexcept;

struct UsbId {
    std::uint16_t vendor = 0;
    std::uint16_t product = 0;
    auto operator<=>(const UsbId&) const = default;
};

struct Library {
    System system = System::gnuLinux;
    std::vector<std::string> architectures;  ///< Empty: any.
    std::vector<std::string> files;          ///< Names without a folder; the first that is installed serves.
    std::vector<std::string> folders;        ///< Below those of the system, which come first.
    /// A JSON object, as the driver reads it: the model's options, with those of this entry over them.
    std::string options;

    bool isFor(System wantedSystem, std::string_view architecture) const;
};

struct Model {
    std::string id;
    std::string maker;         ///< In English.
    std::string makerChinese;  ///< In Chinese.
    std::string name;          ///< As it stands on the token.
    std::string picture;       ///< File name in the folder pictures.
    std::string initialPin;    ///< The user PIN that the maker sets on every token; empty: not known.
    DriverKind driver = DriverKind::skf;
    std::vector<UsbId> usb;
    std::vector<Library> libraries;
};

/// A model by one of its libraries.
struct Match {
    const Model* model = nullptr;
    const Library* library = nullptr;
    explicit operator bool() const noexcept { return model != nullptr; }
};

class ModelTable {
  public:
    /// The table that is built in. It is checked by the tests, not again at run time.
    static ModelTable builtIn();
    /// Reads a table, checked against models.schema.json. Throws bad-request with the JSON pointer of what is
    /// wrong.
    static ModelTable parse(std::string_view json);
    /// The same from a file of up to 4 MiB; bad-request also when it cannot be read.
    static ModelTable load(const std::filesystem::path& file);

    const std::vector<Model>& list() const& noexcept { return models_; }
    const std::vector<Model>& list() const&& = delete;  // It would not outlive the call.
    const Model* find(std::string_view id) const noexcept;
    /// Without regard to a folder in front of the name or, for .dll, to the case of letters. Nothing for a
    /// library that is not in the table.
    Match findByLibrary(std::string_view path, System system = thisSystem()) const;
    const Model* findByUsb(UsbId id) const noexcept;

  private:
    std::vector<Model> models_;
};

/// The options for a library: those of the table, with the administrator's (a JSON object, or empty) over
/// them; objects are joined key by key. Throws bad-request when `configured` is no JSON object.
std::string driverOptions(const ModelTable& table, std::string_view library, std::string_view configured);

/// The table that is built in and its schema, as text.
std::string_view builtInTable() noexcept;
std::string_view tableSchema() noexcept;

}  // namespace ukey::models
