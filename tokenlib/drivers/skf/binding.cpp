#include "tokenlib/drivers/skf/binding.hpp"

namespace ukey::skf {
namespace {

template <class Ulong, bool kPacked>
std::unique_ptr<Api> bindAs(loader::SharedLibrary library, const SkfOptions& options) {
    if (options.abi.callingConvention == CallingConvention::cCall) {
        return std::make_unique<Binding<AbiOf<Ulong, kPacked, CCall>>>(std::move(library), options.quirks);
    }
    return std::make_unique<Binding<AbiOf<Ulong, kPacked, StandardCall>>>(std::move(library), options.quirks);
}

template <class Ulong>
std::unique_ptr<Api> bindAs(loader::SharedLibrary library, const SkfOptions& options) {
    return options.abi.packing == Packing::packed ? bindAs<Ulong, true>(std::move(library), options)
                                                  : bindAs<Ulong, false>(std::move(library), options);
}

}  // namespace

std::unique_ptr<Api> bindLibrary(const SkfOptions& options) {
    constexpr unsigned kStandardBits = 32;
    constexpr unsigned kLongBits = 64;
    auto library = loader::SharedLibrary::open(options.library);
    switch (options.abi.ulongBits) {
        case kStandardBits:
            return bindAs<std::uint32_t>(std::move(library), options);
        case kLongBits:
            return bindAs<std::uint64_t>(std::move(library), options);
        default:
            throw Error(ErrorCode::badRequest, "ULONG has 32 or 64 bits");
    }
}

}  // namespace ukey::skf
