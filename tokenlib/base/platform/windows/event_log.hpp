// The event log of Windows, where an administrator looks first. Only for the files below platform/windows.
#pragma once

#include <string>

namespace ukey::platform {

/// An error of source "Ukey" in the log "Application". Does its best; never throws.
void reportToEventLog(const std::string& text) noexcept;

}  // namespace ukey::platform
