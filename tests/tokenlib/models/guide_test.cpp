// docs/add-a-token-model.md, followed to the letter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tokenlib/drivers/skf/skf_options.hpp"
#include "tokenlib/models/models.hpp"

namespace ukey::models {
namespace {

using Json = nlohmann::json;

std::string guide() {
    std::ifstream stream(std::string(UKEY_SOURCE_DIR) + "/docs/add-a-token-model.md");
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Json exampleOfTheGuide() {
    const std::string text = guide();
    const std::string opening = "```json\n";
    const auto begin = text.find(opening) + opening.size();
    return Json::parse(text.substr(begin, text.find("```", begin) - begin));
}

TEST(AddAModelGuide, itsExample_addedToTheTable_isFoundAndDrives) {
    Json document = Json::parse(builtInTable());
    document["models"].push_back(exampleOfTheGuide());
    const auto table = ModelTable::parse(document.dump());
    const Model* model = table.findByUsb({0x1234, 0xABCD});
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(model->id, "example-k1");
    EXPECT_EQ(table.findByLibrary("example_k1_myca.dll", System::windows).model, model);

    const auto onLinux = skf::parseSkfOptions(
        table.findByLibrary("/usr/lib/libexample_k1.so", System::gnuLinux).library->options);
    EXPECT_EQ(onLinux.abi.ulongBits, 64U);
    EXPECT_EQ(onLinux.maxContainers, 6U);
    EXPECT_EQ(onLinux.quirks.sm2Decrypt, skf::Sm2DecryptForm::blob);
    EXPECT_EQ(onLinux.quirks.codes.at(0x0B000035), 0x0A000031U);
    const auto onWindows =
        skf::parseSkfOptions(table.findByLibrary("example_k1_x64.dll", System::windows).library->options);
    EXPECT_EQ(onWindows.abi.ulongBits, 32U);
    EXPECT_THAT(table.findByLibrary("example_k1_x64.dll", System::windows).library->folders,
                testing::ElementsAre("Example/K1"));
}

TEST(AddAModelGuide, everyOptionOfTheSchema_isInItsTable) {
    const std::string text = guide();
    std::ifstream schema(std::string(UKEY_SOURCE_DIR) + "/tokenlib/drivers/options/skf.schema.json");
    const Json options = Json::parse(schema)["properties"];
    for (const auto& [name, option] : options.items()) {
        if (name == "model") continue;  // An entry of the table has its name elsewhere.
        if (!option.contains("properties")) {
            EXPECT_THAT(text, testing::HasSubstr("`" + name + "`"));
            continue;
        }
        for (const auto& [inner, ignored] : option["properties"].items()) {
            EXPECT_THAT(text, testing::HasSubstr("`" + name + "." + inner + "`"));
        }
    }
}

}  // namespace
}  // namespace ukey::models
