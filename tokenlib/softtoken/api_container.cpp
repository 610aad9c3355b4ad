// GM/T 0016 clause 7.5, containers and certificates; public keys.
#include <algorithm>

#include "tokenlib/softtoken/blobs.hpp"
#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/containers.hpp"
#include "tokenlib/softtoken/digest.hpp"
#include "tokenlib/softtoken/pins.hpp"
#include "tokenlib/softtoken/rights.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace {

std::string containerName(LPSTR name) { return text(name, 1, MAX_CONTAINER_NAME_LEN, SAR_NAMELENERR); }

template <class Containers>
auto named(Containers& containers, const std::string& name) {
    return std::find_if(containers.begin(), containers.end(),
                        [&name](const Container& one) { return one.name == name; });
}

template <class T>
ByteView octetsOf(const T& blob) {
    return {reinterpret_cast<const std::uint8_t*>(&blob), sizeof blob};
}

}  // namespace

ULONG DEVAPI SKF_CreateContainer(HAPPLICATION hApplication, LPSTR szContainerName, HCONTAINER* phContainer) {
    return exported("CreateContainer", on(hApplication), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(phContainer);
        const std::string name = containerName(szContainerName);
        access.requireUser(application->id);
        Change change(access.store());
        State& draft = change.draft();
        auto& containers = applicationIn(draft, application->id).containers;
        require(named(containers, name) == containers.end(), SAR_FILE_ALREADY_EXIST);
        require(containers.size() < draft.room.containers, SAR_REACH_MAX_CONTAINER_COUNT);
        containers.push_back({.id = randomBytes(16), .name = name, .sign = {}, .encrypt = {}});
        requireRoom(draft);
        const Bytes id = containers.back().id;
        change.commit();
        *phContainer = handles().add(std::make_shared<ContainerHandle>(application, id));
    });
}

ULONG DEVAPI SKF_DeleteContainer(HAPPLICATION hApplication, LPSTR szContainerName) {
    return exported("DeleteContainer", on(hApplication), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        const std::string name = containerName(szContainerName);
        access.requireUser(application->id);
        Change change(access.store());
        auto& containers = applicationIn(change.draft(), application->id).containers;
        const auto found = named(containers, name);
        require(found != containers.end(), SAR_FILE_NOT_EXIST);
        containers.erase(found);
        change.commit();
    });
}

ULONG DEVAPI SKF_OpenContainer(HAPPLICATION hApplication, LPSTR szContainerName, HCONTAINER* phContainer) {
    return exported("OpenContainer", on(hApplication), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(phContainer);
        const std::string name = containerName(szContainerName);
        const auto& containers = access.application(*application).containers;
        const auto found = named(containers, name);
        require(found != containers.end(), SAR_FILE_NOT_EXIST);
        *phContainer = handles().add(std::make_shared<ContainerHandle>(application, found->id));
    });
}

ULONG DEVAPI SKF_CloseContainer(HCONTAINER hContainer) {
    return exported("CloseContainer", on(hContainer), [&] {
        (void)handles().get<ContainerHandle>(hContainer);
        handles().remove(hContainer);
    });
}

ULONG DEVAPI SKF_EnumContainer(HAPPLICATION hApplication, LPSTR szContainerName, ULONG* pulSize) {
    return exported("EnumContainer", on(hApplication), sized(szContainerName, pulSize), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(pulSize);
        std::vector<std::string> names;
        for (const Container& container : access.application(*application).containers)
            names.push_back(container.name);
        giveNames(names, szContainerName, pulSize);
    });
}

ULONG DEVAPI SKF_GetContainerType(HCONTAINER hContainer, ULONG* pulContainerType) {
    const Outputs outputs{.counts = {pulContainerType}};
    return exported("GetContainerType", on(hContainer), outputs, [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pulContainerType);
        switch (access.container(*handle).kind()) {
            case KeyKind::none:
                *pulContainerType = SKF_CONTAINER_EMPTY;
                break;
            case KeyKind::rsa:
                *pulContainerType = SKF_CONTAINER_RSA;
                break;
            case KeyKind::sm2:
                *pulContainerType = SKF_CONTAINER_ECC;
                break;
        }
    });
}

ULONG DEVAPI SKF_ImportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE* pbCert, ULONG ulCertLen) {
    return exported("ImportCertificate", on(hContainer), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        const ByteView certificate = input(pbCert, ulCertLen);
        require(!certificate.empty(), SAR_INDATALENERR);
        access.requireUser(handle->application->id);
        Change change(access.store());
        containerIn(change.draft(), *handle)
            .pair(bSignFlag != FALSE)
            .certificate.assign(certificate.begin(), certificate.end());
        requireRoom(change.draft());
        change.commit();
    });
}

ULONG DEVAPI SKF_ExportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE* pbCert, ULONG* pulCertLen) {
    return exported("ExportCertificate", on(hContainer), sized(pbCert, pulCertLen), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pulCertLen);
        const Bytes& certificate = access.container(*handle).pair(bSignFlag != FALSE).certificate;
        require(!certificate.empty(), SAR_CERTNOTFOUNTERR);
        give(certificate, pbCert, pulCertLen);
    });
}

ULONG DEVAPI SKF_ExportPublicKey(HCONTAINER hContainer, BOOL bSignFlag, BYTE* pbBlob, ULONG* pulBlobLen) {
    return exported("ExportPublicKey", on(hContainer), sized(pbBlob, pulBlobLen), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pulBlobLen);
        const KeyPair& pair = access.container(*handle).pair(bSignFlag != FALSE);
        require(pair.present(), SAR_KEYNOTFOUNTERR);
        if (pair.kind == KeyKind::rsa)
            give(octetsOf(rsaBlobOf(pair)), pbBlob, pulBlobLen);
        else
            give(octetsOf(blobOf(sm2PublicOf(pair))), pbBlob, pulBlobLen);
    });
}
