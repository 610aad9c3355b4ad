#include "daemon/policy/pseudonyms.hpp"

#include <span>

namespace ukey::policy {
namespace {

constexpr std::size_t kNameOctets = 16;

}  // namespace

std::string Pseudonyms::nameFor(std::string_view origin, std::string_view kind,
                                std::initializer_list<std::string_view> parts) const {
    std::vector<std::string_view> all{origin, kind};
    all.insert(all.end(), parts);
    const Bytes name = hash_.of(all);
    return toBase64Url(std::span(name).first(kNameOctets));
}

}  // namespace ukey::policy
