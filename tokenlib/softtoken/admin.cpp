#include "tokenlib/softtoken/admin.hpp"

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"
#include "tokenlib/softtoken/faults.hpp"
#include "tokenlib/softtoken/layout.hpp"
#include "tokenlib/softtoken/platform/files.hpp"
#include "tokenlib/softtoken/state.hpp"

namespace ukey::softtoken {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw Error(ErrorCode::badRequest, why); }

TokenPaths checkedPaths(const std::string& serial) {
    if (!isSerial(serial)) refuse("no serial of a soft token: " + serial);
    return pathsOf(serial);
}

TokenPaths existingPaths(const std::string& serial) {
    TokenPaths paths = checkedPaths(serial);
    if (!platform::identityOf(paths.state).exists)
        throw Error(ErrorCode::tokenNotFound, "no soft token " + serial + " in " + directory());
    return paths;
}

void checkSpec(const TokenSpec& spec) {
    if (!isUtf8(spec.model) || spec.model.size() > 63) refuse("model of more than 63 octets");
    if (!isUtf8(spec.label) || spec.label.size() > 31) refuse("label of more than 31 octets");
    if (!isUtf8(spec.application) || spec.application.size() > 32)
        refuse("application name of more than 32 octets");
    for (const std::string& pin : {spec.adminPin, spec.userPin})
        if (pin.size() < 6 || pin.size() > 16 || !isUtf8(pin)) refuse("a PIN has 6 to 16 octets");
    if (spec.room.containers < 1 || spec.room.containers > 64)
        refuse("a token has room for 1 to 64 containers");
    if (spec.room.octets < 4096 || spec.room.octets > (4U << 20))
        refuse("a token has room for 4 KiB to 4 MiB");
}

State factoryState(const TokenSpec& spec) {
    State state;
    state.serial = spec.serial;
    state.model = spec.model;
    state.label = spec.label;
    state.room = spec.room;
    const auto key = asBytes("1234567812345678");
    state.deviceAuthKey.assign(key.begin(), key.end());
    if (!spec.application.empty()) state.factory = Factory{spec.application, spec.adminPin, spec.userPin};
    return state;
}

}  // namespace

std::string directory() { return tokensFolder(); }

void createToken(const TokenSpec& spec) {
    const TokenPaths paths = checkedPaths(spec.serial);
    checkSpec(spec);
    platform::createFolder(paths.folder);
    const auto lock = platform::FileLock::acquire(paths.lock);
    if (platform::identityOf(paths.state).exists) refuse("there is a soft token " + spec.serial + " already");
    const std::string text = encodeState(factoryState(spec));
    platform::replaceFile(paths.state, paths.stateTemporary, asBytes(text));
}

void plug(const std::string& serial) {
    const TokenPaths paths = existingPaths(serial);
    const auto lock = platform::FileLock::acquire(paths.folder + "/plug.lock");
    if (platform::identityOf(paths.plugged).exists) return;
    platform::replaceFile(paths.plugged, paths.plugged + ".new", {});
}

void unplug(const std::string& serial) { platform::removeFile(existingPaths(serial).plugged); }

bool exists(const std::string& serial) {
    return isSerial(serial) && platform::identityOf(pathsOf(serial).state).exists;
}

bool isPlugged(const std::string& serial) {
    return exists(serial) && platform::identityOf(pathsOf(serial).plugged).exists;
}

std::vector<TokenEntry> list() {
    std::vector<TokenEntry> tokens;
    for (const std::string& name : platform::foldersIn(directory())) {
        if (!exists(name)) continue;
        const auto file = platform::readFile(pathsOf(name).state, kMaxStateSize);
        if (!file) continue;
        const State state = decodeState(file->bytes);
        tokens.push_back({name, state.model, state.label, isPlugged(name)});
    }
    return tokens;
}

void remove(const std::string& serial) {
    const TokenPaths paths = existingPaths(serial);
    platform::removeFile(paths.plugged);
    platform::removeFolder(paths.folder);
}

void writeFaults(const std::string& serial, std::string_view json) {
    const TokenPaths paths = existingPaths(serial);
    (void)parseFaults(json);
    const auto lock = platform::FileLock::acquire(paths.faultsLock);
    if (json.empty())
        platform::removeFile(paths.faults);
    else
        platform::replaceFile(paths.faults, paths.faults + ".new", asBytes(json));
}

}  // namespace ukey::softtoken
