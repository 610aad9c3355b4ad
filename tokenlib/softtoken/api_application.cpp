// GM/T 0016 clause 7.3, applications.
#include <algorithm>

#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/limits.hpp"
#include "tokenlib/softtoken/pins.hpp"
#include "tokenlib/softtoken/rights.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace {

std::string applicationName(LPSTR name) { return text(name, 1, 32, SAR_APPLICATION_NAME_INVALID); }

template <class Applications>
auto named(Applications& applications, const std::string& name) {
    return std::find_if(applications.begin(), applications.end(),
                        [&name](const Application& one) { return one.name == name; });
}

ULONG tries(DWORD count) {
    require(count >= 1 && count <= kMaxPinTries, SAR_INVALIDPARAMERR);
    return count;
}

}  // namespace

ULONG DEVAPI SKF_CreateApplication(DEVHANDLE hDev, LPSTR szAppName, LPSTR szAdminPin,
                                   DWORD dwAdminPinRetryCount, LPSTR szUserPin, DWORD dwUserPinRetryCount,
                                   DWORD dwCreateFileRights, HAPPLICATION* phApplication) {
    return exported("CreateApplication", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        Access access(*device);
        requirePointers(phApplication);
        const std::string name = applicationName(szAppName);
        const Secret adminPin = pinText(szAdminPin);
        const Secret userPin = pinText(szUserPin);
        requireRightsValue(dwCreateFileRights);
        const ULONG adminTries = tries(dwAdminPinRetryCount);
        const ULONG userTries = tries(dwUserPinRetryCount);
        require(access.deviceAuthenticated(), SAR_USER_NOT_LOGGED_IN);
        Change change(access.store());
        auto& applications = change.draft().applications;
        require(named(applications, name) == applications.end(), SAR_APPLICATION_EXISTS);
        require(applications.size() < kMaxApplications, SAR_NO_ROOM);
        applications.push_back(makeApplication({.name = name,
                                                .createFileRights = dwCreateFileRights,
                                                .adminPin = adminPin.view(),
                                                .adminTries = adminTries,
                                                .userPin = userPin.view(),
                                                .userTries = userTries}));
        requireRoom(change.draft());
        const Bytes id = applications.back().id;
        change.commit();
        *phApplication = handles().add(std::make_shared<ApplicationHandle>(device, id));
    });
}

ULONG DEVAPI SKF_EnumApplication(DEVHANDLE hDev, LPSTR szAppName, ULONG* pulSize) {
    return exported("EnumApplication", on(hDev), sized(szAppName, pulSize), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        Access access(*device);
        requirePointers(pulSize);
        std::vector<std::string> names;
        for (const Application& application : access.state().applications) names.push_back(application.name);
        giveNames(names, szAppName, pulSize);
    });
}

ULONG DEVAPI SKF_DeleteApplication(DEVHANDLE hDev, LPSTR szAppName) {
    return exported("DeleteApplication", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        Access access(*device);
        const std::string name = applicationName(szAppName);
        require(access.deviceAuthenticated(), SAR_USER_NOT_LOGGED_IN);
        Change change(access.store());
        auto& applications = change.draft().applications;
        const auto found = named(applications, name);
        require(found != applications.end(), SAR_APPLICATION_NOT_EXISTS);
        access.logOutAll(found->id);
        applications.erase(found);
        change.commit();
    });
}

ULONG DEVAPI SKF_OpenApplication(DEVHANDLE hDev, LPSTR szAppName, HAPPLICATION* phApplication) {
    return exported("OpenApplication", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        Access access(*device);
        requirePointers(phApplication);
        const std::string name = applicationName(szAppName);
        const auto& applications = access.state().applications;
        const auto found = named(applications, name);
        require(found != applications.end(), SAR_APPLICATION_NOT_EXISTS);
        *phApplication = handles().add(std::make_shared<ApplicationHandle>(device, found->id));
    });
}

ULONG DEVAPI SKF_CloseApplication(HAPPLICATION hApplication) {
    return exported("CloseApplication", on(hApplication), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        handles().removeIf([&](HandleObject& object) {
            const auto* container = dynamic_cast<ContainerHandle*>(&object);
            return &object == application.get() ||
                   (container != nullptr && container->application == application);
        });
    });
}
