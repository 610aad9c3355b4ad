#include "tokenlib/models/models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/skf/skf_options.hpp"
#include "tokenlib/models/pictures.hpp"

namespace ukey::models {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

const std::filesystem::path kSource = UKEY_SOURCE_DIR;

std::string textOf(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string refusal(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::badRequest);
        return error.what();
    }
    return "accepted";
}

Json smallTable() {
    return Json::parse(
        R"({"models": [{"id": "m", "maker": {"en": "M", "zh-CN": "M"}, "name": "M 1", "picture": "m.svg",
        "driver": "skf", "usb": ["12ab:00ff"], "options": {"events": true, "quirks": {"sm2Decrypt": "blob"}},
        "libraries": [{"system": "linux", "files": ["libm.so", "libm.so.1"], "options": {"abi": {"ulongBits": 64}}},
                      {"system": "windows", "architectures": ["x86"], "files": ["Em.dll"]}]}]})");
}

TEST(ModelTable, builtIn_keepsToItsSchema) { EXPECT_NO_THROW((void)ModelTable::parse(builtInTable())); }

TEST(ModelTable, builtIn_isTheFileOfTheSource) {
    EXPECT_EQ(builtInTable(), textOf(kSource / "tokenlib/models/models.json"));
    EXPECT_NO_THROW(ModelTable::load(kSource / "tokenlib/models/models.json"));
}

TEST(ModelTable, builtIn_everyOptionIsOneThatTheDriverReads) {
    const auto table = ModelTable::builtIn();
    for (const Model& model : table.list()) {
        for (const Library& library : model.libraries) {
            ASSERT_EQ(model.driver, DriverKind::skf);
            EXPECT_EQ(skf::parseSkfOptions(library.options).model, model.name);
        }
    }
}

TEST(ModelTable, builtIn_noUsbIdNoLibraryAndNoPictureIsThereTwice) {
    std::vector<UsbId> ids;
    std::vector<std::string> files;
    std::vector<std::string> pictures;
    const auto table = ModelTable::builtIn();
    for (const Model& model : table.list()) {
        ids.insert(ids.end(), model.usb.begin(), model.usb.end());
        pictures.push_back(model.picture);
        for (const Library& library : model.libraries) {
            files.insert(files.end(), library.files.begin(), library.files.end());
        }
    }
    const auto areDistinct = [](auto& values) {
        std::sort(values.begin(), values.end());
        return std::adjacent_find(values.begin(), values.end()) == values.end();
    };
    EXPECT_TRUE(areDistinct(ids));
    EXPECT_TRUE(areDistinct(files));
    EXPECT_TRUE(areDistinct(pictures)) << "people tell models apart by them";
}

TEST(ModelTable, builtIn_everyPictureIsAPlainDrawing) {
    const auto table = ModelTable::builtIn();
    for (const Model& model : table.list()) {
        const auto file = kSource / "tokenlib/models/pictures" / model.picture;
        ASSERT_TRUE(std::filesystem::exists(file)) << file;
        const std::string svg = textOf(file);
        EXPECT_THAT(svg,
                    testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 160 96\""));
        EXPECT_THAT(svg, testing::EndsWith("</svg>\n"));
        for (const char* active : {"<script", "href", "<image", "<style", "<foreignObject", " on"}) {
            EXPECT_THAT(svg, testing::Not(HasSubstr(active))) << file;
        }
    }
}

TEST(ModelTable, builtIn_everyPictureIsBuiltInByNameAndId) {
    const auto table = ModelTable::builtIn();
    for (const Model& model : table.list()) {
        const std::string_view picture = pictureOf(model.name);
        EXPECT_TRUE(picture.starts_with("<svg") || picture.starts_with("\x89PNG")) << model.name;
        EXPECT_EQ(pictureOf(model.id), picture);
    }
    EXPECT_TRUE(pictureOf("of nobody").empty());
    EXPECT_TRUE(pictureOf("").empty());
}

TEST(ModelTable, builtIn_holdsNoPinsButTheMakersInitialOnes_S10) {
    Json table = Json::parse(builtInTable());
    for (Json& model : table.at("models")) model.erase("initialPin");
    const std::string rest = table.dump();
    for (const char* pin : {"111111", "123456", "12345678", "rockey", "\"admin\""}) {
        EXPECT_EQ(rest.find(pin), std::string::npos) << pin;
    }
}

TEST(ModelTable, initialPin_isTheModelsOrNotKnown) {
    EXPECT_EQ(ModelTable::builtIn().find("ukey-soft-token")->initialPin, "111111");
    Json table = smallTable();
    EXPECT_EQ(ModelTable::parse(table.dump()).find("m")->initialPin, "");
    table["models"][0]["initialPin"] = "24681357";
    EXPECT_EQ(ModelTable::parse(table.dump()).find("m")->initialPin, "24681357");
    for (const char* none : {"", "two words", "密码", "a\nb"}) {
        table["models"][0]["initialPin"] = none;
        EXPECT_THAT(refusal([&] { ModelTable::parse(table.dump()); }), HasSubstr("/models/0/initialPin"));
    }
}

TEST(ModelTable, findByLibrary_knowsFoldersAndTheCaseOfDlls) {
    const auto table = ModelTable::parse(smallTable().dump());
    EXPECT_EQ(table.findByLibrary("/opt/m/libm.so.1", System::gnuLinux).model->id, "m");
    EXPECT_FALSE(table.findByLibrary("libM.so", System::gnuLinux));
    EXPECT_FALSE(table.findByLibrary("libm.so", System::macos));
    EXPECT_EQ(table.findByLibrary("C:\\Windows\\SysWOW64\\EM.DLL", System::windows).model->id, "m");
    EXPECT_FALSE(table.findByLibrary("", System::gnuLinux));
    EXPECT_FALSE(table.findByLibrary("/opt/libm.so/", System::gnuLinux));
}

TEST(ModelTable, findByUsb_readsHexadecimal) {
    const auto table = ModelTable::parse(smallTable().dump());
    EXPECT_EQ(table.findByUsb({0x12AB, 0x00FF})->id, "m");
    EXPECT_EQ(table.findByUsb({0x12AB, 0x00FE}), nullptr);
    EXPECT_EQ(ModelTable::builtIn().findByUsb({0x055C, 0xDB08})->id, "longmai-gm3000");
}

TEST(ModelTable, find_byId) {
    const auto table = ModelTable::parse(smallTable().dump());
    EXPECT_EQ(table.find("m")->name, "M 1");
    EXPECT_EQ(table.find("n"), nullptr);
}

TEST(ModelTable, libraryOptions_lieOverThoseOfTheModel) {
    const auto table = ModelTable::parse(smallTable().dump());
    const auto linuxOptions =
        skf::parseSkfOptions(table.findByLibrary("libm.so", System::gnuLinux).library->options);
    EXPECT_EQ(linuxOptions.abi.ulongBits, 64U);
    EXPECT_TRUE(linuxOptions.events);
    EXPECT_EQ(linuxOptions.model, "M 1");
    const auto windowsOptions =
        skf::parseSkfOptions(table.findByLibrary("em.dll", System::windows).library->options);
    EXPECT_EQ(windowsOptions.abi.ulongBits, 32U);
}

TEST(ModelTable, isFor_systemAndArchitecture) {
    const auto table = ModelTable::parse(smallTable().dump());
    const auto& libraries = table.list()[0].libraries;
    EXPECT_TRUE(libraries[0].isFor(System::gnuLinux, "loongarch64"));
    EXPECT_FALSE(libraries[0].isFor(System::windows, "x86"));
    EXPECT_TRUE(libraries[1].isFor(System::windows, "x86"));
    EXPECT_FALSE(libraries[1].isFor(System::windows, "x86_64"));
}

TEST(ModelTable, parse_whatIsWrong_isPointedAt) {
    struct Case {
        const char* pointer;
        std::function<void(Json&)> spoil;
    };
    const std::vector<Case> cases{
        {"/models/0/driver", [](Json& t) { t["models"][0]["driver"] = "csp"; }},
        {"/models/0/usb/0", [](Json& t) { t["models"][0]["usb"][0] = "55c:db08"; }},
        {"/models/0/libraries/0/files/0",
         [](Json& t) { t["models"][0]["libraries"][0]["files"][0] = "../libm.so"; }},
        {"/models/0/libraries/1/folders/0",
         [](Json& t) { t["models"][0]["libraries"][1]["folders"] = {"Maker/../Windows"}; }},
        {"/models/0/libraries/1/folders/0",
         [](Json& t) { t["models"][0]["libraries"][1]["folders"] = {"C:/Maker"}; }},
        {"/models/0/libraries/0/options/abi/ulongBits",
         [](Json& t) { t["models"][0]["libraries"][0]["options"]["abi"]["ulongBits"] = 48; }},
        {"/models/0/options", [](Json& t) { t["models"][0]["options"]["pin"]["default"] = "111111"; }},
        {"/models/0", [](Json& t) { t["models"][0].erase("name"); }},
        {"/models/0", [](Json& t) { t["models"][0]["pin"] = "111111"; }},
        {"/models", [](Json& t) { t["models"] = 1; }},
        {"/", [](Json& t) { t.erase("models"); }},
        {"/models/1/id", [](Json& t) { t["models"].push_back(t["models"][0]); }},
    };
    for (const Case& each : cases) {
        Json table = smallTable();
        each.spoil(table);
        EXPECT_THAT(refusal([&] { ModelTable::parse(table.dump()); }),
                    HasSubstr("models table: " + std::string(each.pointer)));
    }
    EXPECT_THAT(refusal([] { ModelTable::parse("{"); }), HasSubstr("is no JSON"));
}

TEST(ModelTable, load_noSuchFile_isRefused) {
    EXPECT_THAT(refusal([] { ModelTable::load("/nonexistent/models.json"); }), HasSubstr("cannot read"));
}

TEST(DriverOptions, administratorsOnes_lieOverTheTable) {
#ifdef _WIN32
    const std::string library = "ukey-softtoken.dll";
    const std::string folder = "C:\\Program Files\\Ukey\\";
#else
    const std::string library = "libukey-softtoken.so";
    const std::string folder = "/usr/lib/";
#endif
    const auto table = ModelTable::builtIn();
    const auto plain = skf::parseSkfOptions(driverOptions(table, folder + library, ""));
    EXPECT_TRUE(plain.events);
    EXPECT_EQ(plain.quirks.sm2Decrypt, skf::Sm2DecryptForm::blob);
    const auto changed = skf::parseSkfOptions(
        driverOptions(table, library, R"({"events": false, "quirks": {"sm2Decrypt": "none"}})"));
    EXPECT_FALSE(changed.events);
    EXPECT_EQ(changed.quirks.sm2Decrypt, skf::Sm2DecryptForm::none);
    EXPECT_EQ(changed.quirks.rsaDecrypt, skf::RsaDecryptForm::plain);
}

TEST(DriverOptions, libraryNotInTheTable_hasTheAdministratorsOnes) {
    const auto table = ModelTable::builtIn();
    EXPECT_EQ(driverOptions(table, "libother.so", ""), "");
    EXPECT_EQ(driverOptions(table, "libother.so", R"({"events":true})"), R"({"events":true})");
    EXPECT_THAT(refusal([&] { (void)driverOptions(table, "libother.so", "[]"); }), HasSubstr("is no object"));
    EXPECT_THAT(refusal([&] { (void)driverOptions(table, "libother.so", "{"); }), HasSubstr("is no object"));
}

}  // namespace
}  // namespace ukey::models
