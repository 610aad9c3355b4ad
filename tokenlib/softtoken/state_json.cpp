#include <nlohmann/json.hpp>

#include "tokenlib/base/error.hpp"
#include "tokenlib/softtoken/state.hpp"

namespace ukey::softtoken {
namespace {

using Json = nlohmann::json;
constexpr int kFormat = 1;

Json encode(ByteView bytes) { return toBase64(bytes); }

Bytes decodeBytes(const Json& json, const char* key) {
    auto bytes = fromBase64(json.at(key).get<std::string>());
    if (!bytes)
        throw Error(ErrorCode::driverError, std::string("state of a soft token: ") + key + " is no Base64");
    return *std::move(bytes);
}

Json encode(const PinWrap& wrap) {
    return {{"salt", encode(wrap.salt)}, {"iterations", wrap.iterations}, {"sealed", encode(wrap.sealed)}};
}

PinWrap decodeWrap(const Json& json) {
    return {decodeBytes(json, "salt"), json.at("iterations").get<std::uint32_t>(),
            decodeBytes(json, "sealed")};
}

Json encode(const Pin& pin) {
    return {{"maxTries", pin.maxTries},
            {"triesLeft", pin.triesLeft},
            {"default", pin.isDefault},
            {"wrap", encode(pin.wrap)}};
}

Pin decodePin(const Json& json) {
    return {json.at("maxTries").get<ULONG>(), json.at("triesLeft").get<ULONG>(),
            json.at("default").get<bool>(), decodeWrap(json.at("wrap"))};
}

Json encode(const KeyPair& pair) {
    Json json = Json::object();
    if (pair.present()) {
        json["kind"] = pair.kind == KeyKind::rsa ? "rsa" : "sm2";
        json["public"] = encode(pair.publicKey);
        json["private"] = encode(pair.sealedPrivateKey);
    }
    if (!pair.certificate.empty()) json["certificate"] = encode(pair.certificate);
    return json;
}

KeyPair decodePair(const Json& json) {
    KeyPair pair;
    if (json.contains("kind")) {
        const std::string kind = json.at("kind").get<std::string>();
        pair.kind = kind == "rsa" ? KeyKind::rsa : KeyKind::sm2;
        pair.publicKey = decodeBytes(json, "public");
        if (pair.publicKey.size() != (pair.kind == KeyKind::rsa ? 260U : 64U))
            throw Error(ErrorCode::driverError, "state of a soft token: public key of a wrong size");
        pair.sealedPrivateKey = decodeBytes(json, "private");
    }
    if (json.contains("certificate")) pair.certificate = decodeBytes(json, "certificate");
    return pair;
}

Json encode(const Container& container) {
    return {{"id", encode(container.id)},
            {"name", container.name},
            {"sign", encode(container.sign)},
            {"encrypt", encode(container.encrypt)}};
}

Container decodeContainer(const Json& json) {
    return {decodeBytes(json, "id"), json.at("name").get<std::string>(), decodePair(json.at("sign")),
            decodePair(json.at("encrypt"))};
}

Json encode(const File& file) {
    return {{"name", file.name},
            {"size", file.size},
            {"readRights", file.readRights},
            {"writeRights", file.writeRights},
            {"sealed", file.sealed},
            {"content", encode(file.content)}};
}

File decodeFile(const Json& json) {
    File file{json.at("name").get<std::string>(), json.at("size").get<ULONG>(),
              json.at("readRights").get<ULONG>(), json.at("writeRights").get<ULONG>(),
              json.at("sealed").get<bool>(),      decodeBytes(json, "content")};
    if (!file.sealed && file.content.size() != file.size)
        throw Error(ErrorCode::driverError, "state of a soft token: file of a wrong size");
    return file;
}

Json encode(const Application& application) {
    Json json = {{"id", encode(application.id)},
                 {"name", application.name},
                 {"createFileRights", application.createFileRights},
                 {"admin", encode(application.admin)},
                 {"user", encode(application.user)},
                 {"remote", encode(application.remote)},
                 {"containers", Json::array()},
                 {"files", Json::array()}};
    if (application.remoteRequest)
        json["remoteRequest"] = {{"random", encode(application.remoteRequest->random)},
                                 {"private", encode(application.remoteRequest->privateKey)}};
    for (const Container& container : application.containers) json["containers"].push_back(encode(container));
    for (const File& file : application.files) json["files"].push_back(encode(file));
    return json;
}

Application decodeApplication(const Json& json) {
    Application application;
    application.id = decodeBytes(json, "id");
    application.name = json.at("name").get<std::string>();
    application.createFileRights = json.at("createFileRights").get<ULONG>();
    application.admin = decodePin(json.at("admin"));
    application.user = decodePin(json.at("user"));
    application.remote = decodeWrap(json.at("remote"));
    if (json.contains("remoteRequest")) {
        const Json& request = json.at("remoteRequest");
        application.remoteRequest =
            RemoteRequest{decodeBytes(request, "random"), decodeBytes(request, "private")};
    }
    for (const Json& container : json.at("containers"))
        application.containers.push_back(decodeContainer(container));
    for (const Json& file : json.at("files")) application.files.push_back(decodeFile(file));
    return application;
}

State decodeFields(const Json& json) {
    if (json.at("format").get<int>() != kFormat)
        throw Error(ErrorCode::driverError, "state of a soft token: written by another version");
    State state;
    state.serial = json.at("serial").get<std::string>();
    state.model = json.at("model").get<std::string>();
    state.label = json.at("label").get<std::string>();
    const Json& room = json.at("room");
    state.room = {room.at("containers").get<std::uint32_t>(), room.at("octets").get<std::uint32_t>()};
    state.deviceAuthKey = decodeBytes(json, "deviceAuthKey");
    if (state.deviceAuthKey.size() != 16)
        throw Error(ErrorCode::driverError,
                    "state of a soft token: device authentication key of a wrong size");
    if (json.contains("factory")) {
        const Json& factory = json.at("factory");
        state.factory =
            Factory{factory.at("application").get<std::string>(), factory.at("adminPin").get<std::string>(),
                    factory.at("userPin").get<std::string>()};
    }
    for (const Json& application : json.at("applications"))
        state.applications.push_back(decodeApplication(application));
    return state;
}

constexpr std::uint64_t kApplicationRoom = 512;
constexpr std::uint64_t kEntryRoom = 128;

std::uint64_t roomOf(const KeyPair& pair) noexcept {
    return pair.publicKey.size() + pair.sealedPrivateKey.size() + pair.certificate.size();
}

}  // namespace

std::string encodeState(const State& state) {
    Json json = {{"format", kFormat},
                 {"serial", state.serial},
                 {"model", state.model},
                 {"label", state.label},
                 {"room", {{"containers", state.room.containers}, {"octets", state.room.octets}}},
                 {"deviceAuthKey", encode(state.deviceAuthKey)},
                 {"applications", Json::array()}};
    if (state.factory)
        json["factory"] = {{"application", state.factory->application},
                           {"adminPin", state.factory->adminPin},
                           {"userPin", state.factory->userPin}};
    for (const Application& application : state.applications)
        json["applications"].push_back(encode(application));
    return json.dump(1);
}

State decodeState(ByteView text) {
    try {
        return decodeFields(Json::parse(text.begin(), text.end()));
    } catch (const Json::exception& problem) {
        throw Error(ErrorCode::driverError, std::string("state of a soft token: ") + problem.what());
    }
}

std::uint64_t usedRoom(const State& state) noexcept {
    std::uint64_t used = 0;
    for (const Application& application : state.applications) {
        used += kApplicationRoom;
        for (const Container& container : application.containers)
            used += kEntryRoom + roomOf(container.sign) + roomOf(container.encrypt);
        for (const File& file : application.files) used += kEntryRoom + file.size;
    }
    return used;
}

}  // namespace ukey::softtoken
