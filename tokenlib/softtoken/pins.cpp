#include "tokenlib/softtoken/pins.hpp"

#include <algorithm>

#include "tokenlib/softtoken/digest.hpp"
#include "tokenlib/softtoken/sar.hpp"
#include "tokenlib/softtoken/seal.hpp"

namespace ukey::softtoken {
namespace {

constexpr std::size_t kIdSize = 16;
constexpr ULONG kFactoryTries = 6;

Bytes wrapContext(std::string_view role, const Bytes& applicationId) {
    Bytes context(role.begin(), role.end());
    context.insert(context.end(), applicationId.begin(), applicationId.end());
    return context;
}

std::string_view roleOf(ULONG type) noexcept { return type == ADMIN_TYPE ? "admin" : "user"; }

bool isInitialPin(ByteView pin) noexcept { return asText(pin) == kDefaultUserPin; }

// One try of a PIN, with whatever stands for the PIN.
Secret tryOnce(Change& change, const Bytes& applicationId, ULONG type, const PinWrap& wrap, ByteView pin,
               std::string_view role, ULONG& triesLeft) {
    Pin& counter = applicationIn(change.draft(), applicationId).pin(type);
    triesLeft = counter.triesLeft;
    require(counter.triesLeft > 0, SAR_PIN_LOCKED);
    triesLeft = --counter.triesLeft;
    change.commit();
    auto masterKey = unwrapMasterKey(wrap, pin, wrapContext(role, applicationId));
    if (!masterKey) throw SarError(triesLeft == 0 ? SAR_PIN_LOCKED : SAR_PIN_INCORRECT);
    triesLeft = counter.triesLeft = counter.maxTries;
    change.commit();
    return *std::move(masterKey);
}

}  // namespace

Application makeApplication(const NewApplication& wanted) {
    Application application;
    application.id = randomBytes(kIdSize);
    application.name = wanted.name;
    application.createFileRights = wanted.createFileRights;
    application.admin.maxTries = wanted.adminTries;
    application.user.maxTries = wanted.userTries;
    const Secret masterKey = newMasterKey();
    setPin(application, ADMIN_TYPE, masterKey, wanted.adminPin);
    setPin(application, USER_TYPE, masterKey, wanted.userPin);
    // What the issuer set is not the holder's own yet.
    application.admin.isDefault = true;
    application.user.isDefault = true;
    return application;
}

void personalise(Store& store) {
    if (!store.state().factory) return;
    Change change(store);
    const auto factory = change.draft().factory;
    if (!factory) return;
    change.draft().applications.push_back(makeApplication({.name = factory->application,
                                                           .createFileRights = SECURE_USER_ACCOUNT,
                                                           .adminPin = asBytes(factory->adminPin),
                                                           .adminTries = kFactoryTries,
                                                           .userPin = asBytes(factory->userPin),
                                                           .userTries = kFactoryTries}));
    change.draft().factory.reset();
    change.commit();
}

Application& applicationIn(State& draft, const Bytes& id) {
    const auto found = std::find_if(draft.applications.begin(), draft.applications.end(),
                                    [&id](const Application& one) { return one.id == id; });
    require(found != draft.applications.end(), SAR_APPLICATION_NOT_EXISTS);
    return *found;
}

Secret checkPin(Change& change, const Bytes& applicationId, ULONG type, ByteView pin, ULONG& triesLeft) {
    const PinWrap wrap = applicationIn(change.draft(), applicationId).pin(type).wrap;
    return tryOnce(change, applicationId, type, wrap, pin, roleOf(type), triesLeft);
}

void setPin(Application& application, ULONG type, const Secret& masterKey, ByteView pin) {
    Pin& target = application.pin(type);
    target.wrap = wrapMasterKey(masterKey, pin, wrapContext(roleOf(type), application.id));
    target.triesLeft = target.maxTries;
    target.isDefault = type == ADMIN_TYPE ? asText(pin) == kDefaultAdminPin : isInitialPin(pin);
    if (type == ADMIN_TYPE)
        application.remote =
            wrapMasterKey(masterKey, remoteKey(pin).view(), wrapContext("remote", application.id));
}

Secret remoteKey(ByteView adminPin) {
    Secret padded(16);
    padded.append(adminPin);
    padded.resize(16);
    Bytes digest = hash(HashKind::sha1, {padded.view()});
    Secret key = Secret::copyOf(ByteView(digest).first(16));
    wipe(digest);
    return key;
}

Secret checkRemoteKey(Change& change, const Bytes& applicationId, const Secret& key, ULONG& triesLeft) {
    const PinWrap wrap = applicationIn(change.draft(), applicationId).remote;
    return tryOnce(change, applicationId, ADMIN_TYPE, wrap, key.view(), "remote", triesLeft);
}

}  // namespace ukey::softtoken
