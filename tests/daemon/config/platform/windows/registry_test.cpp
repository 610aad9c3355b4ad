// What the administrator decided, in the registry as it is.
#include "daemon/config/platform/windows/registry.hpp"

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
// clang-format on

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "daemon/config/settings_watch.hpp"
#include "tests/daemon/config/config_files.hpp"
#include "tests/support/await.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::config {
namespace {

/// A key of this process alone, that goes with the test.
class Registry : public ConfigFiles {
  protected:
    Registry() {
        sources_.administrator = "Software\\Policies\\UkeyTest" + std::to_string(::GetCurrentProcessId());
        remove();
    }
    ~Registry() override { remove(); }
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    std::wstring path(const std::string& below = "") const {
        return platform::toWide(sources_.administrator + (below.empty() ? "" : "\\" + below));
    }
    void put(const std::string& key, const std::wstring& name, DWORD type, const void* data, std::size_t size,
             REGSAM view = KEY_WOW64_64KEY) const {
        HKEY opened = nullptr;
        ASSERT_EQ(::RegCreateKeyExW(HKEY_LOCAL_MACHINE, path(key).c_str(), 0, nullptr, 0,
                                    KEY_SET_VALUE | view, nullptr, &opened, nullptr),
                  ERROR_SUCCESS);
        EXPECT_EQ(::RegSetValueExW(opened, name.c_str(), 0, type, static_cast<const BYTE*>(data),
                                   static_cast<DWORD>(size)),
                  ERROR_SUCCESS);
        ::RegCloseKey(opened);
    }
    /// `text` may hold NULs, and need not end with one.
    void putText(const std::string& key, const std::wstring& name, const std::wstring& text,
                 DWORD type = REG_SZ, REGSAM view = KEY_WOW64_64KEY) const {
        put(key, name, type, text.data(), text.size() * sizeof(wchar_t), view);
    }
    void putNumber(const std::string& key, const std::wstring& name, DWORD number) const {
        put(key, name, REG_DWORD, &number, sizeof number);
    }
    std::string refused() const {
        try {
            load(sources_);
            return "accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::badRequest);
            return error.what();
        }
    }
    std::string named(const std::string& below) const {
        return "HKLM\\" + sources_.administrator + "\\" + below;
    }

    void remove() const { ::RegDeleteTreeW(HKEY_LOCAL_MACHINE, path().c_str()); }
};

TEST_F(Registry, noKey_decidesNothing) {
    EXPECT_FALSE(readMachineKey(sources_.administrator));
    EXPECT_EQ(load(sources_).logLevel, "info");
}

TEST_F(Registry, whatItSets_theUserCannotChange) {
    putText("", L"unknownOrigins", L"deny");
    putText("origins", L"1", L"https://a.example tokens");
    putNumber("limits", L"rate", 7);
    write("user.json", R"({"unknownOrigins": "ask", "logLevel": "debug", "limits": {"rate": 9, "burst": 10},
                           "origins": [{"origin": "https://evil.example", "scopes": ["sign"]}]})");
    const Config config = load(sources_);
    EXPECT_EQ(config.unknownOrigins, policy::UnknownOrigins::deny);
    ASSERT_EQ(config.origins.size(), 1U);
    EXPECT_EQ(config.origins[0].pattern.text(), "https://a.example");
    EXPECT_EQ(config.logLevel, "debug");
    EXPECT_EQ(config.limits.rate, 7U);
    EXPECT_EQ(config.limits.burst, 10U);
}

TEST_F(Registry, driversOfTheUser_areNotTrustedLikeTheAdministrators_S40) {
    write("user.json", R"({"drivers": [{"name": "a", "kind": "skf", "library": "C:\\maker\\a.dll"}]})");
    EXPECT_FALSE(load(sources_).drivers.at(0).trusted);
    putText("drivers", L"1", L"C:\\maker\\\u5382\u5bb6.dll");
    const DriverConfig driver = load(sources_).drivers.at(0);
    EXPECT_TRUE(driver.trusted);
    EXPECT_EQ(driver.library, "C:\\maker\\\xe5\x8e\x82\xe5\xae\xb6.dll");
}

TEST_F(Registry, librariesByAPathThatIsNeitherWholeNorBare_areRefused) {
    for (const wchar_t* library : {L"..\\a.dll", L"C:a.dll", L"maker\\a.dll", L"\\a.dll", L"maker/a.dll"}) {
        putText("drivers", L"1", library);
        EXPECT_EQ(refused(), named("drivers\\1") + ": /library: must be an absolute path, or a bare name")
            << platform::toUtf8(library);
    }
}

TEST_F(Registry, expandableText_isExpandedAndOtherTextIsNot) {
    putText("", L"stateDir", L"%SystemRoot%\\Ukey", REG_EXPAND_SZ);
    const std::string folder = load(sources_).stateDir.string();
    EXPECT_TRUE(folder.ends_with("\\Ukey")) << folder;
    EXPECT_EQ(folder.find('%'), std::string::npos) << folder;
    putText("", L"stateDir", L"%SystemRoot%\\Ukey", REG_SZ);
    EXPECT_EQ(refused(), named("stateDir") + ": must be an absolute path");
}

TEST_F(Registry, valuesThatA32BitProgramWrote_areSeen) {
    putText("", L"logLevel", L"debug", REG_SZ, KEY_WOW64_32KEY);
    EXPECT_EQ(load(sources_).logLevel, "debug");
}

TEST_F(Registry, textsWithoutAnEndOrWithMoreBehindIt_areReadToTheirEnd) {
    putText("", L"logLevel", L"debug");
    EXPECT_EQ(load(sources_).logLevel, "debug");
    putText("", L"logLevel", std::wstring(L"error\0more", 10));
    EXPECT_EQ(load(sources_).logLevel, "error");
    put("", L"logLevel", REG_SZ, "x", 1);
    EXPECT_EQ(refused(),
              named("logLevel") + ": must be one of trace, debug, info, warning, error, critical, off");
}

TEST_F(Registry, linesOfACertificate_areJoined) {
    putText("unlockAuthorities", L"1", std::wstring(L"-----BEGIN CERTIFICATE-----\0AAAA\0", 33),
            REG_MULTI_SZ);
    const auto key = readMachineKey(sources_.administrator);
    ASSERT_TRUE(key);
    EXPECT_EQ(std::get<std::vector<std::string>>(key->keys.at(0).values.at(0).data),
              (std::vector<std::string>{"-----BEGIN CERTIFICATE-----", "AAAA"}));
}

TEST_F(Registry, valuesOfOtherTypes_areRefusedByName) {
    put("", L"resumeSeconds", REG_BINARY, "\x05\0\0\0", 4);
    EXPECT_EQ(refused(), named("resumeSeconds") + ": must be a number (REG_DWORD)");
    putNumber("", L"resumeSeconds", 5);
    put("", L"webEid", REG_DWORD, "\x01", 1);
    EXPECT_EQ(refused(), named("webEid") + ": is no whole REG_DWORD");
}

TEST_F(Registry, unknownValues_areRefusedByName) {
    putText("limits", L"\u901f\u5ea6", L"1");
    EXPECT_EQ(refused(), named("limits\\\xe9\x80\x9f\xe5\xba\xa6") + ": is not a known setting");
}

TEST_F(Registry, longTextAndManyEntries_areReadWholeAndHugeOnesRefused) {
    for (int i = 1; i <= 500; ++i)
        putText("origins", std::to_wstring(i), L"https://a" + std::to_wstring(i) + L".example");
    EXPECT_EQ(load(sources_).origins.size(), 500U);
    EXPECT_EQ(load(sources_).origins.at(9).pattern.text(), "https://a10.example");
    putText("", L"pinentry", L"C:\\" + std::wstring(5000, L'x'));
    EXPECT_EQ(load(sources_).pinentry.size(), 5003U);
    putText("", L"pinentry", std::wstring(600000, L'x'));
    EXPECT_EQ(refused(), named("pinentry") + ": is larger than 1 MiB");
}

TEST_F(Registry, namedFile_isReadInsteadOfIt) {
    putText("", L"logLevel", L"error");
    EXPECT_EQ(loadText("{}").logLevel, "info");
}

TEST_F(Registry, watch_tellsOfValuesAndOfAKeyThatIsTakenAwayAndWrittenAnew) {
    boost::asio::io_context context(1);
    int changes = 0;
    const SettingsWatch watch(context.get_executor(), sources_, [&] { ++changes; });
    const auto waitForAChange = [&] {
        test::runUntil(context, [&] { return changes > 0; });
        changes = 0;
    };
    putText("", L"unknownOrigins", L"ask");
    waitForAChange();
    putText("", L"unknownOrigins", L"deny");
    waitForAChange();
    remove();
    waitForAChange();
    EXPECT_EQ(load(sources_).unknownOrigins, policy::UnknownOrigins::deny);
    putText("", L"unknownOrigins", L"ask");
    waitForAChange();
    EXPECT_EQ(load(sources_).unknownOrigins, policy::UnknownOrigins::ask);
}

}  // namespace
}  // namespace ukey::config
