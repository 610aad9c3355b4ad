// Attributes of objects: templates that we hand over, values that a module claims.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/drivers/pkcs11/cryptoki.hpp"
#include "tokenlib/drivers/pkcs11/module.hpp"

namespace ukey::pkcs11 {

/// A list of attributes that owns its values.
class Template {
  public:
    Template& flag(CK_ATTRIBUTE_TYPE type, bool value);
    Template& number(CK_ATTRIBUTE_TYPE type, CK_ULONG value);
    Template& bytes(CK_ATTRIBUTE_TYPE type, ByteView value);
    Template& text(CK_ATTRIBUTE_TYPE type, std::string_view value) { return bytes(type, asBytes(value)); }

    CK_ATTRIBUTE* data() noexcept { return attributes_.data(); }
    CK_ULONG size() const noexcept { return static_cast<CK_ULONG>(attributes_.size()); }

  private:
    std::deque<Bytes> values_;  // A deque, so that values stay where they are.
    std::vector<CK_ATTRIBUTE> attributes_;
};

/// Attribute values of one object. What a module reported with a length that cannot be is not there.
class Values {
  public:
    void set(CK_ATTRIBUTE_TYPE type, Bytes value) { values_[type] = std::move(value); }

    /// Empty when it is not there.
    Bytes bytes(CK_ATTRIBUTE_TYPE type) const;
    std::optional<bool> flag(CK_ATTRIBUTE_TYPE type) const;
    std::optional<CK_ULONG> number(CK_ATTRIBUTE_TYPE type) const;

  private:
    std::map<CK_ATTRIBUTE_TYPE, Bytes> values_;
};

/// Reads those attributes that the object has. Values above 64 KiB are left out.
Values readAttributes(const Module& module, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                      std::span<const CK_ATTRIBUTE_TYPE> types);

/// The token objects of a class, at most 1024.
std::vector<CK_OBJECT_HANDLE> findObjects(const Module& module, CK_SESSION_HANDLE session,
                                          CK_OBJECT_CLASS objectClass);

}  // namespace ukey::pkcs11
