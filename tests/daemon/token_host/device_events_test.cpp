#include <gtest/gtest.h>

#include <string>

#include "daemon/token_host/platform/linux/uevent.hpp"

namespace ukey::token_host {
namespace {

std::string uevent(std::initializer_list<const char*> entries) {
    std::string text;
    for (const char* entry : entries) text.append(entry).push_back('\0');
    return text;
}

TEST(DeviceEvents, usbDeviceThatComesOrGoes_matters) {
    EXPECT_TRUE(isUsbChange(uevent({"add@/devices/x", "ACTION=add", "SUBSYSTEM=usb", "DEVTYPE=usb_device"})));
    EXPECT_TRUE(isUsbChange(uevent({"remove@/devices/x", "ACTION=remove", "DEVTYPE=usb_device"})));
}

TEST(DeviceEvents, everythingElse_doesNot) {
    EXPECT_FALSE(isUsbChange(uevent({"add@/devices/x", "ACTION=add", "DEVTYPE=usb_interface"})));
    EXPECT_FALSE(isUsbChange(uevent({"change@/devices/x", "ACTION=change", "DEVTYPE=usb_device"})));
    EXPECT_FALSE(isUsbChange(uevent({"add@/devices/x", "ACTION=add", "SUBSYSTEM=net"})));
    EXPECT_FALSE(isUsbChange(""));
    EXPECT_FALSE(isUsbChange("ACTION=add"));
    EXPECT_FALSE(isUsbChange(std::string(100, '\0')));
}

}  // namespace
}  // namespace ukey::token_host
