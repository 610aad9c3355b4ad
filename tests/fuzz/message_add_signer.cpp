#include "tokenlib/base/error.hpp"
#include "tokenlib/message/signed_data_parts.hpp"

/// A signed message to which a signer is to be added.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        ukey::cms::readSignedData({data, size});
    } catch (const ukey::Error& error) {
        if (error.code() == ukey::ErrorCode::internal) __builtin_trap();
    }
    return 0;
}
