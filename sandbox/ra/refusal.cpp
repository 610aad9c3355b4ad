#include "sandbox/ra/refusal.hpp"

#include <array>

namespace ukey::ra {
namespace {

struct Entry {
    Reason reason;
    int status;
    std::string_view code;
    ReasonText text;
};

constexpr std::array<Entry, 29> kEntries{{
    {Reason::badPhone, 400, "bad-phone", {"手机号码不正确。", "This is not a mobile number."}},
    {Reason::badName,
     400,
     "bad-name",
     {"请填写姓名或单位名称及证件号码。", "Give the name and the identity number."}},
    {Reason::phoneTaken,
     409,
     "phone-taken",
     {"该手机号已注册，请直接登录。", "This number is registered already. Log in."}},
    {Reason::codeWrong,
     401,
     "code-wrong",
     {"验证码或授权码不正确，请核对短信后重新输入。",
      "The code is wrong. Compare it with the message and enter it again."}},
    {Reason::codeExpired,
     401,
     "code-expired",
     {"验证码或授权码已过期，请重新获取。", "The code has expired. Ask for a new one."}},
    {Reason::codeLocked,
     401,
     "code-locked",
     {"输错次数过多，此码已失效，请重新获取。",
      "Too many wrong tries: this code is void. Ask for a new one."}},
    {Reason::tooManyMessages,
     429,
     "too-many-messages",
     {"一小时内发送到该手机的短信已达上限，请稍后再试；已收到的验证码或授权码仍然有效。",
      "This phone has got all the messages of an hour. Try again later; the code that you have still "
      "serves."}},
    {Reason::tooSoon,
     429,
     "too-soon",
     {"短信刚刚发送，请稍候再重新发送；已收到的验证码或授权码仍然有效。",
      "A message was sent a moment ago. Wait before you ask for another; the code that you have still "
      "serves."}},
    {Reason::loginRequired, 401, "login-required", {"请先登录。", "Please log in first."}},
    {Reason::orderNotFound, 404, "order-not-found", {"没有找到这份订单。", "There is no such order."}},
    {Reason::orderState,
     409,
     "order-state",
     {"订单当前状态不能进行此操作，请刷新订单后查看。",
      "The order's state does not allow this. Reload the order."}},
    {Reason::identityRequired,
     409,
     "identity-required",
     {"请先完成身份核验，再支付。", "Pass the identity check first, then pay."}},
    {Reason::orderUsed,
     409,
     "order-used",
     {"此订单的证书已全部制作完成，授权码不能再用。",
      "All certificates of this order have been issued; its code is used up."}},
    {Reason::badOrder, 400, "bad-order", {"订单内容不正确。", "The order cannot be taken as it is."}},
    {Reason::certificateNotFound,
     404,
     "certificate-not-found",
     {"没有找到这张证书，或它已失效。", "There is no such certificate, or it is not in force."}},
    {Reason::notDue,
     409,
     "not-due",
     {"证书还未到可延期的时间，请在到期前的延期期限内办理。", "The certificate is not due for renewal yet."}},
    {Reason::wrongToken,
     409,
     "wrong-token",
     {"插入的 Ukey 不属于此订单，请插入正确的 Ukey。",
      "The Ukey that is plugged in does not belong to this order. Plug in the right one."}},
    {Reason::badCsr, 400, "bad-csr", {"证书请求无效。", "The certificate request is not valid."}},
    {Reason::keyInUse,
     409,
     "key-in-use",
     {"该密钥已签发过证书，请重新生成密钥。",
      "A certificate was issued for this key before. Make a new key."}},
    {Reason::badProof,
     401,
     "bad-proof",
     {"原证书的签名验证未通过。", "The signature of the old certificate's key does not hold."}},
    {Reason::issueNotFound, 404, "issue-not-found", {"没有找到这次制证记录。", "There is no such issuance."}},
    {Reason::unlockNotFound, 404, "unlock-not-found", {"没有找到这份解锁申请。", "There is no such unlock."}},
    {Reason::unlockState,
     409,
     "unlock-state",
     {"解锁申请当前状态不能进行此操作，请刷新后查看。",
      "The state of the unlock does not allow this. Reload it."}},
    {Reason::unlockUsed,
     409,
     "unlock-used",
     {"此解锁申请已使用过，请重新申请。", "This unlock was used already. Ask for a new one."}},
    {Reason::unlockLapsed,
     409,
     "unlock-lapsed",
     {"解锁申请通过后超过 24 小时未使用，已失效，请重新申请。",
      "The unlock was not used within 24 hours of its approval. Ask for a new one."}},
    {Reason::unlockWrongToken,
     409,
     "unlock-wrong-token",
     {"插入的不是申请解锁的 Ukey，请插入正确的 Ukey。",
      "The Ukey that is plugged in is not the one of this unlock. Plug in the right one."}},
    {Reason::badUnlockRequest,
     400,
     "bad-unlock-request",
     {"Ukey 助手的解锁请求无效。", "Ukey Bridge's unlock request is not valid."}},
    {Reason::unlockRequestLate,
     409,
     "unlock-request-late",
     {"解锁请求已超过 10 分钟，请重新操作；若反复出现，请检查电脑的时间。",
      "The unlock request is older than 10 minutes. Start again; if it happens again, check the computer's "
      "clock."}},
    {Reason::unlockForm,
     409,
     "unlock-form",
     {"该型号的 Ukey 不支持这种解锁方式。", "This model of Ukey does not offer this way to unlock."}},
}};

const Entry& entryOf(Reason reason) noexcept {
    for (const auto& entry : kEntries) {
        if (entry.reason == reason) return entry;
    }
    return kEntries.front();
}

}  // namespace

std::string_view toString(Reason reason) noexcept { return entryOf(reason).code; }
ReasonText textOf(Reason reason) noexcept { return entryOf(reason).text; }
int statusOf(Reason reason) noexcept { return entryOf(reason).status; }

}  // namespace ukey::ra
