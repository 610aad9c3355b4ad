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
