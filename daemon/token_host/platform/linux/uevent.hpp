// What the kernel says of devices.
#pragma once

#include <string_view>

namespace ukey::token_host {

/// Whether a kernel uevent ("add@/devices/…", then KEY=value, each ended by NUL) says that a USB device came
/// or went.
bool isUsbChange(std::string_view uevent);

}  // namespace ukey::token_host
