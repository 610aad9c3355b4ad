// Who may do what with files, and whether there is room.
#pragma once

#include "tokenlib/softtoken/sar.hpp"
#include "tokenlib/softtoken/state.hpp"
#include "tokenlib/softtoken/token.hpp"

namespace ukey::softtoken {

/// Throws SAR_INVALIDPARAMERR for a value that is no right.
inline void requireRightsValue(ULONG rights) {
    require(rights == SECURE_ANYONE_ACCOUNT || (rights & ~(SECURE_ADM_ACCOUNT | SECURE_USER_ACCOUNT)) == 0,
            SAR_INVALIDPARAMERR);
}

/// Throws SAR_USER_NOT_LOGGED_IN.
inline void requireRight(const Access& access, const Bytes& applicationId, ULONG rights) {
    const bool allowed = rights == SECURE_ANYONE_ACCOUNT ||
                         ((rights & SECURE_ADM_ACCOUNT) != 0 && access.loggedIn(applicationId, ADMIN_TYPE)) ||
                         ((rights & SECURE_USER_ACCOUNT) != 0 && access.loggedIn(applicationId, USER_TYPE));
    require(allowed, SAR_USER_NOT_LOGGED_IN);
}

/// Throws SAR_NO_ROOM when more is on the token than fits.
inline void requireRoom(const State& draft) { require(usedRoom(draft) <= draft.room.octets, SAR_NO_ROOM); }

}  // namespace ukey::softtoken
