#include "daemon/policy/platform/public_suffixes.hpp"

#include <libpsl.h>

#include <memory>

namespace ukey::policy {
namespace {

/// The system's list, or what libpsl was built with when that is newer; read at the first question.
const psl_ctx_t* suffixes() {
    static const std::unique_ptr<psl_ctx_t, decltype(&psl_free)> list(psl_latest(nullptr), &psl_free);
    return list.get();
}

}  // namespace

std::string_view registrablePart(std::string_view name) {
    const std::string whole(name);
    // It points into the name.
    const char* domain = psl_registrable_domain(suffixes(), whole.c_str());
    return domain ? name.substr(static_cast<std::size_t>(domain - whole.c_str())) : name;
}

bool isSuffix(std::string_view name) {
    return psl_is_public_suffix(suffixes(), std::string(name).c_str()) != 0;
}

}  // namespace ukey::policy
