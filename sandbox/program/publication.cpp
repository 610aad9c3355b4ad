#include "sandbox/program/publication.hpp"

#include <nlohmann/json.hpp>

namespace ukey::sandbox {
namespace {

constexpr std::string_view kSuffix = ".crl";

http::Response revocationList(ca::CertificateCentre& centre, std::string_view file) {
    if (file.size() > kSuffix.size() && file.substr(file.size() - kSuffix.size()) == kSuffix) {
        if (const auto der = centre.revocationList(file.substr(0, file.size() - kSuffix.size()))) {
            return {200, "application/pkix-crl", std::string(asText(*der)), {{"Cache-Control", "no-cache"}}};
        }
    }
    return http::errorResponse(404, "not-found", {"没有这份吊销列表。", "There is no such revocation list."});
}

}  // namespace

void publish(http::Router& router, ca::CertificateCentre& centre) {
    router.onPrefix("GET", "/crl/", [&centre](const http::Request&, const std::string& file) {
        return revocationList(centre, file);
    });
    router.on("GET", "/ca/chain.pem", [&centre](const http::Request&) {
        return http::Response{200, "application/x-pem-file", centre.chainPem(), {}};
    });
}

void publishLinks(http::Router& router, std::uint16_t portalPort) {
    router.on("GET", "/api/links", [portalPort](const http::Request& request) {
        const auto host = request.header("host");
        const auto portal = "http://" + host.substr(0, host.rfind(':')) + ":" + std::to_string(portalPort);
        return http::jsonResponse({{"portal", portal}});
    });
}

}  // namespace ukey::sandbox
