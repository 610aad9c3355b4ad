#include "tokenlib/drivers/pkcs11/attributes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace ukey::pkcs11 {
namespace {

constexpr CK_ULONG kMaxValueSize = 64UL * 1024;
constexpr std::size_t kMaxObjects = 1024;

bool isPlausible(CK_ULONG length) { return length != CK_UNAVAILABLE_INFORMATION && length <= kMaxValueSize; }

/// Codes that speak of single attributes; the others in the same call are valid.
bool isPartial(CK_RV value) {
    return value == CKR_ATTRIBUTE_SENSITIVE || value == CKR_ATTRIBUTE_TYPE_INVALID ||
           value == CKR_BUFFER_TOO_SMALL;
}

/// One attribute on its own, for modules that stop at the first that they do not know.
std::optional<Bytes> readOne(const Module& module, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                             CK_ATTRIBUTE_TYPE type) {
    CK_ATTRIBUTE attribute{type, nullptr, 0};
    CK_RV value = module.attempt(fn::getAttributeValue, session, object, &attribute, CK_ULONG{1});
    if (isPartial(value)) return std::nullopt;
    if (value != CKR_OK) throw errorOf(fn::getAttributeValue.name, value);
    if (!isPlausible(attribute.ulValueLen)) return std::nullopt;
    Bytes room(attribute.ulValueLen);
    attribute.pValue = room.data();
    value = module.attempt(fn::getAttributeValue, session, object, &attribute, CK_ULONG{1});
    if (isPartial(value)) return std::nullopt;
    if (value != CKR_OK) throw errorOf(fn::getAttributeValue.name, value);
    if (attribute.ulValueLen > room.size()) return std::nullopt;
    room.resize(attribute.ulValueLen);
    return room;
}

/// All at once, two calls; nothing when the module did not take them all.
std::optional<Values> readTogether(const Module& module, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                                   std::span<const CK_ATTRIBUTE_TYPE> types) {
    std::vector<CK_ATTRIBUTE> attributes;
    for (const auto type : types) attributes.push_back({type, nullptr, 0});
    const auto count = static_cast<CK_ULONG>(attributes.size());
    CK_RV value = module.attempt(fn::getAttributeValue, session, object, attributes.data(), count);
    if (isPartial(value)) return std::nullopt;
    if (value != CKR_OK) throw errorOf(fn::getAttributeValue.name, value);

    std::vector<Bytes> room(attributes.size());
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        if (!isPlausible(attributes[i].ulValueLen)) return std::nullopt;
        room[i].resize(attributes[i].ulValueLen);
        attributes[i].pValue = room[i].data();
    }
    value = module.attempt(fn::getAttributeValue, session, object, attributes.data(), count);
    if (isPartial(value)) return std::nullopt;
    if (value != CKR_OK) throw errorOf(fn::getAttributeValue.name, value);

    Values values;
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        if (attributes[i].ulValueLen > room[i].size()) continue;
        room[i].resize(attributes[i].ulValueLen);
        values.set(types[i], std::move(room[i]));
    }
    return values;
}

}  // namespace

Template& Template::bytes(CK_ATTRIBUTE_TYPE type, ByteView value) {
    auto& kept = values_.emplace_back(value.begin(), value.end());
    attributes_.push_back({type, kept.data(), static_cast<CK_ULONG>(kept.size())});
    return *this;
}

Template& Template::flag(CK_ATTRIBUTE_TYPE type, bool value) {
    const CK_BBOOL octet = value ? CK_TRUE : CK_FALSE;
    return bytes(type, {&octet, 1});
}

Template& Template::number(CK_ATTRIBUTE_TYPE type, CK_ULONG value) {
    return bytes(type, {reinterpret_cast<const std::uint8_t*>(&value), sizeof(value)});
}

Bytes Values::bytes(CK_ATTRIBUTE_TYPE type) const {
    const auto found = values_.find(type);
    return found == values_.end() ? Bytes{} : found->second;
}

std::optional<bool> Values::flag(CK_ATTRIBUTE_TYPE type) const {
    const auto found = values_.find(type);
    if (found == values_.end() || found->second.size() != sizeof(CK_BBOOL)) return std::nullopt;
    return found->second.front() != CK_FALSE;
}

std::optional<CK_ULONG> Values::number(CK_ATTRIBUTE_TYPE type) const {
    const auto found = values_.find(type);
    CK_ULONG number = 0;
    if (found == values_.end() || found->second.size() != sizeof(number)) return std::nullopt;
    std::memcpy(&number, found->second.data(), sizeof(number));
    return number;
}

Values readAttributes(const Module& module, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                      std::span<const CK_ATTRIBUTE_TYPE> types) {
    if (auto together = readTogether(module, session, object, types)) return *std::move(together);
    Values values;
    for (const auto type : types) {
        if (auto value = readOne(module, session, object, type)) values.set(type, *std::move(value));
    }
    return values;
}

std::vector<CK_OBJECT_HANDLE> findObjects(const Module& module, CK_SESSION_HANDLE session,
                                          CK_OBJECT_CLASS objectClass) {
    Template search;
    search.number(CKA_CLASS, objectClass).flag(CKA_TOKEN, true);
    CK_RV value = module.attempt(fn::findObjectsInit, session, search.data(), search.size());
    if (value == CKR_OPERATION_ACTIVE) {
        (void)module.attempt(fn::findObjectsFinal, session);
        value = module.attempt(fn::findObjectsInit, session, search.data(), search.size());
    }
    if (value != CKR_OK) throw errorOf(fn::findObjectsInit.name, value);

    std::vector<CK_OBJECT_HANDLE> objects;
    std::array<CK_OBJECT_HANDLE, 64> some{};
    while (objects.size() < kMaxObjects) {
        CK_ULONG count = 0;
        value =
            module.attempt(fn::findObjects, session, some.data(), static_cast<CK_ULONG>(some.size()), &count);
        if (value != CKR_OK || count == 0 || count > some.size()) break;
        // A module that never comes to an end gives the same again.
        if (!objects.empty() && objects.front() == some.front()) break;
        objects.insert(objects.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
    }
    (void)module.attempt(fn::findObjectsFinal, session);
    if (value != CKR_OK) throw errorOf(fn::findObjects.name, value);
    std::sort(objects.begin(), objects.end());
    objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
    return objects;
}

}  // namespace ukey::pkcs11
