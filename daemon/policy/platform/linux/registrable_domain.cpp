#include "daemon/policy/registrable_domain.hpp"

#include <libpsl.h>

#include <memory>

namespace ukey::policy {
namespace {

/// The system's list, or what libpsl was built with when that is newer; read at the first question.
const psl_ctx_t* suffixes() {
    static const std::unique_ptr<psl_ctx_t, decltype(&psl_free)> list(psl_latest(nullptr), &psl_free);
    return list.get();
}

/// A URL's host that ends in a number is an IPv4 address; one in brackets is IPv6.
bool isAddress(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return host.starts_with('[') || last.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string registrableDomain(std::string_view host) {
    std::string name(host);
    if (isAddress(host)) return name;
    const char* domain = psl_registrable_domain(suffixes(), name.c_str());
    return domain ? domain : name;
}

bool isPublicSuffix(std::string_view host) {
    return !isAddress(host) && psl_is_public_suffix(suffixes(), std::string(host).c_str()) != 0;
}

}  // namespace ukey::policy
