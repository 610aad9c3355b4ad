// GM/T 0016 clause 7.4, files.
#include <algorithm>

#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/limits.hpp"
#include "tokenlib/softtoken/pins.hpp"
#include "tokenlib/softtoken/rights.hpp"
#include "tokenlib/softtoken/seal.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace {

std::string fileName(LPSTR name) { return text(name, 1, MAX_FILE_NAME_LEN, SAR_NAMELENERR); }

// The application's file; SAR_FILE_NOT_EXIST.
template <class ApplicationType>
auto& fileIn(ApplicationType& application, const std::string& name) {
    const auto found = std::find_if(application.files.begin(), application.files.end(),
                                    [&name](const File& one) { return one.name == name; });
    require(found != application.files.end(), SAR_FILE_NOT_EXIST);
    return *found;
}

Bytes fileContext(const Bytes& applicationId, const std::string& name) {
    Bytes context = applicationId;
    const std::string text = "file " + name;
    const ByteView octets = asBytes(text);
    context.insert(context.end(), octets.begin(), octets.end());
    return context;
}

// What only those may read who are logged in, and only those write, can be kept under the master key.
bool isSealable(ULONG readRights, ULONG writeRights) noexcept {
    return readRights != SECURE_ANYONE_ACCOUNT && writeRights != SECURE_ANYONE_ACCOUNT;
}

Secret contentOf(const Access& access, const Bytes& applicationId, const File& file) {
    if (!file.sealed) return Secret::copyOf(file.content);
    auto content =
        unseal(access.masterKey(applicationId), fileContext(applicationId, file.name), file.content);
    require(content.has_value() && content->size() == file.size, SAR_FILEERR);
    return *std::move(content);
}

void setContent(const Access& access, const Bytes& applicationId, File& file, const Secret& content) {
    file.sealed = isSealable(file.readRights, file.writeRights);
    if (file.sealed)
        file.content =
            seal(access.masterKey(applicationId), fileContext(applicationId, file.name), content.view());
    else
        file.content.assign(content.view().begin(), content.view().end());
}

}  // namespace

ULONG DEVAPI SKF_CreateFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulFileSize, ULONG ulReadRights,
                            ULONG ulWriteRights) {
    return exported("CreateFile", on(hApplication), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        const std::string name = fileName(szFileName);
        require(ulFileSize > 0, SAR_INVALIDPARAMERR);
        requireRightsValue(ulReadRights);
        requireRightsValue(ulWriteRights);
        requireRight(access, application->id, access.application(*application).createFileRights);
        Change change(access.store());
        auto& files = applicationIn(change.draft(), application->id).files;
        require(std::none_of(files.begin(), files.end(), [&](const File& one) { return one.name == name; }),
                SAR_FILE_ALREADY_EXIST);
        require(files.size() < kMaxFiles && ulFileSize <= change.draft().room.octets, SAR_NO_ROOM);
        // Unsealed until it is first written: it holds nothing yet.
        files.push_back({name, ulFileSize, ulReadRights, ulWriteRights, false, Bytes(ulFileSize)});
        requireRoom(change.draft());
        change.commit();
    });
}

ULONG DEVAPI SKF_DeleteFile(HAPPLICATION hApplication, LPSTR szFileName) {
    return exported("DeleteFile", on(hApplication), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        const std::string name = fileName(szFileName);
        requireRight(access, application->id, access.application(*application).createFileRights);
        Change change(access.store());
        Application& draft = applicationIn(change.draft(), application->id);
        (void)fileIn(draft, name);
        std::erase_if(draft.files, [&](const File& one) { return one.name == name; });
        change.commit();
    });
}

ULONG DEVAPI SKF_EnumFiles(HAPPLICATION hApplication, LPSTR szFileList, ULONG* pulSize) {
    return exported("EnumFiles", on(hApplication), sized(szFileList, pulSize), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(pulSize);
        std::vector<std::string> names;
        for (const File& file : access.application(*application).files) names.push_back(file.name);
        giveNames(names, szFileList, pulSize);
    });
}

ULONG DEVAPI SKF_GetFileInfo(HAPPLICATION hApplication, LPSTR szFileName, FILEATTRIBUTE* pFileInfo) {
    return exported("GetFileInfo", on(hApplication), fixed(pFileInfo), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(pFileInfo);
        const std::string name = fileName(szFileName);
        const File& file = fileIn(access.application(*application), name);
        *pFileInfo = {};
        // A name of 32 octets fills the field, without an end.
        std::copy(name.begin(), name.end(), std::begin(pFileInfo->FileName));
        pFileInfo->FileSize = file.size;
        pFileInfo->ReadRights = file.readRights;
        pFileInfo->WriteRights = file.writeRights;
    });
}

ULONG DEVAPI SKF_ReadFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset, ULONG ulSize,
                          BYTE* pbOutData, ULONG* pulOutLen) {
    return exported("ReadFile", on(hApplication), sized(pbOutData, pulOutLen), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        requirePointers(pulOutLen);
        const std::string name = fileName(szFileName);
        const File& file = fileIn(access.application(*application), name);
        requireRight(access, application->id, file.readRights);
        require(ulOffset <= file.size, SAR_INDATALENERR);
        const std::size_t size = std::min(ulSize, file.size - ulOffset);
        if (!offer(size, pbOutData, pulOutLen)) return;
        const Secret content = contentOf(access, application->id, file);
        std::copy_n(content.data() + ulOffset, size, pbOutData);
    });
}

ULONG DEVAPI SKF_WriteFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset, BYTE* pbData,
                           ULONG ulSize) {
    return exported("WriteFile", on(hApplication), [&] {
        const auto application = handles().get<ApplicationHandle>(hApplication);
        Access access(*application);
        const std::string name = fileName(szFileName);
        const ByteView data = input(pbData, ulSize);
        require(!data.empty(), SAR_INDATALENERR);
        requireRight(access, application->id, fileIn(access.application(*application), name).writeRights);
        Change change(access.store());
        File& file = fileIn(applicationIn(change.draft(), application->id), name);
        require(ulOffset <= file.size && ulSize <= file.size - ulOffset, SAR_INDATALENERR);
        Secret content = contentOf(access, application->id, file);
        std::copy(data.begin(), data.end(), content.data() + ulOffset);
        setContent(access, application->id, file, content);
        change.commit();
    });
}
