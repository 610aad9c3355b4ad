// What certificates.* takes.
#pragma once

#include <optional>

#include "daemon/api/params/field.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::api {

struct CertificatesListParams {
    std::optional<std::string> token;
    std::optional<token::KeyUsage> usage;

    static constexpr auto fields() {
        return std::tuple(Field{"token", &CertificatesListParams::token},
                          Field{"usage", &CertificatesListParams::usage});
    }
};

}  // namespace ukey::api
