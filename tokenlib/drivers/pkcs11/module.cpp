#include "tokenlib/drivers/pkcs11/module.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::pkcs11 {

Module::Module(const Pkcs11Options& options)
    : library_(loader::SharedLibrary::open(options.library, {options.allowedDirectories})) {
    const auto getFunctionList = library_.function<CK_C_GetFunctionList>("C_GetFunctionList");
    const std::string path = pathText(library_.path());
    if (getFunctionList == nullptr) {
        throw Error(ErrorCode::driverError, path + " is no PKCS#11 module: it has no C_GetFunctionList");
    }
    const CK_RV value = getFunctionList(&list_);
    if (value != CKR_OK) throw errorOf("C_GetFunctionList", value);
    if (list_ == nullptr) throw Error(ErrorCode::driverError, path + ": C_GetFunctionList gave no list");
    const CK_VERSION version = list_->version;
    if (version.major != 2 && version.major != 3) {
        throw Error(ErrorCode::driverError, path + ": Cryptoki version " + std::to_string(version.major) +
                                                "." + std::to_string(version.minor) + " is not known");
    }
    // The list of version 2.0 ends before C_WaitForSlotEvent.
    hasSlotEvents_ = options.slotEvents && (version.major > 2 || version.minor > 0);
    start();
}

Module::~Module() { finish(); }

void Module::start() {
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = CKF_OS_LOCKING_OK;
    CK_RV value = attempt(fn::initialize, static_cast<void*>(&arguments));
    threadSafe_ = value == CKR_OK;
    // Some modules refuse every argument, whatever their reason is called.
    if (value != CKR_OK && value != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
        value = attempt(fn::initialize, static_cast<void*>(nullptr));
    }
    mustFinish_ = value == CKR_OK;
    // A module that started itself when it was loaded is as good as one that we started, but not ours to end.
    if (value == CKR_CRYPTOKI_ALREADY_INITIALIZED) return;
    if (value != CKR_OK) {
        Error error(ErrorCode::driverError,
                    pathText(library_.path()) + " refused to start: C_Initialize returned " + nameOf(value));
        error.withDriverCode(value);
        throw error;
    }
}

void Module::finish() noexcept {
    if (!mustFinish_) return;
    mustFinish_ = false;
    (void)attempt(fn::finalize, static_cast<void*>(nullptr));
}

}  // namespace ukey::pkcs11
