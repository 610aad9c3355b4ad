#include "tokenlib/models/models.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/drivers/options/options_schema.hpp"

namespace ukey::models {
namespace {

using Json = nlohmann::json;

Json parsed(std::string_view json) {
    constexpr bool kThrows = false;
    Json document = Json::parse(json, nullptr, kThrows);
    if (document.is_discarded()) throw Error(ErrorCode::badRequest, "models table: / is no JSON");
    return document;
}

System systemFrom(const std::string& name) {
    if (name == "windows") return System::windows;
    return name == "macos" ? System::macos : System::gnuLinux;
}

UsbId usbFrom(const std::string& text) {
    constexpr std::size_t kProductAt = 5;
    constexpr int kHexadecimal = 16;
    UsbId id;
    const char* const end = text.data() + text.size();
    std::from_chars(text.data(), end, id.vendor, kHexadecimal);
    std::from_chars(text.data() + kProductAt, end, id.product, kHexadecimal);
    return id;
}

Library libraryFrom(const Json& json, const Json& modelOptions) {
    Library library;
    library.system = systemFrom(json.at("system"));
    library.architectures = json.value("architectures", std::vector<std::string>());
    library.files = json.at("files").get<std::vector<std::string>>();
    library.folders = json.value("folders", std::vector<std::string>());
    Json options = modelOptions;
    if (json.contains("options")) options.merge_patch(json.at("options"));
    library.options = options.dump();
    return library;
}

Model modelFrom(const Json& json) {
    Model model;
    model.id = json.at("id");
    model.maker = json.at("maker").at("en");
    model.makerChinese = json.at("maker").at("zh-CN");
    model.name = json.at("name");
    model.picture = json.at("picture");
    model.initialPin = json.value("initialPin", "");
    model.driver = token::driverKindFrom(json.at("driver").get<std::string>()).value();
    for (const Json& id : json.at("usb")) model.usb.push_back(usbFrom(id));
    Json options = json.value("options", Json::object());
    if (model.driver == DriverKind::skf) options["model"] = model.name;
    for (const Json& library : json.at("libraries")) model.libraries.push_back(libraryFrom(library, options));
    return model;
}

/// Every id once: what the schema cannot say.
void requireDistinctIds(const std::vector<Model>& models) {
    for (std::size_t i = 0; i < models.size(); ++i) {
        const auto same = [&](const Model& other) { return other.id == models[i].id; };
        const auto end = models.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::any_of(models.begin(), end, same)) {
            throw Error(ErrorCode::badRequest,
                        "models table: /models/" + std::to_string(i) + "/id is there twice");
        }
    }
}

std::vector<Model> modelsFrom(const Json& document) {
    std::vector<Model> models;
    for (const Json& model : document.at("models")) models.push_back(modelFrom(model));
    requireDistinctIds(models);
    return models;
}

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

bool isSameFile(std::string_view a, std::string_view b, System system) {
    return system == System::windows ? lowerCase(a) == lowerCase(b) : a == b;
}

}  // namespace

System thisSystem() noexcept {
#if defined(_WIN32)
    return System::windows;
#elif defined(__APPLE__)
    return System::macos;
#else
    return System::gnuLinux;
#endif
}

std::string_view thisArchitecture() noexcept {
#if defined(__x86_64__) || defined(_M_X64)
    return "x86_64";
#elif defined(__i386__) || defined(_M_IX86)
    return "x86";
#elif defined(__aarch64__) || defined(_M_ARM64)
    return "aarch64";
#elif defined(__loongarch64)
    return "loongarch64";
#elif defined(__mips64)
    return "mips64el";
#else
    return "";
#endif
}

bool Library::isFor(System wantedSystem, std::string_view architecture) const {
    if (system != wantedSystem) return false;
    return architectures.empty() ||
           std::find(architectures.begin(), architectures.end(), architecture) != architectures.end();
}

ModelTable ModelTable::builtIn() {
    ModelTable table;
    table.models_ = modelsFrom(parsed(builtInTable()));
    return table;
}

ModelTable ModelTable::parse(std::string_view json) {
    const Json document = parsed(json);
    const schema::Schema schema(tableSchema(), drivers::optionsSchemas());
    if (const auto complaint = schema.complaintAbout(document)) {
        const std::string place = complaint->pointer.empty() ? "/" : complaint->pointer;
        throw Error(ErrorCode::badRequest, "models table: " + place + " " + complaint->reason);
    }
    ModelTable table;
    table.models_ = modelsFrom(document);
    return table;
}

ModelTable ModelTable::load(const std::filesystem::path& file) {
    constexpr std::uintmax_t kMaxSize = std::uintmax_t{4} * 1024 * 1024;
    std::error_code error;
    if (std::filesystem::file_size(file, error) > kMaxSize || error) {
        throw Error(ErrorCode::badRequest, "models table: cannot read " + pathText(file));
    }
    std::ifstream stream(file, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (!stream) throw Error(ErrorCode::badRequest, "models table: cannot read " + pathText(file));
    return parse(text);
}

const Model* ModelTable::find(std::string_view id) const noexcept {
    const auto found =
        std::find_if(models_.begin(), models_.end(), [&](const Model& m) { return m.id == id; });
    return found == models_.end() ? nullptr : &*found;
}

Match ModelTable::findByLibrary(std::string_view path, System system) const {
    const auto folderEnd = path.find_last_of(system == System::windows ? "/\\" : "/");
    const std::string_view name = folderEnd == std::string_view::npos ? path : path.substr(folderEnd + 1);
    for (const Model& model : models_) {
        for (const Library& library : model.libraries) {
            const auto isIt = [&](const std::string& file) { return isSameFile(file, name, system); };
            if (library.system == system && std::any_of(library.files.begin(), library.files.end(), isIt)) {
                return {&model, &library};
            }
        }
    }
    return {};
}

const Model* ModelTable::findByUsb(UsbId id) const noexcept {
    const auto found = std::find_if(models_.begin(), models_.end(), [&](const Model& model) {
        return std::find(model.usb.begin(), model.usb.end(), id) != model.usb.end();
    });
    return found == models_.end() ? nullptr : &*found;
}

std::string driverOptions(const ModelTable& table, std::string_view library, std::string_view configured) {
    const Match match = table.findByLibrary(library);
    if (configured.empty()) return match ? match.library->options : "";
    constexpr bool kThrows = false;
    const Json over = Json::parse(configured, nullptr, kThrows);
    if (!over.is_object()) throw Error(ErrorCode::badRequest, "driver options: / is no object");
    Json options = match ? Json::parse(match.library->options) : Json::object();
    options.merge_patch(over);
    return options.dump();
}

}  // namespace ukey::models
