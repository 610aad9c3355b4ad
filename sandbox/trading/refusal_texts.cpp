#include "sandbox/trading/refusal_texts.hpp"

namespace ukey::trading {

http::Text textOf(login_check::Refusal refusal) noexcept {
    using login_check::Refusal;
    switch (refusal) {
        case Refusal::unknownChallenge:
            return {
                "登录请求不是由本站在此浏览器中发起的，请刷新页面后重新登录。",
                "This login was not started by this site in this browser. Reload the page and log in again."};
        case Refusal::usedChallenge:
            return {"这次登录请求已经用过，请重新登录。",
                    "This login request has been used already. Please log in again."};
        case Refusal::expiredChallenge:
            return {"登录用时过长，请求已失效，请重新登录。",
                    "The login took too long and its request has expired. Please log in again."};
        case Refusal::badFormat:
            return {"无法识别登录数据，请更新 Ukey 助手后重试。",
                    "The login data was not understood. Update Ukey Bridge and try again."};
        case Refusal::badCertificate:
            return {"无法读取证书，请检查 Ukey 后重试。",
                    "The certificate could not be read. Check the Ukey and try again."};
        case Refusal::unsupportedAlgorithm:
            return {"本站不支持这张证书的密钥类型。", "This site does not take keys of this kind."};
        case Refusal::unknownIssuer:
            return {
                "证书不是由本站认可的机构签发的，请选择其他证书。",
                "The certificate was not issued by a CA that this site accepts. Choose another certificate."};
        case Refusal::notYetValid:
            return {"证书尚未生效。", "The certificate is not valid yet."};
        case Refusal::expired:
            return {"证书已过期，请先在自助服务平台办理延期。",
                    "The certificate has expired. Renew it on the self-service portal first."};
        case Refusal::wrongUsage:
            return {"这是加密证书，不能用于登录，请选择签名证书。",
                    "This certificate is not for signing. Choose the signing certificate."};
        case Refusal::crlMissing:
        case Refusal::crlInvalid:
        case Refusal::crlOutdated:
            return {"暂时无法确认证书是否已被吊销，请稍后再试；如持续出现，请联系客服。",
                    "It cannot be told at the moment whether the certificate was revoked. Try again later, "
                    "and call "
                    "the hotline if this goes on."};
        case Refusal::revoked:
            return {"证书已被吊销，不能登录。", "The certificate has been revoked and cannot be used."};
        case Refusal::badSignature:
            return {"签名验证未通过：签名不是用这张证书为本站作出的。",
                    "The signature does not hold: it was not made with this certificate for this site."};
    }
    return {"登录未成功。", "The login did not succeed."};
}

}  // namespace ukey::trading
