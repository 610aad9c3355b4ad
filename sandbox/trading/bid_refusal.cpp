#include "sandbox/trading/bid_refusal.hpp"

#include <algorithm>
#include <array>

namespace ukey::trading {
namespace {

struct Entry {
    BidReason reason;
    int status;
    std::string_view code;
    http::Text text;
};

constexpr std::array kEntries{
    Entry{BidReason::loginRequired, 401, "login-required", {"请先登录。", "Please log in first."}},
    Entry{BidReason::parcelNotFound,
          404,
          "parcel-not-found",
          {"没有找到这宗地块。", "There is no such parcel."}},
    Entry{BidReason::notListing,
          409,
          "not-listing",
          {"该地块现在不接受申请或报价：尚未开始，或已截止。",
           "Nothing is taken for this parcel now: it has not begun, or its deadline is over."}},
    Entry{BidReason::badApplication,
          400,
          "bad-application",
          {"请填写联系人和联系电话。", "Give a contact and a number."}},
    Entry{BidReason::alreadyApplied,
          409,
          "already-applied",
          {"您已提交过该地块的竞买申请。", "You have applied for this parcel already."}},
    Entry{BidReason::notApplied, 409, "not-applied", {"请先提交竞买申请。", "Apply first."}},
    Entry{BidReason::depositMissing,
          409,
          "deposit-missing",
          {"请先交纳竞买保证金。", "Pay the deposit first."}},
    Entry{BidReason::bidTooLow,
          409,
          "bid-too-low",
          {"报价低于本轮最低报价，请按页面显示的最低报价或更高报价。",
           "The bid is below the lowest of this round. Bid what the page shows as lowest, or more."}},
    Entry{BidReason::bidOffStep,
          409,
          "bid-off-step",
          {"报价须为加价幅度的整数倍。", "A bid is raised by whole steps."}},
    Entry{BidReason::outbid,
          409,
          "outbid",
          {"签名期间已有其他竞买人报价，这次报价没有提交，请按新的最低报价重新报价。",
           "Another bid came while you signed, so yours was not taken. Bid again from the new lowest bid."}},
    Entry{BidReason::draftNotFound,
          404,
          "draft-not-found",
          {"没有找到待签名的文件，或已超过 10 分钟，请重新填写。",
           "There is no such document to sign, or it is older than 10 minutes. Fill it in again."}},
    Entry{BidReason::certificateInvalid,
          401,
          "certificate-invalid",
          {"登录所用的证书已过期或被吊销，请用有效证书重新登录。",
           "The certificate of the login has expired or was revoked. Log in with one in force."}},
    Entry{BidReason::badSignature,
          401,
          "bad-signature",
          {"签名与文件或登录所用的证书不符，没有提交。",
           "The signature does not fit the document or the certificate of the login. Nothing was taken."}},
    Entry{BidReason::noTenderer,
          409,
          "no-tenderer",
          {"出让人尚未登记加密证书，现在还不能投标。",
           "The tenderer has not registered a certificate yet, so nothing can be sealed to it."}},
    Entry{BidReason::tendererTaken,
          409,
          "tenderer-taken",
          {"本站的出让人已由他人登记。", "Somebody else is registered as the tenderer of this site."}},
    Entry{BidReason::notTenderer,
          403,
          "not-tenderer",
          {"只有出让人可以办理。", "Only the tenderer may do this."}},
    Entry{BidReason::badEncryptionCertificate,
          400,
          "bad-encryption-certificate",
          {"这不是您本人有效的加密证书，请使用登录时的 Ukey。",
           "This is not an encryption certificate of yours in force. Use the Ukey that you logged in with."}},
    Entry{BidReason::badTender, 400, "bad-tender", {"请选择 1 至 8 个文件。", "Choose one to eight files."}},
    Entry{BidReason::alreadyTendered,
          409,
          "already-tendered",
          {"您已投标；如需更换，请先撤回。",
           "Your tender is there already. Withdraw it first to send another."}},
    Entry{BidReason::tenderNotFound,
          404,
          "tender-not-found",
          {"没有找到这份投标文件。", "There is no such tender."}},
    Entry{BidReason::uploadNotFound,
          404,
          "upload-not-found",
          {"上传已中断，请重新上传。", "The upload was interrupted. Start it again."}},
    Entry{BidReason::uploadOffset,
          409,
          "upload-offset",
          {"上传的数据不连续，请重新上传。", "Part of the upload is missing. Start it again."}},
    Entry{BidReason::uploadTooLarge,
          413,
          "upload-too-large",
          {"文件过大，单个文件不得超过 4 GB。", "The file is too large: at most 4 GB each."}},
    Entry{BidReason::notSealed,
          400,
          "not-sealed",
          {"上传的不是加密文件，没有接收。", "What was sent is not a sealed file. It was not taken."}},
    Entry{BidReason::sealedIncomplete,
          400,
          "incomplete",
          {"加密文件不完整，没有接收，请重新上传。",
           "The sealed file is not whole. It was not taken; send it again."}},
    Entry{BidReason::wrongRecipients,
          400,
          "wrong-recipients",
          {"文件加密的对象不对，没有接收：开标时将无法打开。",
           "The file is sealed to others than it should be, and could not be opened in time. It was not "
           "taken."}},
    Entry{BidReason::digestMismatch,
          409,
          "digest-mismatch",
          {"收到的文件与声明的 SHA-256 不符，没有接收。",
           "What came does not have the SHA-256 that was given for it. It was not taken."}},
    Entry{BidReason::stillSealed,
          409,
          "still-sealed",
          {"尚未到开标时间，投标文件保持密封。", "Tenders stay sealed until the deadline."}},
    Entry{BidReason::openedAlready,
          409,
          "opened-already",
          {"这份文件已经打开过。", "This file has been opened already."}},
    Entry{BidReason::outerFirst,
          409,
          "outer-first",
          {"请等待出让人先打开外层。", "The tenderer has to open the outer layer first."}},
    Entry{BidReason::resultPublished,
          409,
          "result-published",
          {"成交结果已公布。", "The result has been published."}},
};

const Entry& entryOf(BidReason reason) noexcept {
    return *std::find_if(kEntries.begin(), kEntries.end(),
                         [reason](const Entry& one) { return one.reason == reason; });
}

}  // namespace

BidRefused::BidRefused(BidReason reason)
    : std::runtime_error(std::string(entryOf(reason).code)), reason_(reason) {}

http::Response refusalResponse(BidReason reason) {
    const auto& entry = entryOf(reason);
    return http::errorResponse(entry.status, entry.code, entry.text);
}

}  // namespace ukey::trading
