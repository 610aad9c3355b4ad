#include "tokenlib/pki/pem.hpp"

#include "tokenlib/base/error.hpp"

namespace ukey::pki {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kLineLength = 64;

}  // namespace

std::optional<Bytes> fromLooseBase64(std::string_view text) {
    std::string urlForm;
    urlForm.reserve(text.size());
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        if (c == '=') {
            if (++padding > 2) return std::nullopt;
            continue;
        }
        if (padding != 0) return std::nullopt;
        urlForm.push_back(c == '+' ? '-' : c == '/' ? '_' : c);
    }
    if (padding != 0 && (urlForm.size() + padding) % 4 != 0) return std::nullopt;
    return fromBase64Url(urlForm);
}

std::vector<PemBlock> parsePem(std::string_view text) {
    std::vector<PemBlock> blocks;
    for (;;) {
        const std::size_t begin = text.find(kBegin);
        if (begin == std::string_view::npos) return blocks;
        text.remove_prefix(begin + kBegin.size());
        const std::size_t labelEnd = text.find(kDashes);
        if (labelEnd == std::string_view::npos || labelEnd > 64) {
            throw Error(ErrorCode::badRequest, "PEM: malformed first line");
        }
        PemBlock block{std::string(text.substr(0, labelEnd)), {}};
        text.remove_prefix(labelEnd + kDashes.size());
        const std::string last = std::string(kEnd) + block.label + std::string(kDashes);
        const std::size_t end = text.find(last);
        if (end == std::string_view::npos) throw Error(ErrorCode::badRequest, "PEM: block does not end");
        auto content = fromLooseBase64(text.substr(0, end));
        if (!content) throw Error(ErrorCode::badRequest, "PEM: not base64");
        block.content = *std::move(content);
        blocks.push_back(std::move(block));
        text.remove_prefix(end + last.size());
    }
}

std::string toPem(std::string_view label, ByteView content) {
    const std::string body = toBase64(content);
    std::string out = std::string(kBegin) + std::string(label) + std::string(kDashes) + "\n";
    for (std::size_t at = 0; at < body.size(); at += kLineLength) {
        out += body.substr(at, kLineLength) + "\n";
    }
    return out + std::string(kEnd) + std::string(label) + std::string(kDashes) + "\n";
}

}  // namespace ukey::pki
