#include "daemon/policy/registrable_domain.hpp"

#include "daemon/policy/platform/public_suffixes.hpp"

namespace ukey::policy {
namespace {

/// A URL's host that ends in a number is an IPv4 address; one in brackets is IPv6.
bool isAddress(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return host.starts_with('[') || last.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string registrableDomain(std::string_view host) {
    return std::string(isAddress(host) ? host : registrablePart(host));
}

bool isPublicSuffix(std::string_view host) { return !isAddress(host) && isSuffix(host); }

}  // namespace ukey::policy
