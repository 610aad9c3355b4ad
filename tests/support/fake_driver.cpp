#include "tests/support/fake_driver.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/support/platform/fake_faults.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::test {
namespace {

constexpr unsigned kMaxTries = 6;
constexpr std::string_view kAdministratorPin = "87654321";

void loadFault(const std::string& load) {
    if (load == "crash") platform::crash();
    if (load == "hang") platform::hang();
    if (const auto code = errorCodeFrom(load)) throw Error(*code, "told to fail at loading");
}

/// Octets that a correct host never sends.
bool writeNonsense(const std::string& fault, const std::string& channel) {
    const auto writeRaw = [&](std::string_view octets) { platform::writeToChannel(channel, octets); };
    using namespace std::string_view_literals;
    if (fault == "garbage") {
        writeRaw("\x00\x00\x00\x05\xff\xff\xff\xff\xff"sv);
    } else if (fault == "oversize") {
        writeRaw("\x7f\xff\xff\xff"sv);
    } else if (fault == "truncated") {
        // A map that promises more than the message holds.
        writeRaw("\x00\x00\x00\x05\xa2\x62id\x01"sv);
    } else if (fault == "unknown-id") {
        writeRaw("\x00\x00\x00\x18\xa2\x62id\x19\x7f\xff\x66result\xa1\x67nothing\xa0"sv);
    } else if (fault == "unknown-event") {
        writeRaw(
            "\x00\x00\x00\x0c\xa1\x65"
            "event\x64oops"sv);
    } else if (fault == "no-version") {
        writeRaw(
            "\x00\x00\x00\x0d\xa1\x65"
            "event\x65ready"sv);
    } else if (fault == "other-version") {
        writeRaw(
            "\x00\x00\x00\x17\xa2\x65"
            "event\x65ready\x67version\x18\x63"sv);
    } else {
        return false;
    }
    return true;
}

}  // namespace

FakeDriver::FakeDriver(const std::string& options, std::string channel) : channel_(std::move(channel)) {
    const auto json = nlohmann::json::parse(options.empty() ? "{}" : options);
    loadFault(json.value("load", ""));
    for (const auto& serial : json.value("tokens", nlohmann::json::array({"T1"})))
        tokens_.insert(serial.get<std::string>());
    pin_ = json.value("pin", "123456");
    saysDefault_ = json.value("saysDefault", false);
    tellsTries_ = json.value("tellsTries", true);
    loginAfterChange_ = json.value("loginAfterChange", "");
    tries_ = json.value("tries", kMaxTries);
    twins_ = json.value("twins", false);
    folder_ = json.value("folder", "");
    events_ = json.value("events", folder_.empty() ? "driver" : "none");
    administratorTries_ = json.value("administratorTries", kMaxTries);
    keypad_ = json.value("keypad", false);
    keypadPipe_ = json.value("keypadPipe", "");
}

token::TokenInfo FakeDriver::describe(const std::string& serial) const {
    token::TokenInfo info;
    info.id = serial;
    info.model = "pid " + std::to_string(platform::processId());
    info.label = "Label " + serial;
    info.serial = twins_ ? "TWIN" : serial;
    info.manufacturer = "Tests";
    info.algorithms = {token::KeyAlgorithm::sm2};
    info.pin.triesLeft = tries_;
    info.pin.maxTries = kMaxTries;
    info.pin.status = tries_ == 0          ? token::PinStatus::locked
                      : tries_ == 1        ? token::PinStatus::finalTry
                      : tries_ < kMaxTries ? token::PinStatus::low
                                           : token::PinStatus::ok;
    info.state = tries_ == 0 ? token::TokenState::locked : token::TokenState::ready;
    if (!tellsTries_) info.pin = {};
    info.pin.isDefault = (saysDefault_ && !isChanged_) || pin_ == "111111";
    info.protectedAuthenticationPath = keypad_;
    info.connection = connection_;
    return info;
}

void FakeDriver::mustBeThere(const std::string& token) const {
    if (!tokens_.contains(token)) throw Error(ErrorCode::tokenNotFound, "no token " + token);
}

token::ListTokens::Result FakeDriver::listTokens(const token::ListTokens&) {
    if (!folder_.empty()) {
        tokens_.clear();
        for (const auto& file : std::filesystem::directory_iterator(folder_))
            tokens_.insert(file.path().filename().string());
    }
    std::vector<token::TokenInfo> all;
    for (const std::string& serial : tokens_) all.push_back(describe(serial));
    return all;
}

token::DescribeToken::Result FakeDriver::describeToken(const token::DescribeToken& op) {
    mustBeThere(op.token);
    return describe(op.token);
}

token::ListKeys::Result FakeDriver::listKeys(const token::ListKeys& op) {
    mustBeThere(op.token);
    token::KeyEntry entry;
    entry.ref = {"container", token::KeyUsage::sign};
    entry.publicKey.emplace();
    entry.certificate = Bytes(1500, 0x30);
    return {entry};
}

void FakeDriver::tryPin(const Secret& pin) {
    ++seenTries_;
    if (tries_ == 0) throw Error(ErrorCode::pinLocked, "locked").withTriesLeft(0U);
    if (pin.text() == pin_ || keypad_) {
        tries_ = kMaxTries;
        return;
    }
    --tries_;
    throw Error(tries_ == 0 ? ErrorCode::pinLocked : ErrorCode::pinIncorrect, "wrong PIN")
        .withTriesLeft(tries_);
}

void FakeDriver::login(const std::string& token, token::PinRole, const Secret& pin) {
    mustBeThere(token);
    if (!keypadPipe_.empty()) std::ifstream(keypadPipe_).get();
    if (isChanged_ && loginAfterChange_ == "crash") platform::crash();
    if (isChanged_ && loginAfterChange_ == "hang") platform::hang();
    if (isChanged_ && loginAfterChange_ == "unplug") unplug(token);
    if (const auto code = isChanged_ ? errorCodeFrom(loginAfterChange_) : std::nullopt)
        throw Error(*code, "told to fail after a change");
    tryPin(pin);
    loggedIn_.insert(token);
}

token::Nothing FakeDriver::logout(const token::Logout& op) {
    mustBeThere(op.token);
    loggedIn_.erase(op.token);
    return {};
}

void FakeDriver::unplug(const std::string& token) {
    tokens_.erase(token);
    changed();
    throw Error(ErrorCode::tokenRemoved, "pulled");
}

token::Sign::Result FakeDriver::sign(const token::Sign& op) {
    mustBeThere(op.token);
    const std::string& fault = op.key.container;
    if (fault == "login" && !loggedIn_.contains(op.token))
        throw Error(ErrorCode::pinRequired, "log in first");
    if (fault == "hang") platform::hang();
    if (fault == "crash") platform::crash();
    if (fault == "abort") std::abort();
    if (fault == "exit") platform::exitAtOnce();
    if (fault == "throw") throw std::runtime_error("not an error of ours");
    if (fault == "network") return platform::triedSockets();
    if (fault == "large") return Bytes(std::size_t{1} << 20, 0x5a);
    if (fault == "too-large") return Bytes((std::size_t{16} << 20) + 1, 0x5a);
    if (fault == "unplug") unplug(op.token);
    if (fault == "wrong-pin" && tries_ > 0) --tries_;
    if (fault == "replug") {
        loggedIn_.erase(op.token);
        ++connection_;
    }
    if (writeNonsense(fault, channel_)) platform::hang();
    return op.digest;
}

token::GenerateKeyPair::Result FakeDriver::generateKeyPair(const token::GenerateKeyPair& op) {
    mustBeThere(op.token);
    if (op.container == "slow") {
        std::unique_lock lock(mutex_);
        event_.wait_for(lock, std::chrono::seconds(1), [this] { return stopped_; });
    }
    if (op.container.starts_with("plug-")) {
        tokens_.insert(op.container.substr(5));
        changed();
    }
    return {.algorithm = op.algorithm, .point = Bytes(65, 4), .modulus = {}, .exponent = {}};
}

token::Nothing FakeDriver::importKeyPair(const token::ImportKeyPair&) { return {}; }
token::Nothing FakeDriver::writeCertificate(const token::WriteCertificate&) { return {}; }
token::Nothing FakeDriver::deleteContainer(const token::DeleteContainer&) { return {}; }
token::Decrypt::Result FakeDriver::decrypt(const token::Decrypt&) { return {1, 2, 3}; }
token::OpenSession::Result FakeDriver::openSession(const token::OpenSession&) { return "session"; }
token::SessionDecrypt::Result FakeDriver::sessionDecrypt(const token::SessionDecrypt& op) { return op.data; }
token::Nothing FakeDriver::closeSession(const token::CloseSession&) { return {}; }

token::Random::Result FakeDriver::random(const token::Random&) {
    return {static_cast<std::uint8_t>(seenTries_)};
}

void FakeDriver::changePin(const std::string& token, token::PinRole, const Secret& oldPin,
                           const Secret& newPin) {
    mustBeThere(token);
    tryPin(oldPin);
    pin_ = newPin.text();
    isChanged_ = true;
}

token::PinState FakeDriver::administratorPin(const std::string& token) {
    mustBeThere(token);
    token::PinState state;
    state.minLength = 1;
    state.triesLeft = administratorTries_;
    state.status = administratorTries_ == 0   ? token::PinStatus::locked
                   : administratorTries_ == 1 ? token::PinStatus::finalTry
                                              : token::PinStatus::ok;
    return state;
}

void FakeDriver::unlockPin(const std::string& token, const Secret& administratorPin, const Secret& newPin) {
    mustBeThere(token);
    if (administratorPin.text() != kAdministratorPin) {
        --administratorTries_;
        const auto code = administratorTries_ == 0 ? ErrorCode::pinLocked : ErrorCode::pinIncorrect;
        throw Error(code, "wrong administrator PIN")
            .withTriesLeft(administratorTries_)
            .withAdministratorPin();
    }
    pin_ = newPin.text();
    tries_ = kMaxTries;
}

token::UnlockChallenge::Result FakeDriver::unlockChallenge(const token::UnlockChallenge&) {
    throw Error(ErrorCode::unsupported, "no remote unlock");
}
void FakeDriver::unlockResponse(const std::string&, ByteView) {
    throw Error(ErrorCode::unsupported, "no remote unlock");
}

void FakeDriver::changed() {
    const std::lock_guard lock(mutex_);
    eventPending_ = true;
    event_.notify_all();
}

void FakeDriver::waitForChange() {
    if (events_ == "none") throw Error(ErrorCode::unsupported, "no events");
    if (events_ == "nonsense") return;
    std::unique_lock lock(mutex_);
    event_.wait(lock, [this] { return eventPending_ || stopped_; });
    eventPending_ = false;
}

void FakeDriver::stopWaiting() noexcept {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    event_.notify_all();
}

}  // namespace ukey::test
